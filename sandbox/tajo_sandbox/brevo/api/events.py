"""Events, one and many."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tajo_sandbox.brevo.answers import Answer, invalid
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.bodies import EVENT
from tajo_sandbox.brevo.state.attributes import read_attributes
from tajo_sandbox.brevo.state.contacts import Change, Contact, Start
from tajo_sandbox.brevo.state.events import Event, event_problem, read_time, utc_text
from tajo_sandbox.brevo.state.identity import IDENTIFIER_TYPES, clean_email, clean_phone

HALF_A_YEAR = timedelta(days=183)


class UnknownContact(Exception):
    """No contact has the identifiers of an event."""


def create(call: Call) -> Answer:
    """``POST /events``: 204, empty."""
    problem = event_problem(call.body) or _store(call, call.body)
    if problem:
        raise invalid(problem)
    return Answer(204)


def create_many(call: Call) -> Answer:
    """``POST /events/batch``: 202 all taken, 207 some, 400 none; rows are judged one by one."""
    rows = call.body["events"]
    problems: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        problem = EVENT.problem(row, "event") or event_problem(row) or _store(call, row)
        if problem:
            problems.setdefault(problem, []).append(index)
    failed = sum(len(indexes) for indexes in problems.values())
    if not failed:
        return Answer(202, {"message": "Events queued", "count": len(rows)})
    body = {
        "status": "failed" if failed == len(rows) else "partial_success",
        "total_events": len(rows),
        "successful_events": len(rows) - failed,
        "failed_events": failed,
        "errors": [{"eventIndex": at, "message": why} for why, at in problems.items()],
    }
    return Answer(400 if failed == len(rows) else 207, body)


def read_many(call: Call) -> Answer:
    """``GET /events``: newest first; without dates those of the last six months."""
    account = call.account
    start = call.since("startDate") or utc_text(account.switches.now() - HALF_A_YEAR)
    end = call.since("endDate")
    names = set(call.query.get("event_name", ()))
    contacts = {int(each) for each in call.query.get("contact_id", ()) if each.isdigit()}
    types = set(call.query.get("object_type", ()))
    found = [
        each
        for each in account.events
        if each.date >= start
        and (end is None or each.date <= end)
        and (not names or each.name in names)
        and (not contacts or each.contact_id in contacts)
        and (not types or each.object_type in types)
    ]
    found.sort(key=lambda each: each.date, reverse=True)
    limit, offset = call.number("limit", 100, most=10_000), call.number("offset", 0)
    if limit == 0:
        raise invalid("limit should be at least 1")
    page = found[offset : offset + limit]
    return Answer(200, {"events": [each.shown() for each in page], "count": len(found)})


def _store(call: Call, raw: Mapping[str, Any]) -> str | None:
    """Keep an event; returns what is wrong with it, or None. Nothing is ever taken for a repeat."""
    account, now = call.account, call.account.at()
    try:
        contact = _contact(call, raw["identifiers"], now)
    except UnknownContact:
        return "contact not found"
    date = read_time(raw["event_date"]) if "event_date" in raw else None
    properties = raw.get("contact_properties") or {}
    event = Event(
        contact_id=contact.id if contact else None,
        name=raw["event_name"],
        date=utc_text(date) if date else now,
        received=now,
        properties=raw.get("event_properties") or {},
        contact_properties=properties,
        object_type=(raw.get("object") or {}).get("type"),
    )
    account.events.append(event)
    account.book.starts.append(Start("event", event.name, event.contact_id, now))
    if contact and properties:
        read = read_attributes(account.attributes, properties)
        account.book.apply(contact, Change(values=read.values), now)
        account.book.note_drops(contact, read.dropped)
    return None


def _contact(call: Call, identifiers: Mapping[str, Any], now: str) -> Contact | None:
    """The contact that is meant; ``contact_id`` wins over all others.

    Raises:
        UnknownContact: There is none and the account does not take such events.
    """
    book = call.account.book
    if "contact_id" in identifiers:
        found = book.by_id.get(int(identifiers["contact_id"]))
    else:
        wanted = {
            IDENTIFIER_TYPES[name]: _clean(name, value)
            for name, value in identifiers.items()
            if name in IDENTIFIER_TYPES
        }
        owner = book.directory.first_owner(wanted)
        found = None if owner is None else book.by_id[owner]
    if found is not None or call.account.switches.unknown_contact_event == "store":
        return found
    email = clean_email(identifiers.get("email_id", ""))
    if call.account.switches.unknown_contact_event == "create" and email:
        return book.create(Change(identifiers={"email": email}), now)
    raise UnknownContact


def _clean(name: str, value: str) -> str:
    if name == "email_id":
        return value.strip().lower()
    return value if name == "ext_id" else clean_phone(value) or value
