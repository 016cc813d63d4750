"""JSON bytes that take no more memory than they are long."""

from typing import Any

import orjson


def packed(value: Any) -> bytes:
    """Return ``value`` as JSON in a buffer of its own size.

    orjson 3.11 leaves its buffer of 8 KB or so behind every result: too much for what waits in
    tens of thousands. Raises orjson.JSONEncodeError for what JSON cannot hold.
    """
    return bytes(memoryview(orjson.dumps(value, default=str)))
