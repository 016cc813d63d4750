"""One history: steps of small numbers, played on the shop, on Brevo and on the loader."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from consent_histories.bench import BATCH_AGE_S, OLD_LIST, OWN_LIST, Bench, Kill
from consent_histories.feeds import FEEDS, guests_of
from consent_histories.oracle import FOR_GOOD, Oracle, WatchedBook
from consent_histories.paths import Paths
from consent_histories.shop import (
    ADDRESSES,
    PAUSE,
    PHONES,
    SCHEMAS,
    STATE,
    STORES,
    Guest,
    Shop,
    Version,
    line_of,
)

Step = tuple[str, int, int, int]
# What the small numbers stand for: what can meet stands more than once.
WHO = (0, 0, 0, 1, 1, 1, 2, 2)
SAID = ("SUBSCRIBED",) * 3 + ("UNSUBSCRIBED",) * 2 + ("NOT_SUBSCRIBED",) * 2 + (None,)
WHERE = tuple(ADDRESSES[each] for each in (0, 0, 1, 1, 2, 2, 3, 4))


@dataclass
class History:
    """What has happened so far. ``reconsent``: the mapping lets a newer grant unblock."""

    reconsent: bool
    paths: Paths
    bench: Bench = field(init=False)
    shop: Shop = field(init=False)
    oracle: Oracle = field(init=False)
    book: WatchedBook = field(init=False)
    due: set[int] = field(default_factory=lambda: set(range(len(STORES))))
    guests_due: list[Guest] = field(default_factory=list)
    clicks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bench = Bench(mapping(reconsent=self.reconsent))
        account = self.bench.account
        self.book = account.book = WatchedBook(account)
        self.shop = Shop(self.bench.clock)
        self.oracle = Oracle(account, self.reconsent)

    def play(self, step: Step) -> None:
        """Let one thing happen."""
        verb, first, second, third = step
        getattr(self, f"do_{verb}")(first, second, third)

    @property
    def mailing(self) -> frozenset[int]:
        """The lists that are mailed, by id."""
        lists = self.bench.account.lists.values()
        return frozenset(each.id for each in lists if each.name in (OWN_LIST, OLD_LIST))

    # In the shop.

    def _change(self, who: int, *, same_moment: bool = False, **values: Any) -> None:
        who = WHO[who]
        self.shop.change(who, same_moment=same_moment, **values)
        self.due.add(who)

    def do_word(self, who: int, state: int, how: int) -> None:
        values: dict[str, Any] = {"email_state": SAID[state]}
        if how == 1:
            values["email_at"] = None
        self._change(who, same_moment=how in (2, 3), **values)

    def do_sms(self, who: int, state: int, how: int) -> None:
        self._change(who, same_moment=how == 2, sms_state=SAID[state])

    def do_address(self, who: int, where: int, how: int) -> None:
        self._change(who, address=None if how == 7 else WHERE[where])

    def do_phone(self, who: int, which: int, _: int) -> None:
        self._change(who, phone=PHONES[which % len(PHONES)])

    def do_touch(self, who: int, _: int, how: int) -> None:
        self._change(who, same_moment=how == 2)

    def do_delete(self, who: int, _: int, __: int) -> None:
        self._change(who, deleted=True)

    def do_guest(self, where: int, phone: int, _: int) -> None:
        self.shop.order(WHERE[where], PHONES[phone % len(PHONES)])
        self.guests_due.append(self.shop.guests[-1])

    # In Brevo.

    def _contact(self, which: int) -> tuple[str, Any]:
        """Pick the contact of a customer, else one of all, in the order of their addresses."""
        self.bench.clock.seconds += 60
        found = {each.email: each for each in self.bench.account.contacts.values() if each.email}
        if not found:
            return "", None
        address = self.shop.newest(which).address if which < len(STORES) else None
        if address not in found:
            address = sorted(found)[which % len(found)]
        return address, found[address]

    def _clicked(self, channel: str, address: str, at: str) -> None:
        self.oracle.clicked(channel, address, at)
        self.clicks.setdefault(address, []).append((channel, at))

    def do_unsubscribe(self, where: int, _: int, __: int) -> None:
        address, contact = self._contact(where)
        if contact is not None:
            self.bench.account.unsubscribe(address)
            self._clicked("email", address, self.bench.clock.text())

    def do_stop(self, where: int, _: int, __: int) -> None:
        address, contact = self._contact(where)
        if contact is not None:
            self.bench.account.unsubscribe(address, channel="sms")
            self._clicked("sms", address, self.bench.clock.text())

    def do_bounce(self, where: int, _: int, how: int) -> None:
        address, contact = self._contact(where)
        if contact is not None:
            self.bench.account.bounce(address, complaint=how % 2 == 1)
            self._clicked("email", address, FOR_GOOD)

    def do_leave(self, where: int, which: int, _: int) -> None:
        address, contact = self._contact(where)
        # Only a mail has a link to leave a list by, and the technical list is never mailed.
        mailed = [each for each in contact.list_ids if each in self.mailing] if contact else []
        if mailed:
            self.bench.account.leave_list(address, mailed[which % len(mailed)])
            self.oracle.has_left(address, mailed[which % len(mailed)])

    def do_form(self, where: int, _: int, __: int) -> None:
        """Join the old list by a form of Brevo's."""
        address, contact = self._contact(where)
        lists = self.bench.account.lists.values()
        old = next(each.id for each in lists if each.name == OLD_LIST)
        if contact is not None and old not in contact.list_unsubscribed:
            self.book.add_to_lists(contact, [old], self.bench.account.at())
            self.oracle.has_joined(address, old)

    def do_erase(self, where: int, _: int, __: int) -> None:
        address, contact = self._contact(where)
        if contact is not None:
            self.book.delete(contact)
            self.oracle.erased(address, self.clicks.pop(address, ()))

    # The loader.

    def do_run(self, feed: int, pauses: int, kill: int) -> None:
        """Load; ``kill`` (times the two others) says at which call the process dies, if at all."""
        dice = dice_of(feed * 8 + pauses)
        items = FEEDS[feed % len(FEEDS)](self.shop, self._due(), dice)
        at = kill + 8 * (pauses % 3)
        dies = Kill(1 + at // 2, applied=at % 2 == 1) if kill >= 3 and feed >= 1 else None
        self._run(items, dice, (0.0, 0.25, 0.6)[pauses % 3], dies)

    def _due(self) -> list[Any]:
        return [*(self.shop.newest(who) for who in sorted(self.due)), *self.guests_due]

    def _run(
        self, items: Sequence[Any], dice: random.Random, pauses: float, kill: Kill | None
    ) -> None:
        self.bench.clock.seconds += 60
        self.bench.account.settle()
        self.book.joins.clear()
        given = [each for each in items if isinstance(each, Version)]
        self.paths.before_run(self.oracle, given, guests_of(items))
        ended = self.bench.load(self._lines(items, dice, pauses), kill)
        self.oracle.mailing = self.mailing
        self.oracle.after_run(given, self.book.joins, ended=ended)
        self.paths.after_run(self.oracle, ended=ended, killed_after=bool(kill and kill.applied))
        if ended:
            self.due -= {each.who for each in given if each is self.shop.newest(each.who)}
            self.guests_due = [each for each in self.guests_due if each not in items]

    def _lines(self, items: Sequence[Any], dice: random.Random, pauses: float) -> Iterator[str]:
        yield from SCHEMAS[: 1 + bool(guests_of(items))]
        for item in items:
            if item is not PAUSE:
                yield line_of(item)
            if item is PAUSE or dice.random() < pauses:
                # What was read so far leaves, and the imports it left in may end or stay open.
                self.bench.clock.seconds += BATCH_AGE_S if dice.random() < 0.5 else 0.6
                yield STATE

    def end(self) -> None:
        """Deliver what is still due, so that every history ends in a run that came to its end."""
        self._run(self._due(), dice_of(0), 0.0, None)


def dice_of(number: int) -> random.Random:
    """Return dice that fall the same way each time."""
    return random.Random(number)  # noqa: S311 - nothing here is a secret


def mapping(*, reconsent: bool) -> dict[str, Any]:
    """Return what is laid over Shopify's mapping: two lists, no events, no orders."""
    contact: dict[str, Any] = {"mailing_lists": [OWN_LIST, OLD_LIST]}
    if reconsent:
        contact["consent"] = {
            "email": {
                "from": "defaultEmailAddress.marketingState",
                "at": "defaultEmailAddress.marketingUpdatedAt",
                "granted": ["SUBSCRIBED"],
                "denied": ["UNSUBSCRIBED", "REDACTED"],
                "reconsent": True,
            }
        }
    return {
        "streams": {"customers": {"contact": contact}, "orders": {"events": None, "order": None}}
    }
