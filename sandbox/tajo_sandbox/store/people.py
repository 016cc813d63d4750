"""Customers, addresses and odd but valid e-mail addresses."""

from __future__ import annotations

import unicodedata
from itertools import repeat
from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import DAY, Dice, Loaded, iso
from tajo_sandbox.store.rows import Address, Consent, Customer
from tajo_sandbox.store.words import (
    COMPANIES,
    CUSTOMER_TAGS,
    FIRST_NAMES,
    LAST_NAMES,
    PLACES,
    STREETS,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORY = 730 * DAY
FIRST_CUSTOMER = 6_000_000_000_000
FIRST_ADDRESS = 9_000_000_000_000
STEP = 32_768

_PLACES = tuple(place for place in PLACES for _ in repeat(None, place.weight))
_DOMAINS = ("example.com", "example.com", "example.org", "example.net")
_EMAIL = Loaded({
    "SUBSCRIBED": 55, "NOT_SUBSCRIBED": 28, "UNSUBSCRIBED": 10, "PENDING": 5, "INVALID": 2,
})  # fmt: skip
_CHANNEL = Loaded({
    "NEVER_SUBSCRIBED": 55, "SUBSCRIBED": 25, "UNSUBSCRIBED": 10, "PENDING": 5, "REDACTED": 5,
})  # fmt: skip
_LEVEL = Loaded({"SINGLE_OPT_IN": 60, "CONFIRMED_OPT_IN": 30, "UNKNOWN": 10})
_STATE = Loaded({"ENABLED": 55, "DISABLED": 38, "INVITED": 5, "DECLINED": 2})
_SILENT = {"NOT_SUBSCRIBED", "NEVER_SUBSCRIBED"}
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "\u0131": "i", "ß": "ss", "'": "", " ": ""})


def plain(name: str) -> str:
    """A name as it stands in most e-mail addresses: ASCII, lower case, no spaces."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return decomposed.encode("ascii", "ignore").decode().lower()


_PLAIN = {name: plain(name) for name in FIRST_NAMES + LAST_NAMES}


class People:
    """Draws customers, addresses and contact data."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._addresses = 0
        self._phones = 0
        self._last_phone: str | None = None

    def email(self, first: str, last: str, index: int) -> str:
        """A unique address at a domain that is reserved for examples."""
        dice = self.dice
        local = f"{_PLAIN[first]}.{_PLAIN[last]}{index}"
        odd = dice.random()
        if odd < 0.03:  # noqa: PLR2004 -- a share of the odd ones, explained beside it
            local = f"{local}+{dice.pick(('shop', 'news', 'sale-24'))}"
        elif odd < 0.06:  # noqa: PLR2004 -- as typed by people who like capitals
            local = f"{first}.{_PLAIN[last].title()}{index}"
            local = local if local.isascii() else local.encode("ascii", "ignore").decode()
        elif odd < 0.063:  # noqa: PLR2004 -- internationalised local part, valid by RFC 6531
            local = f"jürgen.{_PLAIN[last]}{index}"
        elif odd < 0.07:  # noqa: PLR2004 -- punctuation that careless checks refuse
            local = f"o'{_PLAIN[last]}_{index}"
        return f"{local}@{dice.pick(_DOMAINS)}"

    def phone(self, place: Place, *, shared: bool = True) -> str:
        """A mobile number in E.164; where `shared`, one in eighty is the one before it again."""
        if shared and self._last_phone and self.dice.chance(1 / 80):
            return self._last_phone
        self._phones += 1
        digits = (self._phones * 7_368_787 + 2_468_013) % 10**place.digits
        self._last_phone = f"{place.mobile}{digits:0{place.digits}}"
        return self._last_phone

    def address(self, place: Place, first: str | None, last: str | None) -> Address:
        """A postal address in `place`, its phone number written as people write it."""
        dice = self.dice
        self._addresses += 1
        written = None
        if dice.chance(0.4):
            written = f"0{dice.between(150, 179)} {dice.between(100, 999)} {dice.between(10, 99)}"
        return Address(
            number=FIRST_ADDRESS + self._addresses * STEP,
            first_name=first,
            last_name=last,
            company=dice.pick(COMPANIES) if dice.chance(0.06) else None,
            address1=f"{dice.pick(STREETS)} {dice.between(1, 180)}",
            address2="2nd floor" if dice.chance(0.08) else None,
            city=place.city,
            province=place.province,
            province_code=place.province_code,
            zip=f"{dice.between(0, 10**place.zip_digits - 1):0{place.zip_digits}}",
            country=place.country,
            country_code=place.code,
            phone=written,
        )

    def consent(self, die: Loaded, since: int) -> Consent:
        """A consent in one of the platform's states, given some time after `since`."""
        dice = self.dice
        state = die.at(dice.random())
        if state in _SILENT:
            return Consent(state)
        given = iso(dice.later(since, 90 * DAY)) if dice.chance(0.95) else None
        return Consent(state, _LEVEL.at(dice.random()), given)

    def place(self) -> Place:
        """A place to live, the shop's neighbours first."""
        return self.dice.pick(_PLACES)

    def customer(self, index: int, created: int, updated: int) -> Customer:
        """The customer with running number `index`."""
        dice = self.dice
        place = self.place()
        first, last = dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
        nameless = dice.chance(0.02)
        phone = self.phone(place) if dice.chance(0.45) else None
        mail = self.email(first, last, index) if phone is None or dice.chance(0.95) else None
        asked = self.consent(_CHANNEL, created) if phone else Consent("NEVER_SUBSCRIBED")
        chat = self.consent(_CHANNEL, created) if phone else Consent("NEVER_SUBSCRIBED")
        return Customer(
            number=FIRST_CUSTOMER + index * STEP,
            created_at=iso(created),
            updated_at=iso(updated),
            first_name=None if nameless else first,
            last_name=None if nameless else last,
            email=mail,
            email_consent=self.consent(_EMAIL, created) if mail else Consent("NOT_SUBSCRIBED"),
            phone=phone,
            sms_consent=asked,
            whatsapp_consent=chat,
            state=_STATE.at(dice.random()),
            locale=place.locale.split("-")[0] if dice.chance(0.5) else place.locale,
            tags=dice.pick(CUSTOMER_TAGS),
            note="Prefers parcels at the door" if dice.chance(0.03) else None,
            tax_exempt=dice.chance(0.02),
            verified_email=dice.chance(0.9),
            address=None if dice.chance(0.2) else self.address(place, first, last),
        )


def crowd(people: People, count: int) -> Iterator[Customer]:
    """`count` customers in order of creation over two years, some edited in the same second."""
    dice = people.dice
    start = dice.now - HISTORY
    edits = sorted(start + int(dice.random() * HISTORY) for _ in range(count // 500 + 2))
    for index in range(count):
        created = start + int(HISTORY * (index + dice.random()) / count)
        updated = created + int((dice.now - created) * dice.random() ** 3)
        if dice.chance(0.04):
            # staff edited many customers at once: ties in updatedAt
            updated = max(dice.pick(edits), created)
        yield people.customer(index + 1, min(created, dice.now - 1), min(updated, dice.now - 1))
