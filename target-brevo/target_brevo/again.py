"""Refused records once more: out of the ledger, through the mapping as it is now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tajo_mapping.errors import MappingError
from target_brevo.intake import Intake, NoKey
from target_brevo.ledger.book import digest
from target_brevo.ledger.refused import RECORD, Filter, Standing
from target_brevo.ledger.rejects import Rejects
from target_brevo.ledger.seal import Seal
from target_brevo.lines import LineReader
from target_brevo.originals import Originals
from target_brevo.tally import Tally
from target_brevo.verdicts import Settled, Verdicts

NOT_KEPT = "its record is not kept (any more): let the tap read it again"
OTHER_KEY = "its record was kept under another API key: let the tap read it again"
NOTHING = "the mapping makes nothing of this kind of the record any more"
THERE = "Brevo holds this record, or a newer one, already"


class Sender(Protocol):
    """What sends records: a run that has started."""

    started: str
    tally: Tally
    verdicts: Verdicts
    originals: Originals

    @property
    def rejects(self) -> Rejects:
        """The rejects of the account."""

    @property
    def seal(self) -> Seal:
        """What the kept records are hidden under."""

    def record(self, stream: str, line: bytes) -> None:
        """Count one record of a stream."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one reject: sent, refused, settled, filtered or not kept; and why."""

    standing: Standing
    outcome: str
    reason: str = ""


@dataclass
class Again:
    """Feeds kept records to a run, and says afterwards what became of each."""

    intake: Intake
    run: Sender
    now: Callable[[], str]
    _places: list[tuple[Standing, int]] = field(default_factory=list)
    _lost: list[Tried] = field(default_factory=list)
    _fed: dict[str, int] = field(default_factory=dict)

    def due(self, *, failed: bool) -> list[Standing]:
        """Return what is tried by itself: kept under another mapping, with ``failed`` all of it.

        What this run has refused itself is left out.
        """
        version = self.intake.version
        if not failed and not version:
            return []
        wanted = Filter(
            kept=True, platform=self.intake.platform, other_mapping="" if failed else version
        )
        found = self.run.rejects.matching(wanted)
        own = [each for each in found if failed or each.original.mapping]
        return [each for each in reversed(own) if each.last_seen < self.run.started]

    def feed(self, standings: Iterable[Standing]) -> None:
        """Send records once more, the oldest refusal first."""
        for standing in standings:
            if not standing.original.sealed:
                self._lost.append(Tried(standing, "not kept", NOT_KEPT))
                continue
            line = self.run.seal.open(standing.original.sealed, standing.key)
            if line is None:
                self._lost.append(Tried(standing, "not kept", OTHER_KEY))
                continue
            self._feed(standing, line)

    def conclude(self) -> list[Tried]:
        """Return what became of each, when the run has finished; writes it to the ledger."""
        if not self._places:
            return self._lost
        found = [self._concluded(standing, place) for standing, place in self._places]
        self.run.rejects.shut(
            [each.standing.name for each in found if each.outcome == "settled"], self.now()
        )
        for each in found:
            if each.outcome == "filtered":
                self.run.rejects.tried(each.standing, self.intake.version)
        return [*found, *self._lost]

    def _feed(self, standing: Standing, line: bytes) -> None:
        # One record may have been refused as several things: it is fed once.
        name = digest(b"", standing.stream, line.decode())
        if name not in self._fed:
            try:
                self._declare(standing)
            except MappingError as error:
                self._lost.append(Tried(standing, "refused", str(error)))
                return
            message = LineReader().deserialize_json(line)
            self.run.record(standing.stream, line)
            place = self.run.originals.place()
            self.run.verdicts.watched[place] = []
            try:
                self.intake.record(standing.stream, message["record"])
            except NoKey as error:
                # Invariant 8: the stream has another key by now, and one kept record stops nothing.
                self._lost.append(Tried(standing, "refused", error.what))
                return
            self._fed[name] = place
        self._places.append((standing, self._fed[name]))

    def _declare(self, standing: Standing) -> None:
        """Declare the record's stream as it was then, unless the tap has done so in this run."""
        if standing.stream in self.intake.streams:
            return
        declared = self.run.rejects.declaration(standing.original.declared)
        if declared is None:
            raise AssertionError(standing.original.declared)  # written before the reject
        self.intake.schema(standing.stream, declared["schema"], declared["keys"])

    def _concluded(self, standing: Standing, place: int) -> Tried:
        settled = [
            each
            for each in self.run.verdicts.watched[place]
            if standing.kind in (RECORD, each.kind)
        ]
        for verdict, outcome in (
            ("rejected", "refused"),
            ("sent", "sent"),
            ("filtered", "filtered"),
        ):
            reason = _reason(settled, verdict)
            if reason is not None:
                return Tried(standing, outcome, reason)
        return Tried(standing, *(("settled", THERE) if settled else ("filtered", NOTHING)))


def _reason(settled: Sequence[Settled], verdict: str) -> str | None:
    """Return the reason of the first such verdict, None where there is none."""
    return next((each.reason for each in settled if each.verdict == verdict), None)
