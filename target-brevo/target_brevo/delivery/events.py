"""Events: filtered by age, known by key, sent once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tajo_connector_sdk.errors import OutcomeUnknown
from tajo_connector_sdk.http import Answer
from tajo_mapping.operations import Event
from target_brevo.brevo.client import Client
from target_brevo.brevo.refusals import NOT_TAKEN, code_of, reason_of, row_errors, row_reason
from target_brevo.clock import Clock
from target_brevo.contacts.books import Bookkeeping
from target_brevo.delivery.buyers import NOT_THERE, Buyers, by_own_id, named_in
from target_brevo.delivery.doubts import SENT_AGAIN, Doubts
from target_brevo.delivery.event_bodies import (
    MOST_EVENTS,
    body_of,
    buyer,
    in_bodies,
    problem_of,
    reject_key,
    tajo_key_of,
)
from target_brevo.delivery.news import News
from target_brevo.delivery.unknowns import NO_ANSWER, Unknowns
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.refused import Reject
from target_brevo.ledger.sendings import SETTLED, Held, Sending
from target_brevo.ledger.traces import Trace, trace
from target_brevo.verdicts import Claim

# As few as these go one by one where a batch would take from the hourly bucket.
_FEW = 10
_SINGLES_PER_S = 10
_REFUSED = 400


class _Row(NamedTuple):
    claim: Claim
    key: str
    # Under these its record may have been refused, when nothing told which event it is.
    records: tuple[str, ...]
    changed: str | None
    person: str
    name: str
    at: str
    body: bytes
    ext_id: str  # of a buyer who is named by the e-mail address
    by_own_id: bool
    about: Trace


@dataclass
class EventRoom:
    """The events of one run."""

    client: Client
    ledger: Ledger
    books: Bookkeeping
    news: News
    unknowns: Unknowns
    doubts: Doubts
    buyers: Buyers
    clock: Clock
    _rows: dict[str, _Row] = field(default_factory=dict)

    def add(self, event: Event, claim: Claim) -> None:
        """Take in one event; a full buffer leaves by itself."""
        origin = event.source
        tajo_key = tajo_key_of(origin, event.name, event.key)
        record, person = source_hash(self.ledger, origin), buyer(event).hashed(self.ledger)
        key = self.ledger.hash("event", tajo_key)
        row = _Row(
            claim=claim,
            key=key,
            records=(
                reject_key(self.ledger, origin, event.name, ""),
                reject_key(self.ledger, origin, "", ""),
                record,
            ),
            changed=origin.at,
            person=person,
            name=event.name,
            at=event.at,
            body=body_of(event, tajo_key),
            ext_id=(event.ext_id or "") if event.email else "",
            by_own_id=not event.email,
            about=trace("event", key, person, record, origin),
        )
        problem = problem_of(event)
        if problem:
            self._reject(row, problem)
            return
        no_news = self.news.why_not(origin.platform, origin.store, event.at)
        if no_news:
            self.books.settle(claim, "filtered", no_news)
        elif row.key in self._rows:
            self.books.settle(claim, "unchanged")
        else:
            self._rows[row.key] = row
            if len(self._rows) >= MOST_EVENTS:
                self.flush()

    @property
    def waiting(self) -> int:
        """How many events have not left yet."""
        return len(self._rows)

    def flush(self) -> None:
        """Send what was not sent before, each after its contact."""
        rows, self._rows = list(self._rows.values()), {}
        while rows:
            self.unknowns.settle_leftovers()
            rows = self._send_unsent(rows)
            # Nothing of ours is under way here, so two runs never wait for each other.
            self.unknowns.rivals.wait_for(row.key for row in rows)

    def _send_unsent(self, rows: Sequence[_Row]) -> list[_Row]:
        """Send what nobody sent; return what another run is sending at this moment."""
        held = self.ledger.sendings.held([row.key for row in rows])
        elsewhere = [row for row in rows if self.unknowns.rivals.is_sending(held.get(row.key))]
        others = {row.key for row in elsewhere}
        unsent = self._unsent([row for row in rows if row.key not in others], held)
        for part in self._calls(self._to_whom_it_is_now(unsent)):
            ours = self._claim(part, held)
            elsewhere += [row for row in part if row.key not in ours]
            self._send([row for row in part if row.key in ours])
        return elsewhere

    def _to_whom_it_is_now(self, rows: Sequence[_Row]) -> list[_Row]:
        """Wait for the contacts of ``rows``; name one who has moved by the own id.

        Who said no and is in Brevo no more is left out.
        """
        if not rows:
            return []
        # A contact has to be there before its event; an open import may still be writing it.
        self.buyers.wait_for((row.person, row.by_own_id) for row in rows)
        moved = self.buyers.moved((row.person, row.ext_id) for row in rows)
        there = [row for row in rows if (row.person, row.ext_id) not in moved]
        gone = self.buyers.gone({row.person: named_in(row.body) for row in there})
        for row in there:
            if row.person in gone:
                self.books.settle(row.claim, "filtered", NOT_THERE)
        return [
            row._replace(body=by_own_id(row.body, row.ext_id))
            if (row.person, row.ext_id) in moved
            else row
            for row in rows
            if (row.person, row.ext_id) in moved or row.person not in gone
        ]

    def _send(self, part: Sequence[_Row]) -> None:
        if self._one_by_one(len(part)):
            for row in part:
                self._send_one(row)
        else:
            self._send_many(part)

    def _unsent(self, rows: Sequence[_Row], held: Mapping[str, Held]) -> list[_Row]:
        unsent = []
        for row in rows:
            state = held[row.key].state if row.key in held else None
            if state in SETTLED:
                # Invariant 4: an event is sent once.
                self.books.settle(row.claim, "unchanged")
            elif self.doubts.may_go(state):
                unsent.append(row)
                if state is not None:
                    self.books.tally.note(SENT_AGAIN)
            else:
                self._reject(row, NO_ANSWER)
        return unsent

    def _calls(self, rows: Sequence[_Row]) -> Iterator[list[_Row]]:
        """Yield what goes out together: a kill leaves what is behind it to the next run."""
        for part in in_bodies(rows):
            if self._one_by_one(len(part)):
                yield from ([row] for row in part)
            else:
                yield part

    def _claim(self, rows: Sequence[_Row], held: Mapping[str, Held]) -> set[str]:
        now = self.clock.stamp()
        return self.ledger.sendings.claim(
            (Sending(row.key, "event", row.name, row.at, "pending", now) for row in rows), held
        )

    def _one_by_one(self, count: int) -> bool:
        pacer = self.client.pacer
        if not pacer.is_hourly("/events/batch"):
            return False
        return count <= _FEW or count / _SINGLES_PER_S < pacer.wait("POST", "/events/batch")

    def _send_many(self, rows: Sequence[_Row]) -> None:
        body = b'{"events":[' + b",".join(row.body for row in rows) + b"]}"
        try:
            answer = self.client.write(
                "POST", "/events/batch", body, expected={202, 207, _REFUSED}, repeatable=False
            )
        except OutcomeUnknown:
            self._look(rows)
            return
        except NOT_TAKEN:
            self._withdraw(rows)
            raise
        errors = row_errors(answer)
        if answer.status == _REFUSED and errors is None:
            # Nothing of the body was taken, and no row is named: each gets its own verdict.
            for row in rows:
                self._send_one(row)
            return
        self._judge(rows, errors or {}, answer)

    def _judge(self, rows: Sequence[_Row], errors: dict[int, str], answer: Answer) -> None:
        """Give each row of an answered batch its verdict."""
        if answer.status == _REFUSED:
            errors = {i: errors.get(i, row_reason("")) for i in range(len(rows))}
        taken = [row for index, row in enumerate(rows) if index not in errors]
        self._accepted(taken)
        for index, reason in errors.items():
            if index < len(rows):
                self._refuse(rows[index], reason, str(answer.status))

    def _send_one(self, row: _Row) -> None:
        try:
            answer = self.client.write(
                "POST", "/events", row.body, expected={204, _REFUSED}, repeatable=False
            )
        except OutcomeUnknown:
            self._look([row])
            return
        except NOT_TAKEN:
            self._withdraw([row])
            raise
        if answer.status == _REFUSED:
            self._refuse(row, reason_of(answer), code_of(answer))
        else:
            self._accepted([row])

    def _look(self, rows: Sequence[_Row]) -> None:
        """Look in Brevo for events that were sent without an answer."""
        found = self.unknowns.found([(row.name, row.at, row.key) for row in rows])
        self._accepted([row for row in rows if row.key in found], "done")
        missing = [row for row in rows if row.key not in found]
        if missing and self.doubts.may_go_again([row.key for row in missing]):
            self.books.tally.note(SENT_AGAIN, len(missing))
            self._send(missing)
            return
        for row in missing:
            self.unknowns.give_up([row.key])
            self._reject(row, NO_ANSWER)

    def _accepted(self, rows: Sequence[_Row], state: str = "accepted") -> None:
        keys, now = [row.key for row in rows], self.clock.stamp()
        with self.ledger.database.begin() as connection:
            self.ledger.sendings.outcome(connection, keys, state, now)
            taken = {key: row.changed for row in rows for key in (row.key, *row.records)}
            self.ledger.rejects.close(connection, "event", taken, now)
            self.ledger.traces.leave(connection, (row.about for row in rows))
        self.books.tally.may_start("events", len(rows))
        for row in rows:
            self.books.settle(row.claim, "sent")

    def _refuse(self, row: _Row, reason: str, code: str) -> None:
        # Brevo did not take it: once its cause is mended it may be sent.
        self._withdraw([row])
        self._reject(row, reason, code)

    def _withdraw(self, rows: Sequence[_Row]) -> None:
        with self.ledger.database.begin() as connection:
            self.ledger.sendings.withdraw(connection, [row.key for row in rows])

    def _reject(self, row: _Row, reason: str, code: str = "") -> None:
        stream = row.claim.stream
        reject = Reject(stream, "event", row.key, row.key, reason, code=code, at=row.changed)
        self.books.reject(row.claim, reject, row.about)
