"""What became of the records of a run, counted so that nothing vanishes."""

import logging
from collections import Counter

from tajo_mapping.operations import Filtered, Outcome, Refused


class Tally:
    """Counts outcomes by stream and kind; made = written + filtered + refused."""

    def __init__(self) -> None:
        self.written: Counter[tuple[str, str]] = Counter()
        self.why: Counter[tuple[str, str, str, str]] = Counter()
        self.notes: Counter[tuple[str, str]] = Counter()
        self.refused = 0

    def count(self, stream: str, outcome: Outcome) -> None:
        """Count one outcome of a record of the stream."""
        if isinstance(outcome, Filtered):
            self.why[stream, outcome.of, "filtered", outcome.reason] += 1
        elif isinstance(outcome, Refused):
            self.refused += 1
            hint = f" ({outcome.hint})" if outcome.hint else ""
            reason = f"{outcome.reason}, at {outcome.line}{hint}"
            self.why[stream, outcome.of, "refused", reason] += 1
        else:
            self.written[stream, outcome.kind] += 1
            for note in getattr(outcome, "notes", ()):
                self.notes[stream, note] += 1

    def nothing(self, stream: str, reason: str) -> None:
        """Count a record that becomes nothing at all."""
        self.why[stream, "record", "filtered", reason] += 1

    def lines(self) -> list[str]:
        """Return the summary, for a reader: no value of a record is in it."""
        pairs = dict.fromkeys([*self.written, *((one[0], one[1]) for one in self.why)])
        made = []
        for stream, kind in pairs:
            count = {"filtered": 0, "refused": 0}
            for one, number in self.why.items():
                if one[:2] == (stream, kind):
                    count[one[2]] += number
            written = self.written[stream, kind]
            total = written + sum(count.values())
            made.append(
                f"{stream} -> {kind}: {total} made = {written} written"
                f" + {count['filtered']} filtered + {count['refused']} refused"
            )
        made += [
            f"{stream} -> {kind}: {number} {verdict}: {reason}"
            for (stream, kind, verdict, reason), number in self.why.items()
        ]
        return made + [
            f"{stream}: {number} noted: {note}" for (stream, note), number in self.notes.items()
        ]

    def report(self, logger: logging.Logger) -> None:
        """Log the summary, and a warning when records were refused."""
        for line in self.lines():
            logger.info(line)
        if self.refused:
            logger.warning(
                "%d refused: they were not written; correct them in the source or the mapping, "
                "and read them again",
                self.refused,
            )
