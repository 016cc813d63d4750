"""Orders: historical unless they are news, sent again only when they changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tajo_connector_sdk.errors import OutcomeUnknown
from tajo_mapping.operations import Order
from target_brevo.brevo.refusals import NOT_TAKEN, code_of, reason_of
from target_brevo.contacts.row import Identity
from target_brevo.delivery.buyers import Buyers, by_own_id, named_in
from target_brevo.delivery.doubts import SENT_AGAIN, Doubts
from target_brevo.delivery.news import News
from target_brevo.delivery.parcels import Parcel, Shelf
from target_brevo.delivery.rivals import Rivals
from target_brevo.delivery.shop import Shop
from target_brevo.ledger.sendings import Held, Sending
from target_brevo.verdicts import Claim

# POST /orders/status/batch: 1,000 orders or 5 MB (developers.brevo.com/docs/import-your-orders,
# checked 2026-11-24).
MOST_ORDERS = 1000
LARGEST_BODY = 4_800_000
_FEW = 10
_REFUSED = 400
_REQUIRED = ("createdAt", "updatedAt", "status", "amount", "products")
UNSURE = "an order's first sending had no answer: sent again as historical"


@dataclass
class OrderRoom:
    """The orders of one run."""

    shelf: Shelf
    shop: Shop
    news: News
    doubts: Doubts
    buyers: Buyers
    rivals: Rivals

    def add(self, order: Order, claim: Claim) -> None:
        """Take in one order; a full buffer leaves by itself."""
        body: dict[str, Any] = {"id": order.id, **order.body}
        identity = _identity(order)
        if identity is not None:
            body["identifiers"] = {identity.type: identity.value}
        person = identity.hashed(self.shelf.ledger) if identity else ""
        parcel = self.shelf.parcel(claim, order.id, order.source, body)._replace(person=person)
        problem = _problem(body)
        if problem:
            self.shelf.reject(parcel, problem)
            return
        live = not self.news.why_not(order.source.platform, order.source.store, order.at)
        ext_id = (order.ext_id or "") if order.email else ""
        by_own_id = identity is not None and not order.email
        self.shelf.put(parcel._replace(live=live, ext_id=ext_id, by_own_id=by_own_id))
        if self.shelf.waiting >= MOST_ORDERS:
            self.flush()

    @property
    def waiting(self) -> int:
        """How many orders have not left yet."""
        return self.shelf.waiting

    def flush(self) -> None:
        """Send what Brevo does not hold yet, each after its buyer."""
        while self.shelf.waiting:
            parcels, before = self.shelf.changed()
            if not parcels:
                return
            self.buyers.wait_for((each.person, each.by_own_id) for each in parcels)
            live, elsewhere, held = self._first_and_news(parcels, before)
            apart = {each.key for each in (*live, *elsewhere)}
            self._send([each for each in parcels if each.key not in apart], historical=True)
            news, nobodys = self._to_whom_it_is_now(live)
            self._send(nobodys, historical=True)
            elsewhere += self._send_news(news, held)
            for each in elsewhere:
                self.shelf.put(each)
            # Nothing of ours is under way here, so two runs never wait for each other.
            self.rivals.wait_for(each.key for each in elsewhere)

    def _to_whom_it_is_now(self, live: Sequence[Parcel]) -> tuple[list[Parcel], list[Parcel]]:
        """Return live orders, with a buyer whose address is another by now named by the own id.

        Old orders start nothing, so they are not worth a call for each such buyer. Apart are those
        of buyers who said no and are in Brevo no more: whether an order makes a contact of them
        Brevo does not say (API v3, createOrder, checked 2026-11-29).
        """
        moved = self.buyers.moved((each.person, each.ext_id) for each in live)
        there = [each for each in live if (each.person, each.ext_id) not in moved]
        named = {each.person: named_in(each.body) for each in there if each.person}
        # Invariant 3: such a contact would come without the block, and start automations.
        gone = self.buyers.gone(named)
        news = [
            each._replace(body=by_own_id(each.body, each.ext_id))
            if (each.person, each.ext_id) in moved
            else each
            for each in live
            if (each.person, each.ext_id) in moved or each.person not in gone
        ]
        return news, [each for each in there if each.person in gone]

    def _first_and_news(
        self, parcels: Sequence[Parcel], before: set[str]
    ) -> tuple[list[Parcel], list[Parcel], Mapping[str, Held]]:
        """Return the orders that may start automations.

        Only the first sending of an order may: a later one is the same order in a new state, and
        sent as live it would start the automations of a new order at every change of status. Also
        return those that another run is sending live at this moment, and what the ledger holds.
        """
        # Invariant 5.
        first = [each for each in parcels if each.live and each.key not in before]
        sendings = self.shelf.ledger.sendings
        held = sendings.held([each.key for each in first])
        elsewhere = [each for each in first if self.rivals.is_sending(held.get(each.key))]
        others = {each.key for each in elsewhere}
        first = [each for each in first if each.key not in others]
        states = {key: each.state for key, each in held.items()}
        live = [each for each in first if self.doubts.may_go(states.get(each.key))]
        for each in first:
            if each.key in states:
                self.shelf.books.tally.note(SENT_AGAIN if each in live else UNSURE)
        return live, elsewhere, held

    def _send_news(self, live: list[Parcel], held: Mapping[str, Held]) -> list[Parcel]:
        """Send live orders, each call after its intent; return what another run was faster with.

        A kill leaves what is behind the call to the next run.
        """
        faster: list[Parcel] = []
        calls = ([each] for each in live) if len(live) <= _FEW else _bodies(live)
        for part in calls:
            now = self.shelf.clock.stamp()
            ours = self.shelf.ledger.sendings.claim(
                (Sending(x.key, "order", "order", x.at or now, "pending", now) for x in part), held
            )
            faster += [each for each in part if each.key not in ours]
            self._send([each for each in part if each.key in ours], historical=False)
        return faster

    def _withdraw(self, live: Sequence[Parcel]) -> None:
        with self.shelf.ledger.database.begin() as connection:
            self.shelf.ledger.sendings.withdraw(connection, [each.key for each in live])

    def _send(self, parcels: Sequence[Parcel], *, historical: bool) -> None:
        if not historical and len(parcels) <= _FEW:
            for parcel in parcels:
                self._send_live(parcel)
            return
        for part in _bodies(parcels):
            self._send_batch(part, historical=historical)

    def _send_batch(self, parcels: Sequence[Parcel], *, historical: bool) -> None:
        flag = b"true" if historical else b"false"
        orders = b",".join(each.body for each in parcels)
        body = b'{"historical":' + flag + b',"orders":[' + orders + b"]}"
        try:
            answer = self.shop.write(
                "/orders/status/batch", body, {202, _REFUSED}, repeatable=historical
            )
        except OutcomeUnknown:
            self._send_unsure(parcels)
            return
        except NOT_TAKEN:
            if not historical:
                self._withdraw(parcels)
            raise
        if answer.status != _REFUSED:
            self._taken(parcels, historical=historical)
        elif len(parcels) == 1:
            self.shelf.reject(parcels[0], reason_of(answer), code_of(answer))
        elif historical:
            # The single call knows no 'historical' and would start automations, so a refused
            # batch of old orders is halved instead.
            half = len(parcels) // 2
            self._send_batch(parcels[:half], historical=True)
            self._send_batch(parcels[half:], historical=True)
        else:
            for parcel in parcels:
                self._send_live(parcel)

    def _send_live(self, parcel: Parcel) -> None:
        try:
            answer = self.shop.write(
                "/orders/status", parcel.body, {204, _REFUSED}, repeatable=False
            )
        except OutcomeUnknown:
            self._send_unsure([parcel])
            return
        except NOT_TAKEN:
            self._withdraw([parcel])
            raise
        if answer.status == _REFUSED:
            self._withdraw([parcel])
            self.shelf.reject(parcel, reason_of(answer), code_of(answer))
        else:
            self._taken([parcel], historical=False)

    def _send_unsure(self, parcels: Sequence[Parcel]) -> None:
        """Send live orders that got no answer once more, so that they surely are in Brevo.

        As historical, or else as live again: whether their automations have started is the one
        thing not known.
        """
        if self.doubts.may_go_again([each.key for each in parcels]):
            self.shelf.books.tally.note(SENT_AGAIN, len(parcels))
            self._send(parcels, historical=False)
            return
        self.shelf.books.tally.note(UNSURE, len(parcels))
        self._send_batch(parcels, historical=True)

    def _taken(self, parcels: Sequence[Parcel], *, historical: bool) -> None:
        if not historical:
            self.shelf.books.tally.may_start("orders", len(parcels))
        # 202 is all that Brevo says about a batch of orders: there is no status to ask for.
        self.shelf.sent(parcels)


def _bodies(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    part: list[Parcel] = []
    size = 0
    for parcel in parcels:
        if part and (len(part) >= MOST_ORDERS or size + len(parcel.body) > LARGEST_BODY):
            yield part
            part, size = [], 0
        part.append(parcel)
        size += len(parcel.body) + 1
    if part:
        yield part


def _identity(order: Order) -> Identity | None:
    # The e-mail address alone where there is one: an own id may name another contact.
    if order.email:
        return Identity("email_id", order.email)
    return Identity("ext_id", order.ext_id) if order.ext_id else None


def _problem(body: dict[str, Any]) -> str:
    missing = [name for name in _REQUIRED if body.get(name) is None]
    if missing:
        return f"the order has no {', '.join(missing)}"
    if not isinstance(body["amount"], int | float) or isinstance(body["amount"], bool):
        return "the order's amount is no number"
    for product in body["products"]:
        if product.get("productId") in (None, "") or product.get("price") is None:
            return "a product of the order has no productId or no price"
        if product.get("quantity") is None and product.get("quantityFloat") is None:
            return "a product of the order has no quantity"
    return ""
