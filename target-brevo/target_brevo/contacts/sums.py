"""Attributes that are sums over the records of one person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from target_brevo.brevo.client import Client
from target_brevo.clock import moment
from target_brevo.contacts.finding import Finder
from target_brevo.contacts.merging import Wish
from target_brevo.contacts.moves import put
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.shares import Share

OTHER_UNITS = "{}: amounts in another currency, or in none, were not added"
TOO_LONG = "{}: the sum has more than 15 digits and was left out"
# Every decimal of so many digits survives a JSON number (IEEE 754 double).
_DIGITS = 15


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
        for name, unit_name in units.items():
            attributes |= self._written(name, parts, unit_name)
        return replace(wish, attributes=attributes), told

    def leave(self, source: str, person: str, ext_id: str | None) -> None:
        """Take what a record added out of the sums of ``person`` (a hash), who keeps the others.

        Nothing is written where no other record is left: the value then stays as it is.
        """
        held = self.ledger.shares.of([person]).get(person, [])
        gone = [share for share in held if share.source == source]
        if not gone:
            return
        rest = [share for share in held if share.source != source]
        names = {share.name for share in gone} & {share.name for share in rest}
        attributes: dict[str, Any] = {}
        for name in sorted(names):
            attributes |= self._written(name, rest, None)
        found = self.finder.find(person, source, ext_id) if attributes else None
        if found is not None:
            put(self.client, found, {"attributes": attributes})
        with self.ledger.database.begin() as connection:
            self.ledger.shares.drop(connection, source)

    def _written(self, name: str, parts: Sequence[Share], unit_name: str | None) -> dict[str, Any]:
        own = [share for share in parts if share.name == name]
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
