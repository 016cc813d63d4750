"""Errors by what can be done about them.

    ConnectorError
    ├── ConfigurationError   a setting, a file or a permission is wrong: stop, exit code 2
    │   ├── Denied           these credentials may not read this one stream
    │   └── Missing          nothing stands at this address
    └── RunError             stop, exit code 1
        ├── Refusal          the other side refused for good (key, permission, plan)
        ├── Unavailable      bounded retries were used up: run again later
        │   ├── Failed           the platform failed by itself, each time
        │   └── Throttled        however little is asked: it wants to be left alone for now
        ├── OutcomeUnknown   sent, and no answer came: it may or may not have been applied
        ├── NotYet               the platform's data does not reach so far yet
        ├── TooLarge         the question has more to answer than the platform gives: ask for less
        ├── Incomplete       fewer rows than the platform counted: the bookmark stays
        └── BadAnswer        not what the platform's documentation promises (HTML for JSON, …)
            └── Gone         an address that was given out answers no more

A record that is skipped is no exception: it is counted where it is skipped.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ConnectorError(Exception):
    """One line for a person: where, what, what would be right, what to do.

    Never holds a response body, a secret, or a person's data.
    """

    exit_code = 1

    def __init__(self, where: str, what: str, *, right: str = "", do: str = "") -> None:
        self.where, self.what, self.right, self.do = where, what, right, do
        super().__init__(f"{where}: {'; '.join(part for part in (what, right, do) if part)}")


class ConfigurationError(ConnectorError):
    """A setting, a file or a permission is wrong; nothing was read or written."""

    exit_code = 2


class Denied(ConfigurationError):
    """These credentials may not read one stream; others may well be open."""

    def of(self, stream: str, access: str = "", *, told: bool = False) -> "Denied":
        """Return the same of ``stream``, which may be read behind the one that is closed.

        ``access`` is what a person must be granted for it; ``told``: what to do was said before.
        """
        named = self.where.partition(".")[0] == stream
        where = self.where if named else f"{stream} (behind {self.where})"
        do = "or as said above" if access else "as said above"
        parts = [access, do if told and self.do else self.do]
        return Denied(where, self.what, right=self.right, do="; ".join(filter(None, parts)))


class Missing(ConfigurationError):
    """Nothing stands at this address: a slip in the settings, or what stood there is gone."""


class RunError(ConnectorError):
    """The run cannot go on; state covers only what was confirmed."""


class Refusal(RunError):
    """The other side refused for good: running again without a change will not help."""


class Unavailable(RunError):
    """Bounded retries were used up; running again later goes on from the last state."""


class Failed(Unavailable):
    """The platform failed by itself (HTTP 500), each time that it was asked this."""


class Throttled(Unavailable):
    """The platform wants to be left alone for now, however little it is asked for."""


class OutcomeUnknown(RunError):
    """A request was sent and no answer came: it may or may not have been applied."""


class TooLarge(RunError):
    """The platform gives no answer of this size: ask for less at a time."""


class NotYet(RunError):
    """The platform's data does not reach so far yet: a later run finds it."""


class Incomplete(RunError):
    """Fewer rows arrived than the platform counted; the bookmark stays where it was."""


class BadAnswer(RunError):
    """The answer is not what the platform's documentation promises."""


class Gone(BadAnswer):
    """An address that the platform gave out answers no more (it has expired)."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or the list of known words."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(words)}" if words else "nothing is known here"
