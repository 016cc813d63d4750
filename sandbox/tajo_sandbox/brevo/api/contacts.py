"""Contacts one by one, their import, and reading them."""

import re
from collections.abc import Iterable
from typing import Any

from tajo_sandbox.brevo.answers import Answer, Refusal, absent, invalid, missing
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.api.statistics import statistics
from tajo_sandbox.brevo.state.account import OWNER_EMAIL
from tajo_sandbox.brevo.state.attributes import ReadAttributes, read_attributes
from tajo_sandbox.brevo.state.contacts import Change, Contact
from tajo_sandbox.brevo.state.files import names_anybody
from tajo_sandbox.brevo.state.identity import IDENTIFIER_TYPES, clean_email, clean_phone

_EQUALS = re.compile(r'equals\((\w+),\s*"?(.*?)"?\)')
MOST_IDS = 20


def create(call: Call) -> Answer:
    """``POST /contacts``: 201 with the new id, 204 for an update."""
    body, account = call.body, call.account
    read = _read(call, body)
    if not read.identifiers:
        raise missing("email, ext_id or SMS is required")
    _check_lists(call, body.get("listIds", []))
    owner = account.book.directory.first_owner(_deciding(read))
    if owner is not None and not body.get("updateEnabled") and not body.get("forceMerge"):
        raise _duplicate(call, "create", account.book.directory.taken(read.identifiers, None))
    contact = _merged(call, read, owner, "create")
    change = _change(body, read)
    if contact is None:
        made = account.book.create(change, account.at())
        account.book.note_drops(made, read.dropped)
        return Answer(201, {"id": made.id})
    account.book.apply(contact, change, account.at())
    account.book.note_drops(contact, read.dropped)
    return Answer(201, {"id": contact.id}) if body.get("getId") else Answer(204)


def update(call: Call) -> Answer:
    """``PUT /contacts/{identifier}``: 204."""
    contact = _named(call)
    read = _read(call, call.body)
    _check_lists(call, call.body.get("listIds", []))
    contact = _merged(call, read, contact.id, "update") or contact
    call.account.book.apply(contact, _change(call.body, read), call.account.at())
    call.account.book.note_drops(contact, read.dropped)
    return Answer(204)


def remove(call: Call) -> Answer:
    """``DELETE /contacts/{identifier}``: 204; 405 for the account's own address."""
    contact = _named(call)
    if contact.email == OWNER_EMAIL:
        raise Refusal(405, "method_not_allowed", "the registered address cannot be deleted")
    call.account.book.delete(contact)
    return Answer(204)


def read_one(call: Call) -> Answer:
    """``GET /contacts/{identifier}``: the contact with its statistics."""
    contact = _named(call)
    return Answer(200, {**contact.shown(), "statistics": statistics(call, contact)})


def read_statistics(call: Call) -> Answer:
    """``GET /contacts/{identifier}/campaignStats``: the statistics alone, also earlier ones."""
    return Answer(200, statistics(call, _named(call)))


def read_many(call: Call) -> Answer:
    """``GET /contacts``: a page, newest first by creation, with the count of all that match."""
    found = _matching(call, call.account.book.by_id.values())
    page = call.page(found, 50, 1000)
    return Answer(200, {"contacts": [each.shown() for each in page], "count": len(found)})


def read_list(call: Call) -> Answer:
    """``GET /contacts/lists/{listId}/contacts``: the members of a list."""
    list_id = call.path_number("listId")
    if list_id not in call.account.lists:
        raise absent("List ID does not exist")
    since = call.since("modifiedSince")
    found = [
        each
        for each in call.account.book.by_id.values()
        if list_id in each.list_ids and (since is None or each.modified > since)
    ]
    page = call.page(found, 50, 500)
    return Answer(200, {"contacts": [each.shown() for each in page], "count": len(found)})


def import_many(call: Call) -> Answer:
    """``POST /contacts/import``: 202 with the process that will do it."""
    body = call.body
    given = [name for name in ("jsonBody", "fileBody", "fileUrl") if name in body]
    if not given:
        raise missing("one of jsonBody, fileBody and fileUrl is required")
    if len(given) > 1:
        raise invalid("only one of jsonBody, fileBody and fileUrl is possible")
    if "fileBody" in body and not names_anybody(body["fileBody"]):
        raise invalid("We could not find any valid email or SMS in the file you uploaded")
    if "consentGroupIds" in body:
        raise Refusal(403, "permission_denied", "CONSENT_GROUP_NOT_ENABLED")
    process = call.account.queue_import(body, _import_lists(call))
    return Answer(202, {"processId": process.id})


def retired(call: Call) -> Answer:  # noqa: ARG001 (a handler's form)
    """``POST /contacts/batch``: gone since 2026-10-30 (changelog of 2026-05-12)."""
    raise absent("This endpoint is retired, use POST /contacts/import")


def _import_lists(call: Call) -> tuple[int, ...]:
    list_ids, new = call.body.get("listIds") or [], call.body.get("newList") or {}
    if not list_ids and not new:
        raise missing("listIds or newList is required")
    _check_lists(call, list_ids)
    if not new:
        return tuple(list_ids)
    if not new.get("listName") or "folderId" not in new:
        raise missing("newList needs listName and folderId")
    if new["folderId"] not in call.account.folders:
        raise invalid("folderId does not exist")
    made = call.account.add_list(new["listName"], new["folderId"])
    return (*list_ids, made.id)


def _named(call: Call) -> Contact:
    text, kind = call.path["identifier"], call.text("identifierType")
    book = call.account.book
    if kind not in (None, "contact_id", *IDENTIFIER_TYPES):
        raise invalid("identifierType is not valid")
    found = None
    if kind == "contact_id" or (kind is None and text.isdigit()):
        found = book.by_id.get(int(text)) if text.isdigit() else None
    elif kind in (None, "email_id"):
        address = clean_email(text)
        if address is None:
            raise invalid("Invalid email address")
        found = book.find("email", address)
    elif kind == "ext_id":
        found = book.find("ext_id", text)
    else:
        found = book.find(IDENTIFIER_TYPES[str(kind)], clean_phone(text) or "")
    if found is None:
        raise absent("Contact does not exist")
    return found


def _read(call: Call, body: dict[str, Any]) -> ReadAttributes:
    read = read_attributes(call.account.attributes, body.get("attributes", {}))
    if read.bad_phones:
        raise invalid("Invalid phone number")
    email = body.get("email") or read.email
    if email:
        address = clean_email(email)
        if address is None:
            raise invalid("Invalid email address")
        read.identifiers["email"] = address
    if body.get("ext_id"):
        read.identifiers["ext_id"] = body["ext_id"]
    return read


def _deciding(read: ReadAttributes) -> dict[str, str]:
    if "email" in read.identifiers:
        return {"email": read.identifiers["email"]}
    return read.identifiers


def _merged(call: Call, read: ReadAttributes, owner: int | None, doing: str) -> Contact | None:
    """The contact to write to; others that own an identifier are merged in, if that was asked."""
    book = call.account.book
    taken = book.directory.taken(read.identifiers, owner)
    if not taken:
        return None if owner is None else book.by_id[owner]
    if not call.body.get("forceMerge"):
        raise _duplicate(call, doing, taken)
    owners = {book.directory.owner(kind, read.identifiers[kind]) for kind in taken} | {owner}
    return book.merge(book.by_id[each] for each in owners if each is not None)


def _duplicate(call: Call, doing: str, kinds: list[str]) -> Refusal:
    words = "email" if kinds[:1] == ["email"] else ", ".join(kinds)
    return Refusal(
        400,
        call.account.switches.duplicate_code,
        f"Unable to {doing} contact, {words} is already associated with another Contact",
        {"duplicate_identifiers": kinds},
    )


def _change(body: dict[str, Any], read: ReadAttributes) -> Change:
    return Change(
        identifiers=read.identifiers,
        values=read.values,
        emptied=read.emptied,
        email_blacklisted=body.get("emailBlacklisted"),
        sms_blacklisted=body.get("smsBlacklisted"),
        list_ids=body.get("listIds", ()),
        unlink=body.get("unlinkListIds", ()),
    )


def _check_lists(call: Call, list_ids: Iterable[int]) -> None:
    for list_id in list_ids:
        if list_id not in call.account.lists:
            raise invalid("List ID does not exist")


def _matching(call: Call, contacts: Iterable[Contact]) -> list[Contact]:
    found = list(contacts)
    for name, field in (("modifiedSince", "modified"), ("createdSince", "created")):
        since = call.since(name)
        if since is not None:
            found = [each for each in found if getattr(each, field) > since]
    ids = _numbers(call, "ids")
    if len(ids) > MOST_IDS:
        raise Refusal(400, "out_of_range", f"ids exceeds max value {MOST_IDS}")
    if ids:
        found = [each for each in found if each.id in ids]
    lists = _numbers(call, "listIds")
    if lists:
        found = [each for each in found if lists & set(each.list_ids)]
    return _filtered(call, found)


def _numbers(call: Call, name: str) -> set[int]:
    texts = [part for value in call.query.get(name, ()) for part in value.split(",")]
    if not all(text.isdigit() for text in texts):
        raise invalid(f"{name} should be numbers")
    return {int(text) for text in texts}


def _filtered(call: Call, contacts: list[Contact]) -> list[Contact]:
    text = call.text("filter")
    if text is None:
        return contacts
    match = _EQUALS.fullmatch(text)
    if match is None or match[1] not in call.account.attributes:
        raise invalid("filter is not valid")
    name, wanted = match[1], match[2]
    return [each for each in contacts if str(each.shown()["attributes"].get(name)) == wanted]
