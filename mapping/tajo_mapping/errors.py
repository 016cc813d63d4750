"""What can be wrong with a mapping, and with one value of one record.

MappingError   the mapping itself: stop before the first request, exit code 2
Unfit          a value cannot become what the mapping asks for: the record is refused
LeftOut        a value is left out and noted, and the record goes on (a bad phone number)
BrokenInput    a line of the input is no Singer message: stop there, exit code 1
"""

from collections.abc import Iterable
from difflib import get_close_matches


class MappingError(Exception):
    """One line for a person: where, what, what would be right, what to do."""

    exit_code = 2

    def __init__(self, where: str, what: str, *, right: str = "", do: str = "") -> None:
        self.where, self.what, self.right, self.do = where, what, right, do
        super().__init__(f"{where}: {'; '.join(part for part in (what, right, do) if part)}")


class Unfit(Exception):
    """A value that cannot become what is asked for. Holds kinds of values, never the value.

    ``line`` is the place in the mapping that asks for it, once that is known.
    """

    def __init__(self, reason: str, hint: str = "", line: str = "") -> None:
        self.reason, self.hint, self.line = reason, hint, line
        super().__init__(reason)

    def at(self, line: object) -> "Unfit":
        """Return the same with its place in the mapping, unless a place inside is known."""
        return self if self.line else Unfit(self.reason, self.hint, str(line))


class LeftOut(Exception):
    """A value that is left out without losing its record; ``reason`` holds no value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class BrokenInput(Exception):
    """A line of the input that is no Singer message; names the line, never what it holds."""

    exit_code = 1

    def __init__(self, line: int, what: str) -> None:
        super().__init__(
            f"input line {line}: {what}; Singer messages are SCHEMA, RECORD and STATE, one a line; "
            "look at what the tap printed"
        )


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or the list of known words.

    Capitals and underscores do not count when words are compared.
    """
    plain = {_plain(candidate): candidate for candidate in sorted(known, reverse=True)}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{plain[close[0]]}'?"
    words = sorted(plain.values())
    if not words:
        return ""
    shown = ", ".join(words[:20])
    return f"known: {shown}{', ...' if len(words) > len(words[:20]) else ''}"


def _plain(word: str) -> str:
    return word.replace("_", "").lower()
