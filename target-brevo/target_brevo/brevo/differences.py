"""What a dry run would change: every contact it would write is compared with what Brevo holds.

By one read per contact, or by a walk over all contacts (1,000 a page), whichever is fewer calls.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from target_brevo.brevo.held import Held, Holding
from target_brevo.brevo.pages import overlapping

# GET /contacts: at most 1,000 a page (API v3, checked 2026-11-24).
PAGE = 1000
# So few are read one by one without asking how many contacts the account has.
_FEW = 3
_MOST_PENDING = 20_000
_ORDER = (
    "create",
    "update",
    "update without a change of attributes",
    "change the address",
    "block e-mail",
    "block SMS",
    "unblock e-mail",
    "unblock SMS",
    "take off a list",
    "delete",
)
Read = Callable[[str, Mapping[str, str]], dict[str, Any] | None]


class _Planned(NamedTuple):
    """One contact that would be written: by what Brevo finds it, and hashes of the values."""

    kind: str
    value: str
    name: str
    prints: Mapping[str, str | None]
    email_blocked: bool
    sms_blocked: bool
    clears: bool


@dataclass
class Differences:
    """Counts what a run would do to contacts. ``read`` asks Brevo, None where it holds nothing."""

    read: Read
    would: Counter[str] = field(default_factory=Counter)
    attributes: dict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict[str, Counter[str]](Counter)
    )
    _held: Held = field(default_factory=Held)
    _pending: list[_Planned] = field(default_factory=list)
    _walked: bool = False

    def take(self, method: str, path: str, body: Any) -> None:
        """Take in one call that would write; calls that write no contact count nothing."""
        if not path.startswith("/contacts"):
            return
        said = orjson.loads(body) if isinstance(body, bytes) else body or {}
        if method == "POST" and path == "/contacts/import":
            for row in said["jsonBody"]:
                self._plan(row, said)
        elif method == "POST" and path == "/contacts":
            own = {"EXT_ID": said["ext_id"]} if said.get("ext_id") else {}
            self._plan(said | {"attributes": said.get("attributes", {}) | own}, said)
        elif path.endswith("/contacts/remove"):
            self.would["take off a list"] += sum(map(len, said.values()))
        elif method == "PUT":
            self._single(path, said)
        elif method == "DELETE":
            self.would["delete"] += 1

    def resolve(self) -> None:
        """Compare what was taken in with what Brevo holds."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        if not self._walked and not (len(pending) > _FEW and self._walk(len(pending))):
            for one in pending:
                self._look(one)
        for one in pending:
            self._compare(one, self._held.of(one.name))

    def as_facts(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return {
            "would": {what: self.would[what] for what in _ORDER if self.would[what]},
            "attributes": {name: dict(count) for name, count in sorted(self.attributes.items())},
        }

    def close(self) -> None:
        """Let go of what was read."""
        self._held.close()

    def _plan(self, row: Mapping[str, Any], flags: Mapping[str, Any]) -> None:
        attributes = row.get("attributes") or {}
        kind, value = next(_identities(row.get("email"), attributes), ("", ""))
        name = next(self._held.names(row.get("email"), attributes), "")
        email_blocked = flags.get("emailBlacklist", flags.get("emailBlacklisted"))
        sms_blocked = flags.get("smsBlacklist", flags.get("smsBlacklisted"))
        planned = _Planned(
            kind,
            value,
            name,
            self._held.prints(attributes),
            email_blocked is True,
            sms_blocked is True,
            # An import leaves what a row has empty, unless it says otherwise (API v3, 2026-11-24).
            flags.get("emptyContactsAttributes") is True or "jsonBody" not in flags,
        )
        self._pending.append(planned)
        if len(self._pending) >= _MOST_PENDING:
            self.resolve()

    def _single(self, path: str, said: Mapping[str, Any]) -> None:
        """Count one call that changes a contact which is known to be there."""
        address = (said.get("attributes") or {}).get("EMAIL")
        if address:
            self.would["change the address"] += 1
            found = self.read(path, {"identifierType": "contact_id"})
            # What follows is sent to the new address, where this contact then is.
            self._held.put((found or {}) | {"email": address})
        for flag, channel in (("emailBlacklisted", "e-mail"), ("smsBlacklisted", "SMS")):
            if flag in said:
                self.would[f"{'block' if said[flag] else 'unblock'} {channel}"] += 1

    def _walk(self, needed: int) -> bool:
        """Read all contacts, unless single reads are fewer calls; say whether it was done."""
        counted: list[int] = []

        def read(offset: int) -> list[dict[str, Any]]:
            params = {"limit": str(PAGE), "offset": str(offset), "sort": "asc"}
            body = self.read("/contacts", params) or {}
            counted.append(-(-int(body.get("count") or 0) // PAGE))
            return body.get("contacts") or []

        for rows in overlapping(read, PAGE):
            if counted[0] > needed:
                return False
            for row in rows:
                self._held.put(row)
        self._walked = True
        return True

    def _look(self, one: _Planned) -> None:
        if self._held.of(one.name) is not None:
            return
        found = self.read(f"/contacts/{quote(one.value, safe='')}", {"identifierType": one.kind})
        if found is not None:
            self._held.put(found)

    def _compare(self, one: _Planned, held: Holding | None) -> None:
        before = held or Holding({})
        self.would["update" if held else "create"] += 1
        self.would["block e-mail"] += one.email_blocked and not before.email_blocked
        self.would["block SMS"] += one.sms_blocked and not before.sms_blocked
        after = dict(before.attributes)
        for name, printed in one.prints.items():
            had = after.get(name)
            if printed is None and not one.clears:
                continue
            if printed is None:
                after.pop(name, None)
            else:
                after[name] = printed
            how = _how(had, printed)
            if how:
                self.attributes[name][how] += 1
        if held and after == before.attributes:
            self.would["update without a change of attributes"] += 1
        blocked = (
            before.email_blocked or one.email_blocked,
            before.sms_blocked or one.sms_blocked,
        )
        self._held.remember(one.name, Holding(after, *blocked))


def _how(had: str | None, printed: str | None) -> str:
    if had == printed:
        return ""
    if had is None:
        return "set"
    return "clear" if printed is None else "change"


def _identities(email: str | None, attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield Brevo's identifierType and the value of what names a contact, the first that counts."""
    if email:
        yield "email_id", email
    for kind, name in (("phone_id", "SMS"), ("whatsapp_id", "WHATSAPP"), ("ext_id", "EXT_ID")):
        if attributes.get(name):
            yield kind, str(attributes[name])
