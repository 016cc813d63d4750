"""Customers of two stores and their guests: every version they ever had, as Shopify shows it."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from hand_clock import HandClock

ADDRESSES = ("a@example.org", "b@example.org", "c@example.org", "d@example.org", "e..x@example.org")
INVALID = ADDRESSES[-1]  # Brevo refuses two dots in a row; common validators do not
PHONES = ("+33612345601", "+33612345602", None)
WORDS = {"SUBSCRIBED": "granted", "UNSUBSCRIBED": "denied"}
STORES = ("paris", "paris", "rome")
PAUSE = "pause"


@dataclass(frozen=True)
class Version:
    """One state of a customer; ``number`` counts the versions of the whole shop."""

    who: int
    number: int
    at: str
    address: str | None
    phone: str | None = None
    email_state: str | None = None
    email_at: str | None = None
    sms_state: str | None = None
    sms_at: str | None = None
    deleted: bool = False

    def word(self, channel: str) -> tuple[str, str, bool] | None:
        """Return what it says of a channel: the word, since when, and whether it says when."""
        there = self.address if channel == "email" else self.phone
        state = getattr(self, f"{channel}_state")
        since = getattr(self, f"{channel}_at")
        if self.deleted or there is None or state not in WORDS:
            return None
        return WORDS[state], since or self.at, since is not None

    def record(self) -> dict[str, Any]:
        key = {"id": f"gid://shopify/Customer/{self.who}", "_tajo_store": STORES[self.who]}
        if self.deleted:
            return {**key, "_sdc_deleted_at": self.at, "updatedAt": self.at}
        email = {
            "emailAddress": self.address,
            "marketingState": self.email_state,
            "marketingUpdatedAt": self.email_at,
        }
        sms = {"state": self.sms_state, "updatedAt": self.sms_at}
        phone = {"phoneNumber": self.phone, "smsMarketingConsent": sms}
        return {
            **key,
            "updatedAt": self.at,
            "firstName": f"version {self.number}",
            "defaultEmailAddress": email if self.address else None,
            "defaultPhoneNumber": phone if self.phone else None,
        }


@dataclass
class Guest:
    """An order without a customer."""

    number: int
    at: str
    address: str
    phone: str | None

    def record(self) -> dict[str, Any]:
        return {
            "id": f"gid://shopify/Order/{self.number}",
            "_tajo_store": STORES[self.number % len(STORES)],
            "updatedAt": self.at,
            "email": self.address,
            "phone": self.phone,
            "customer": None,
            "customerAcceptsMarketing": True,
            "test": False,
            "billingAddress": {"firstName": f"guest {self.number}", "countryCodeV2": "FR"},
        }


@dataclass
class Shop:
    """All versions of all customers, oldest first."""

    clock: HandClock
    versions: list[list[Version]] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        for who in range(len(STORES)):
            self._number += 1
            at = self.clock.text()
            state = ("SUBSCRIBED", None, "UNSUBSCRIBED")[who]
            first = Version(who, self._number, at, ADDRESSES[who], email_state=state, email_at=at)
            self.versions.append([first])

    def change(self, who: int, *, same_moment: bool = False, **values: Any) -> None:
        """Give a customer a new version, later than the last or at the same moment."""
        if not same_moment:
            self.clock.seconds += 60
        self._number += 1
        at = self.clock.text()
        for channel in ("email", "sms"):
            if f"{channel}_state" in values:
                values.setdefault(f"{channel}_at", at)
        newest = self.newest(who)
        made = replace(newest, number=self._number, at=at, deleted=False)
        self.versions[who].append(replace(made, **values))

    def order(self, address: str, phone: str | None) -> None:
        """Let a guest order."""
        self.clock.seconds += 60
        self.guests.append(Guest(len(self.guests), self.clock.text(), address, phone))

    def newest(self, who: int) -> Version:
        return self.versions[who][-1]


OPEN: dict[str, Any] = {}
FIELDS = {
    "customers": (
        "id updatedAt firstName lastName defaultEmailAddress defaultPhoneNumber defaultAddress "
        "amountSpent numberOfOrders lastOrder locale tags _tajo_store"
    ),
    "orders": (
        "id updatedAt email phone customer customerLocale test billingAddress shippingAddress "
        "_tajo_store"
    ),
}
SCHEMAS = tuple(
    json.dumps(
        {
            "type": "SCHEMA",
            "stream": stream,
            "key_properties": ["id"],
            "schema": {"type": "object", "properties": dict.fromkeys(fields.split(), OPEN)},
        }
    )
    for stream, fields in FIELDS.items()
)
STATE = json.dumps({"type": "STATE", "value": {"bookmarks": {}}})


def line_of(item: Version | Guest) -> str:
    """Return the Singer line of a version or an order."""
    stream = "customers" if isinstance(item, Version) else "orders"
    return json.dumps({"type": "RECORD", "stream": stream, "record": item.record()})
