"""Attributes that are made of all records of one person: sums, and the latest of dates."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from tajo_mapping.operations import LATEST
from target_brevo.brevo.client import Client
from target_brevo.clock import moment
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.merging import Wish
from target_brevo.contacts.moves import put
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.shares import Share

OTHER_UNITS = "{}: amounts in another currency, or in none, were not added"
WHOLE = "{}: other records add it up, so the value of a record that writes it whole was left out"
TOO_LONG = "{}: the sum has more than 15 digits and was left out"
# Every decimal of so many digits survives a JSON number (IEEE 754 double).
_DIGITS = 15
# The unit of a share that only says: this attribute holds the currency of a sum.
_CURRENCY = "currency of a sum"


class Total(NamedTuple):
    """The sum of what may be added (None where nothing is), its unit, and what was not added."""

    amount: Decimal | None
    unit: str | None
    left_out: int


def total_of(shares: Iterable[Share], *, by_unit: bool) -> Total:
    """Return the sum of the shares, exactly.

    ``by_unit``: of those alone that have the unit of the newest share which is not zero; an amount
    of no unit is never added to another.
    """
    parts = sorted(
        ((_age(share), Decimal(share.amount), share.unit) for share in shares if share.amount),
        key=lambda part: part[0],
    )
    if not parts:
        return Total(None, None, 0)
    if not by_unit:
        return Total(sum((amount for _, amount, _ in parts), Decimal(0)), None, 0)
    known = [part for part in parts if part[2] is not None]
    telling = [part for part in known if part[1]] or known
    if not telling:
        return Total(parts[-1][1], None, len(parts) - 1)
    unit = telling[-1][2]
    added = [amount for _, amount, its in parts if its == unit]
    # Nothing is of every currency, so leaving it out leaves nothing out.
    left_out = sum(1 for _, amount, its in parts if its != unit and amount)
    return Total(sum(added, Decimal(0)), unit, left_out)


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one account."""

    client: Client
    ledger: Ledger
    finder: Finder
    note: Callable[[str], None]

    def applied(
        self, wish: Wish, person: str, held: Sequence[Share]
    ) -> tuple[Wish, tuple[Share, ...]]:
        """Return the wish with its sums as attributes, and the shares to remember once it is sent.

        ``held`` are the shares of the person so far.
        """
        told = tuple(
            Share(each.source, person, name, amount or "", unit, each.at)
            for each in wish.sources
            for name, (amount, unit, _) in each.sums.items()
        )
        told += tuple(
            Share(each.source, person, unit_name, "", _CURRENCY, each.at)
            for each in wish.sources
            for unit_name in sorted({its for _, _, its in each.sums.values() if its})
        )
        wish = self._without_whole(wish, held)
        if not told:
            return wish, ()
        new = {(share.source, share.name) for share in told}
        parts = [share for share in held if (share.source, share.name) not in new] + list(told)
        units = {
            name: unit_name
            for each in wish.sources
            for name, (_, _, unit_name) in each.sums.items()
        }
        attributes = dict(wish.attributes)
        added = {share.name for share in held if share.amount}
        for name, unit_name in units.items():
            written = self._written(name, parts, unit_name)
            # What nothing was ever added to is not ours to clear.
            if written.get(name) is not None or name in added:
                attributes |= written
        return replace(wish, attributes=attributes), told

    def _without_whole(self, wish: Wish, held: Sequence[Share]) -> Wish:
        """Leave out what other records add up: else whoever came last would have the say."""
        here = {each.source for each in wish.sources}
        added_up = {share.name for share in held if share.source not in here}
        own = {its for each in wish.sources for _, _, its in each.sums.values()}
        clashing = (added_up - own) & wish.attributes.keys()
        if not clashing:
            return wish
        for name in sorted(clashing):
            self.note(WHOLE.format(name))
        kept = {name: value for name, value in wish.attributes.items() if name not in clashing}
        return replace(wish, attributes=kept)

    def leave(self, source: str, person: str, ext_id: str | None, *, stays: bool = False) -> bool:
        """Take what a record added out of the sums of ``person`` (a hash), who keeps the others.

        Where no other record is left, a sum becomes 0 for a person who ``stays``. A date stays as
        it is, for a single call cannot clear it (API v3, PUT /contacts/{identifier}, checked
        2026-11-24), and so does all of a person who is gone. Returns whether anything was written.
        """
        held = self.ledger.shares.of([person]).get(person, [])
        gone = [share for share in held if share.source == source]
        if not gone:
            return False
        rest = [share for share in held if share.source != source]
        summed = {share.name for share in rest if share.unit != _CURRENCY}
        emptied = {share.name for share in gone if share.unit not in {_CURRENCY, LATEST}} - summed
        attributes: dict[str, Any] = dict.fromkeys(sorted(emptied), 0) if stays else {}
        for name in sorted({share.name for share in gone} & summed):
            attributes |= self._written(name, rest, None)
        found = self.finder.find(person, source, ext_id) if attributes else None
        if found is not None:
            put(self.client, found, {"attributes": attributes})
        with self.ledger.database.begin() as connection:
            self.ledger.shares.drop(connection, source)
        return found is not None

    def _written(self, name: str, parts: Sequence[Share], unit_name: str | None) -> dict[str, Any]:
        own = [share for share in parts if share.name == name]
        if any(share.unit == LATEST for share in own):
            # Dates as Brevo takes them, YYYY-MM-DD: the last in order is the latest.
            return {name: max((share.amount for share in own), default="") or None}
        by_unit = unit_name is not None or any(share.unit for share in own)
        total = total_of(own, by_unit=by_unit)
        if total.left_out:
            self.note(OTHER_UNITS.format(name))
        if total.amount is None:
            return {name: None}
        if len(total.amount.normalize().as_tuple().digits) > _DIGITS:
            self.note(TOO_LONG.format(name))
            return {}
        whole = total.amount == total.amount.to_integral_value()
        written: dict[str, Any] = {name: int(total.amount) if whole else float(total.amount)}
        # The amount and its currency say the same, whatever record is the newest.
        return written | ({unit_name: total.unit} if unit_name and total.unit else {})


def _age(share: Share) -> float:
    at = moment(share.at)
    return at.timestamp() if at else float("-inf")
