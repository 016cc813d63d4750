"""One run: the rooms put together, and the order in which they send."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from tajo_mapping.operations import (
    Category,
    Contact,
    Event,
    Filtered,
    Operation,
    Order,
    Outcome,
    Product,
    Refused,
    Source,
)
from target_brevo.brevo.client import Client
from target_brevo.brevo.rehearsal import Rehearsal
from target_brevo.clock import Clock
from target_brevo.desk.examination import demand, examined
from target_brevo.desk.scene import Scene
from target_brevo.gate import Gate
from target_brevo.keeping import Declared
from target_brevo.ledger.database import open_database, rehearsal_copy
from target_brevo.ledger.refused import RECORD, Reject
from target_brevo.ledger.rejects import Rejects
from target_brevo.ledger.seal import Seal
from target_brevo.ledger.traces import Trace
from target_brevo.originals import Originals
from target_brevo.progress import Progress
from target_brevo.refusing import about, by_json, by_mapping, by_schema
from target_brevo.rooms import Rooms, furnished
from target_brevo.settings import Settings
from target_brevo.summary import summary_of
from target_brevo.tally import Tally
from target_brevo.verdicts import Claim, Verdicts

# A run is not stopped for what its first few operations are.
JUDGED_FROM = 500
_JUDGED_EVERY = 100
# Between two looks at imports, ages and progress.
_TICK_S = 0.5


class Run:
    """Takes outcomes and STATE lines; gives STATE lines back when all before them is confirmed.

    ``emit`` writes a state's bytes to standard output.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        emit: Callable[[bytes], None],
        logger: logging.Logger,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._emit = emit
        self._logger = logger
        self.tally = Tally()
        self._gate = Gate()
        # A dry run refuses nothing for good, so there is nothing to keep.
        kept = settings.rejects_keep_days > 0 and not settings.dry_run
        self.originals = Originals(kept=kept)
        self.verdicts = Verdicts(self._gate, self.tally, self.originals)
        self._declared: dict[str, Declared] = {}
        self._rooms: Rooms | None = None
        self.started = clock.stamp()
        self._began = clock.monotonic()
        self._last_tick = self._began
        self._waiting_since: float | None = None
        self._progress = Progress(self.tally, logger)

    def start(self) -> None:
        """Open the ledger and check the key and the account; once."""
        if self._rooms is None:
            self._rooms = furnished(
                self._settings, self._clock, self.verdicts, self._declared, self._logger.info
            )

    def check(self) -> None:
        """Make the checks of ``target-brevo check``, a line each, and write nothing.

        Raises ConfigurationError for the first thing that would stop a run.
        """
        settings = self._settings
        opened = rehearsal_copy if settings.dry_run else open_database
        client = Client(settings.api_key, settings.api_url, self._clock, self._logger.info)
        scene = Scene(settings, client, self._clock, lambda: opened(settings.ledger_url))
        found = examined(scene)
        scene.close()
        for each in found:
            self._logger.info("%s", each.as_line())
        demand(found)

    @property
    def rooms(self) -> Rooms:
        """The rooms of a run that has started."""
        if self._rooms is None:
            self.start()
        if self._rooms is None:
            raise AssertionError("not started")  # start() returns with rooms, or raises
        return self._rooms

    @property
    def rejects(self) -> Rejects:
        """The rejects of the account."""
        return self.rooms.ledger.rejects

    @property
    def seal(self) -> Seal:
        """What the records of rejects are hidden under."""
        return self.rooms.contacts.books.keeper.seal

    @property
    def is_started(self) -> bool:
        """Whether the ledger is open and the account known."""
        return self._rooms is not None

    def require(self, attributes: Mapping[str, str], where: str) -> None:
        """Compare attributes (name → Brevo type) with the account; nothing is written yet."""
        self.rooms.attributes.require(attributes, where)

    def declare(self, stream: str, declared: Declared) -> None:
        """Take in how a stream is declared, for what is kept of its refused records."""
        self._declared[stream] = declared

    def record(self, stream: str, line: bytes) -> None:
        """Count one record of a stream; ``line`` is its message.

        Raises:
            RunError: Too much was refused so far.
        """
        self.originals.begin(line)
        self._count(stream)

    def glance(self, lines: Sequence[bytes]) -> Sequence[bool]:
        """Look in the ledger for the records of lines that are not parsed yet.

        Returns of each whether it is known; nothing where none is.
        """
        return self._rooms.familiar.glance(lines) if self._rooms is not None else ()

    def look(self, lines: Sequence[bytes], messages: Sequence[Mapping[str, Any] | None]) -> bool:
        """Look in the ledger for the records that come next, before anything is made of them.

        Returns whether any of them is known.
        """
        return self._rooms is not None and self._rooms.familiar.look(lines, messages)

    def recognised(self, line: bytes) -> str:
        """Return the stream of a record that is the one that was sent last, else nothing.

        It is to be counted as that.
        """
        return self._rooms.familiar.recognised(line) if self._rooms is not None else ""

    def unchanged(self, records: Mapping[str, int]) -> None:
        """Count records that are the ones that were sent last, so many of each stream."""
        for stream, count in records.items():
            self.tally.records[stream] += count
            self.verdicts.recognised(stream, "contact", count)

    def part_of(self, stream: str, version: Any) -> None:
        """Take in that a record is part of reading ``version`` of its stream whole."""
        if self._rooms is not None:
            self._rooms.contacts.removals.mirrors.reads(stream, version)

    def read_whole(self, stream: str, version: Any) -> None:
        """Take in that ``version`` of a stream was read whole."""
        if self._rooms is not None:
            self._rooms.contacts.removals.mirrors.ends(stream, version)

    def accept(self, outcome: Outcome, stream: str, *, alone: bool = False) -> None:
        """Take one outcome of a record; ``alone`` says that there is no other."""
        rooms = self._rooms or self.rooms
        rooms.contacts.removals.mirrors.saw(stream, outcome.source)
        if isinstance(outcome, Filtered):
            claim = self.verdicts.claim(stream, outcome.of)
            self.verdicts.settle(claim, "filtered", outcome.reason)
            return
        if isinstance(outcome, Refused):
            claim = self.verdicts.claim(stream, outcome.of)
            reject = by_mapping(rooms.ledger, claim, outcome)
            self._reject(claim, reject, about(rooms.ledger, reject, outcome))
            return
        if self._waiting_since is None:
            self._waiting_since = self._clock.monotonic()
        claim = self.verdicts.claim(stream, outcome.kind)
        try:
            self._deliver(rooms, outcome, claim, self.originals.present if alone else b"")
        except orjson.JSONEncodeError:
            self._reject(claim, by_json(rooms.ledger, claim, outcome))

    def filtered(self, stream: str, reason: str) -> None:
        """Count a record that becomes nothing at all."""
        self.verdicts.settle(self.verdicts.claim(stream, "record"), "filtered", reason)

    def broken(self, source: Source, reason: str) -> None:
        """Take a record that breaks its schema."""
        # Invariant 8: one bad record stops nothing.
        self.rooms.contacts.removals.mirrors.saw(source.stream, source)
        claim = self.verdicts.claim(source.stream, RECORD)
        self._reject(claim, by_schema(self.rooms.ledger, claim, source, reason))

    def state(self, value: bytes) -> None:
        """Take the value of a STATE message, as the tap wrote it."""
        self._gate.state(value)
        self._progress.reached(value)
        self.release()

    def release(self) -> None:
        """Write the newest state that everything before it allows."""
        state = self._gate.released()
        # A dry run has delivered nothing, so it must not move the tap's bookmark either.
        if state is not None and not self._settings.dry_run:
            self._emit(state)

    def tick(self) -> None:
        """Look after what does not wait for a record: imports, ages, state, progress."""
        now = self._clock.monotonic()
        if now - self._last_tick < _TICK_S:
            return
        self._last_tick = now
        if self._rooms is not None:
            self._rooms.contacts.dispatch.poll()
            since, old = self._waiting_since, now - self._settings.batch_age_s
            if since is not None and since <= old:
                self._rooms.flush(old)
                self._waiting_since = self._clock.monotonic() if self._gate.waiting else None
            else:
                self._rooms.contacts.flush_old(old)
        self.release()
        self._progress.tell()

    def settle(self) -> None:
        """Send everything that was taken in, and wait for its confirmation."""
        if self._rooms is not None:
            self._rooms.settle()

    def finish(self) -> None:
        """Send everything, wait for its confirmation, and release the last state.

        Raises:
            RunError: The figures do not add up, or too much was refused.
        """
        self.settle()
        if self._rehearsal is not None:
            self._rehearsal.differences.resolve()
        self._progress.tell()
        self.tally.check()
        self.release()
        self.tally.judge(self._settings.max_reject_ratio)

    def summary(self, streams: tuple[str, ...]) -> dict[str, Any]:
        """Return the figures of the run so far."""
        about: dict[str, Any] = {"dry_run": self._settings.dry_run}
        if self._rooms is not None:
            about["account"] = self._rooms.account.organization
            about["ledger"] = self._rooms.ledger.database.shown
            about["rejects_open"] = self._rooms.ledger.rejects.open_count()
        if self._rehearsal is not None:
            about["forecast"] = self._rehearsal.forecast()
        return summary_of(
            self.tally,
            self._rooms.client.calls if self._rooms else None,
            seconds=self._clock.monotonic() - self._began,
            streams=streams,
            bookmarks=self._progress.bookmarks,
            about=about,
        )

    def close(self) -> None:
        """Let go of the ledger and of what was not sent."""
        self.originals.close()
        if self._rooms is not None:
            self._rooms.contacts.dispatch.close()
            self._rooms.ledger.database.close()
        if self._rehearsal is not None:
            self._rehearsal.differences.close()

    @property
    def _rehearsal(self) -> Rehearsal | None:
        """What a dry run sends through."""
        client = self._rooms.client if self._rooms else None
        return client if isinstance(client, Rehearsal) else None

    def _deliver(self, rooms: Rooms, outcome: Operation, claim: Claim, line: bytes) -> None:
        # Invariant 5: the store's first day is in the ledger before anything of it is sent.
        rooms.first_seen(outcome.source.platform, outcome.source.store)
        match outcome:
            case Contact():
                for note in outcome.notes:
                    self.tally.note(note)
                rooms.contacts.add(outcome, claim, line)
            case Event():
                rooms.events.add(outcome, claim)
            case Order():
                rooms.orders.add(outcome, claim)
            case Product():
                rooms.products.add(outcome, claim)
            case Category():
                rooms.categories.add(outcome, claim)

    def _reject(self, claim: Claim, reject: Reject, whom: Trace | None = None) -> None:
        self.rooms.contacts.books.reject(claim, reject, whom)

    def _count(self, stream: str) -> None:
        self.tally.records[stream] += 1
        if self.tally.records[stream] % _JUDGED_EVERY == 0:
            self.tally.judge(self._settings.max_reject_ratio, JUDGED_FROM)
