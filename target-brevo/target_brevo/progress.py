"""How far a run has come: told to whoever watches it, and for each stream how far it was read."""

import logging

import orjson

from target_brevo.clock import moment
from target_brevo.tally import Tally


class Progress:
    """Tells how many records were read; ``bookmarks`` are the times (RFC 3339) of the states."""

    def __init__(self, tally: Tally, logger: logging.Logger) -> None:
        self._tally = tally
        self._logger = logger
        self._told: dict[str, int] = {}
        self.bookmarks: dict[str, str] = {}

    def reached(self, value: bytes) -> None:
        """Take in the value of a STATE message: how far its streams were read, where it says so."""
        state = orjson.loads(value)
        bookmarks = state.get("bookmarks") if isinstance(state, dict) else None
        for stream, bookmark in (bookmarks or {}).items() if isinstance(bookmarks, dict) else ():
            at = bookmark.get("replication_key_value") if isinstance(bookmark, dict) else None
            if isinstance(at, str) and moment(at):
                self.bookmarks[stream] = at

    def tell(self) -> None:
        """Say how many records of each stream were read, where that is news."""
        for stream, count in self._tally.records.items():
            if self._told.get(stream) != count:
                self._told[stream] = count
                self._logger.info(
                    "%s: %d records read", stream, count, extra={"progress": [stream, count, None]}
                )
