"""What a stream keeps between runs, in singer-sdk's own state format and a little beside it.

    replication_key, replication_key_value   everything before this time was given out
    reading   {from, to, at, rows, query}    a window half read, complete up to ``at``
    bulk      {id, from, to, query}          an operation that was started for a window
    scan      {sums, query, at}              what a whole scan up to a time added up to (``scans``)
    again     time                           when more than the lookback was last read again
    of        hash                           whose rows these are, so that it is used for no other

The bookmark moves only when a window was read to its end and found complete. The two others let
a run that was cut off go on, and count only while the question (``query``, a hash) is the same.
Nothing here holds a person's data.
"""

import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.incremental import Window, read_time, time_text
from tajo_connector_sdk.scans import read_sums


@dataclass(frozen=True, slots=True)
class HalfRead:
    """A window that was being read in the bookmark's order: ``rows`` given out before ``at``."""

    window: Window
    at: datetime
    rows: int
    query: str


@dataclass(frozen=True, slots=True)
class Operating:
    """A bulk operation that was started for a window."""

    id: str
    window: Window
    query: str


@dataclass(slots=True)
class Bookmark:
    """The state of one stream. ``said`` is called after each change, to send the state out.

    Raises ConfigurationError when the state holds what no run can have written.
    """

    stream: str
    name: str | None
    state: MutableMapping[str, Any]
    said: Callable[[], None]
    of: str = ""

    def take(self, of: str, logger: logging.Logger) -> None:
        """Go on only with what was read of the same store; drop another's aloud."""
        if self.state.get("of") not in {None, of}:
            logger.warning(
                "%s: the state is another store's, or a test mode's or stand-in's: all is read",
                self.stream,
            )
            self.state.clear()
        self.of = of

    @property
    def value(self) -> datetime | None:
        """The bookmark, or None before the first complete window."""
        text = self.state.get("replication_key_value")
        if not text or self.state.get("replication_key") not in {self.name, None}:
            return None
        return self._time("replication_key_value", text)

    def up_to(self, latest: datetime, logger: logging.Logger) -> datetime | None:
        """Return the bookmark; one that lies later is dropped aloud.

        The platform's clock was wrong when it was set, or is wrong now: what changed in between
        bears times before it, and nobody knows which.
        """
        known = self.value
        if known is None or known <= latest:
            return known
        logger.warning(
            "%s: the bookmark %s lies after the platform's own time: its clock was wrong, so all "
            "rows are read again",
            self.stream,
            time_text(known),
        )
        del self.state["replication_key_value"]
        return None

    @property
    def half_read(self) -> HalfRead | None:
        """The window that a run was in the middle of."""
        kept = self._kept("reading")
        if kept is None:
            return None
        at = self._time("reading.at", kept.get("at"))
        rows = kept.get("rows")
        if not isinstance(rows, int):
            raise self._corrupt("reading.rows")
        return HalfRead(self._window("reading", kept), at, rows, str(kept.get("query")))

    @property
    def operating(self) -> Operating | None:
        """The bulk operation that a run was waiting for or reading."""
        kept = self._kept("bulk")
        if kept is None:
            return None
        if not isinstance(kept.get("id"), str):
            raise self._corrupt("bulk.id")
        return Operating(kept["id"], self._window("bulk", kept), str(kept.get("query")))

    def scanned(self, query: str) -> list[int] | None:
        """Return the sums of the last scan that put this question, or None."""
        kept = self._kept("scan")
        if kept is None or kept.get("query") != query:
            return None
        try:
            return read_sums(str(kept.get("sums")))
        except ValueError:
            raise self._corrupt("scan.sums") from None

    def scanned_at(self, query: str) -> datetime | None:
        """Return up to when the last scan that put this question has read, or None."""
        kept = self._kept("scan")
        if kept is None or kept.get("query") != query or "at" not in kept:
            return None
        return self._time("scan.at", kept["at"])

    def scan(self, sums: str, query: str, at: datetime) -> None:
        """Note what a whole scan up to a time added up to; ``complete`` sends it out."""
        self.state["scan"] = {"sums": sums, "query": query, "at": time_text(at)}

    @property
    def again(self) -> datetime | None:
        """When a run last read more again than the stream's lookback, to its end."""
        kept = self.state.get("again")
        return self._time("again", kept) if kept is not None else None

    def read_again(self, at: datetime) -> None:
        """Note that a run up to this time has read more again; ``complete`` sends it out."""
        self.state["again"] = time_text(at)

    def reached(self, half: HalfRead) -> None:
        """Note how far a window is read."""
        self.state["reading"] = {
            **_window_text(half.window),
            "at": time_text(half.at),
            "rows": half.rows,
            "query": half.query,
        }
        self._say()

    def started(self, operating: Operating) -> None:
        """Note a bulk operation."""
        self.state["bulk"] = {
            "id": operating.id,
            **_window_text(operating.window),
            "query": operating.query,
        }
        self._say()

    def complete(self, window: Window) -> None:
        """Move the bookmark to the end of a window that is complete."""
        self.forget()
        if self.name:
            self.state["replication_key"] = self.name
            self.state["replication_key_value"] = time_text(window.high)
        self._say()

    def forget(self) -> None:
        """Drop what was half done; the bookmark stays."""
        self.state.pop("reading", None)
        self.state.pop("bulk", None)

    def _say(self) -> None:
        if self.of:
            self.state["of"] = self.of
        self.said()

    def _kept(self, name: str) -> dict[str, Any] | None:
        kept = self.state.get(name)
        if kept is not None and not isinstance(kept, dict):
            raise self._corrupt(name)
        return kept

    def _window(self, name: str, kept: dict[str, Any]) -> Window:
        low = kept.get("from")
        high = self._time(f"{name}.to", kept.get("to"))
        return Window(self._time(f"{name}.from", low) if low else None, high)

    def _time(self, name: str, text: Any) -> datetime:
        try:
            return read_time(text)
        except (TypeError, ValueError):
            raise self._corrupt(name) from None

    def _corrupt(self, name: str) -> ConfigurationError:
        return ConfigurationError(
            f"state, bookmarks.{self.stream}.{name}",
            "not what a run of this tap has written",
            do="restore the state from before, or take the stream's bookmark out to read it anew",
        )


def _window_text(window: Window) -> dict[str, str | None]:
    low = time_text(window.low) if window.low else None
    return {"from": low, "to": time_text(window.high)}
