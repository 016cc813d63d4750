"""Whom a command is asked about: what was typed, and the hashes under which the ledger keeps it."""

import re
from dataclasses import dataclass

from tajo_connector_sdk.errors import ConfigurationError
from tajo_mapping.operations import Source
from target_brevo.contacts.row import Identity
from target_brevo.ledger.book import Ledger, source_hash

# What may be typed, and Brevo's identifierType for it (API v3, getContactInfo, 2026-11-24).
KINDS = {
    "email": "email_id",
    "phone": "phone_id",
    "whatsapp": "whatsapp_id",
    "ext-id": "ext_id",
    "id": "contact_id",
}
RECORD = "record"
_PHONE = re.compile(r"\+?[\d ().-]{7,}")
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Either an identity of a contact in Brevo, or one record of a source."""

    identity: Identity | None
    record: Source | None = None

    def read_as(self, brevo_id: int | None) -> Identity | None:
        """Return by what Brevo is asked: ``brevo_id`` is that of a record's contact, if known."""
        if self.record is None:
            return self.identity
        if brevo_id is not None:
            return Identity("contact_id", str(brevo_id))
        record = self.record
        return Identity("ext_id", f"{record.platform}:{record.store}:{record.id}")

    def persons(self, ledger: Ledger) -> list[str]:
        """Return the persons (hashes) that the ledger knows this by."""
        if self.identity is not None:
            return [self.identity.hashed(ledger)]
        sources = self.sources(ledger)
        sent = ledger.people.sources(sources).values()
        found = [each.person for each in sent if each.person]
        found += [person for each in sources for person in ledger.traces.persons(each)]
        return list(dict.fromkeys(found))

    def sources(self, ledger: Ledger) -> list[str]:
        """Return the hashes that the record may have, none where an identity was given."""
        if self.record is None:
            return []
        record = self.record
        ids = ids_of(record.platform, record.stream, record.id)
        return [source_hash(ledger, record._replace(id=each)) for each in ids]


def ids_of(platform: str, stream: str, number: str) -> list[str]:
    """Return what a record's own id may be that people know by ``number``.

    Shopify's is a global id, ``gid://shopify/Customer/123``
    (shopify.dev/docs/api/usage/gids, checked 2026-11-29).
    """
    if platform != "shopify" or "/" in number:
        return [number]
    kind = "".join(word.capitalize() for word in stream.split("_")).removesuffix("s")
    return [number, f"gid://shopify/{kind}/{number}"]


def asked(text: str, kind: str = "") -> Asked:
    """Return what ``text`` means, by ``kind`` (of ``KINDS``, or ``record``) or by its looks.

    Raises ConfigurationError, without the text, where that cannot be told.
    """
    text = text.strip()
    kind = kind or _looks_like(text)
    if kind == RECORD:
        parts = text.split("/", _PARTS - 1)
        if len(parts) < _PARTS or not all(parts):
            raise ConfigurationError(
                "the record",
                "it has fewer than four parts",
                right="platform/store/stream/id, as in shopify/demo.myshopify.com/customers/123",
            )
        return Asked(None, Source(*parts))
    if kind == "email":
        text = text.lower()
    elif kind in {"phone", "whatsapp"}:
        text = re.sub(r"\D", "", text).lstrip("0")
    return Asked(Identity(KINDS[kind], text))


def _looks_like(text: str) -> str:
    if "@" in text:
        return "email"
    if _PHONE.fullmatch(text):
        return "phone"
    if text.count("/") >= _PARTS - 1:
        return RECORD
    if ":" in text:
        return "ext-id"
    raise ConfigurationError(
        "who",
        "it does not look like an e-mail address, a phone number, an own id or a record",
        right="person@example.org, +33612345678, shopify:demo:123, or shopify/demo/customers/123",
        do=f"say what it is with --as ({', '.join([*KINDS, RECORD])})",
    )
