"""Where the lines of a stream have their record's key, so that it can be read before all else is.

What is read here is a guess, and may be wrong without harm: the mark that the ledger keeps under a
key is one of the whole line, so it fits no line but the one that was read, word for word, before.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tajo_mapping.binding import record_key

_RECORD = b'"record"'
# Whose version is being read whole has to be known of each record.
_VERSION = b'"version"'
_STORE = b"_tajo_store"
_VALUE = rb'\s*:\s*(?:"([^"\\\x00-\x1f]+)"|([1-9][0-9]{0,14}|0)(?=[\s,}]))'


class Glimpse(NamedTuple):
    """How the lines of a stream begin, and what its key's fields look like, in their order."""

    beginning: bytes
    fields: tuple[re.Pattern[bytes], ...]

    def read(self, line: bytes) -> tuple[str, str]:
        """Return a record's key and its own store, empty where either is not seen."""
        if not line.startswith(self.beginning) or _VERSION in line:
            return "", ""
        begin = len(self.beginning)
        parts = [_text(each.search(line, begin)) for each in self.fields]
        if not all(parts):
            return "", ""
        store = _text(_STORES.search(line)) if _STORE in line else ""
        return "/".join(parts), store


def glimpse_of(line: bytes, record: Any, keys: Sequence[str]) -> Glimpse | None:
    """Return how to read the lines of a stream of which this is one, None where it is not sure."""
    begin = line.find(_RECORD)
    if begin < 0 or not keys:
        return None
    glimpse = Glimpse(line[: begin + len(_RECORD)], tuple(map(_field, keys)))
    fits = glimpse.read(line) == (record_key(record, tuple(keys)), own_store(record))
    return glimpse if fits else None


def own_store(record: Mapping[str, Any]) -> str:
    """Return the store that a record names, empty where it names none."""
    return str(record.get(_STORE.decode()) or "")


def _field(name: str) -> re.Pattern[bytes]:
    return re.compile(re.escape(json.dumps(name, ensure_ascii=False).encode()) + _VALUE)


_STORES = _field(_STORE.decode())


def _text(found: re.Match[bytes] | None) -> str:
    if found is None:
        return ""
    text, number = found.groups()
    return (number if text is None else text).decode(errors="replace")
