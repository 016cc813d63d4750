"""Contacts: creating, changing, blocking, merging and removing them, and their lists."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tajo_sandbox.brevo.state.attributes import Attribute
from tajo_sandbox.brevo.state.identity import KINDS, Directory

REMEMBERED_DROPS = 100_000


@dataclass(slots=True)
class Contact:
    """One contact. Times are UTC text (``2026-01-31T10:00:00.000Z``).

    ``attributes`` hold what the account knows, without the identifiers. ``unsubscriptions`` are
    (who, time): ``user`` for the person's own click, ``admin`` for a block set through the API;
    ``undeliverable`` are (``hardBounces`` or ``complaints``, time).
    """

    id: int
    created: str
    modified: str
    identifiers: dict[str, str]
    attributes: dict[str, Any]
    email_blacklisted: bool = False
    sms_blacklisted: bool = False
    list_ids: tuple[int, ...] = ()
    list_unsubscribed: tuple[int, ...] = ()
    unsubscriptions: tuple[tuple[str, str], ...] = ()
    undeliverable: tuple[tuple[str, str], ...] = ()

    @property
    def email(self) -> str | None:
        """The e-mail address in lower case."""
        return self.identifiers.get("email")

    @property
    def ext_id(self) -> str | None:
        """The source's own id."""
        return self.identifiers.get("ext_id")

    def shown(self) -> dict[str, Any]:
        """As ``GET /contacts`` lists it."""
        attributes = dict(self.attributes)
        for kind, value in self.identifiers.items():
            if kind != "email":
                attributes["EXT_ID" if kind == "ext_id" else kind] = value
        body = {
            "id": self.id,
            "email": self.email,
            "emailBlacklisted": self.email_blacklisted,
            "smsBlacklisted": self.sms_blacklisted,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "listIds": list(self.list_ids),
            "listUnsubscribed": list(self.list_unsubscribed),
            "attributes": attributes,
        }
        if self.email is None:
            del body["email"]
        return body


class Start(NamedTuple):
    """Something that starts automations: an event, a live order, an addition to a list.

    ``kind`` is ``event``, ``order`` or ``list``; ``name`` the event's name, the order's id or the
    list's id as text; ``at`` is UTC text.
    """

    kind: str
    name: str
    contact_id: int | None
    at: str


@dataclass(slots=True)
class Change:
    """What one call or one row of an import wants of a contact.

    None leaves a flag alone. ``emptied`` are attributes to clear.
    """

    identifiers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    emptied: Iterable[str] = ()
    email_blacklisted: bool | None = None
    sms_blacklisted: bool | None = None
    list_ids: Iterable[int] = ()
    unlink: Iterable[int] = ()


@dataclass(slots=True)
class ContactBook:
    """All contacts of the account with what tests look for afterwards.

    ``dropped`` holds (contact id, attribute, why) of values let go in silence and ``drops``
    counts them; ``unblocked`` (contact id, how, time) of blocks taken away; ``put_back``
    (contact id, list id) of additions to a list that the person had left.
    """

    attributes: dict[str, Attribute]
    by_id: dict[int, Contact] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)
    dropped: deque[tuple[int, str, str]] = field(
        default_factory=lambda: deque(maxlen=REMEMBERED_DROPS)
    )
    drops: Counter[tuple[str, str]] = field(default_factory=Counter)
    unblocked: list[tuple[int, str, str]] = field(default_factory=list)
    put_back: list[tuple[int, int]] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    _next_id: int = 1

    def find(self, kind: str, value: str) -> Contact | None:
        """The contact with this identifier."""
        owner = self.directory.owner(kind, value)
        return None if owner is None else self.by_id[owner]

    def create(self, change: Change, at: str) -> Contact:
        """A new contact; its identifiers must be free."""
        contact = Contact(self._next_id, at, at, {}, {})
        self._next_id += 1
        self.by_id[contact.id] = contact
        self.apply(contact, change, at)
        return contact

    def apply(self, contact: Contact, change: Change, at: str) -> None:
        """Change a contact; identifiers of the change must be free or its own."""
        self._identify(contact, change, at)
        contact.attributes.update(change.values)
        for name in change.emptied:
            self._empty(contact, name)
        self._block(contact, change, at)
        self.add_to_lists(contact, change.list_ids, at)
        self.remove_from_lists(contact, change.unlink)
        contact.modified = at

    def _identify(self, contact: Contact, change: Change, at: str) -> None:
        for kind, value in change.identifiers.items():
            present = contact.identifiers.get(kind)
            if present == value:
                continue
            if present is not None:
                self.directory.drop(kind, present)
                # A blocked person whose address changes can be mailed again (API v3, note on
                # PUT /contacts/{identifier}, checked 2026-11-24).
                if kind == "email" and contact.email_blacklisted:
                    contact.email_blacklisted = False
                    if change.email_blacklisted is not True:
                        self.unblocked.append((contact.id, "address changed", at))
            contact.identifiers[kind] = value
            self.directory.put(kind, value, contact.id)

    def _empty(self, contact: Contact, name: str) -> None:
        kind = "ext_id" if name == "EXT_ID" else name
        if kind in KINDS:
            value = contact.identifiers.pop(kind, None)
            if value is not None:
                self.directory.drop(kind, value)
        else:
            contact.attributes.pop(name, None)

    def _block(self, contact: Contact, change: Change, at: str) -> None:
        if change.email_blacklisted is True and not contact.email_blacklisted:
            contact.unsubscriptions += (("admin", at),)
        if change.email_blacklisted is False and contact.email_blacklisted:
            self.unblocked.append((contact.id, "emailBlacklisted false", at))
        if change.sms_blacklisted is False and contact.sms_blacklisted:
            self.unblocked.append((contact.id, "smsBlacklisted false", at))
        if change.email_blacklisted is not None:
            contact.email_blacklisted = change.email_blacklisted
        if change.sms_blacklisted is not None:
            contact.sms_blacklisted = change.sms_blacklisted

    def add_to_lists(self, contact: Contact, list_ids: Iterable[int], at: str) -> None:
        """Put a contact on lists; only a list it was not on starts automations."""
        for list_id in list_ids:
            if list_id in contact.list_ids:
                continue
            if list_id in contact.list_unsubscribed:
                self.put_back.append((contact.id, list_id))
                contact.list_unsubscribed = without(contact.list_unsubscribed, list_id)
            contact.list_ids += (list_id,)
            self.starts.append(Start("list", str(list_id), contact.id, at))

    def remove_from_lists(self, contact: Contact, list_ids: Iterable[int]) -> None:
        """Take a contact off lists."""
        for list_id in list_ids:
            contact.list_ids = without(contact.list_ids, list_id)

    def note_drops(self, contact: Contact, dropped: Iterable[tuple[str, str]]) -> None:
        """Remember values that were let go in silence."""
        for name, why in dropped:
            self.dropped.append((contact.id, name, why))
            self.drops[name, why] += 1

    def delete(self, contact: Contact) -> None:
        """Remove a contact with everything known of it, blocks included."""
        for kind, value in contact.identifiers.items():
            self.directory.drop(kind, value)
        del self.by_id[contact.id]

    def merge(self, contacts: Iterable[Contact]) -> Contact:
        """One contact out of several: the one modified last survives, the others are deleted."""
        ordered = sorted(contacts, key=lambda contact: (contact.modified, contact.id))
        survivor = ordered.pop()
        for other in reversed(ordered):
            self.delete(other)
            for kind, value in other.identifiers.items():
                if kind not in survivor.identifiers:
                    survivor.identifiers[kind] = value
                    self.directory.put(kind, value, survivor.id)
            survivor.attributes = {**other.attributes, **survivor.attributes}
            extra = [each for each in other.list_ids if each not in survivor.list_ids]
            survivor.list_ids += tuple(extra)
            survivor.email_blacklisted |= other.email_blacklisted
            survivor.sms_blacklisted |= other.sms_blacklisted
        return survivor


def without(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    """The tuple less one number; the same object when it was not in it."""
    return tuple(each for each in numbers if each != number) if number in numbers else numbers
