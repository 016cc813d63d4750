r"""The JSON of a body, as platforms write it: after a byte order mark, with halves of characters.

A half is what is left of an emoji where a platform cut a text between its two parts (``\ud83d``).
It is no text that could be written out again, so it becomes U+FFFD: one such name must not stop a
stream.
"""

import json
import re
from decimal import Decimal
from typing import Any

import orjson

BOM = b"\xef\xbb\xbf"
_PAIRED = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(body: bytes, *, exact: bool = False) -> Any:
    """Return what a body says; ``exact``: every fraction as a Decimal, so that no float rounds it.

    Raises ValueError where it is no JSON.
    """
    body = body.removeprefix(BOM)
    if not exact:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            if not _PAIRED.search(body):
                raise
    said = json.loads(body, parse_float=Decimal if exact else None)
    return _whole(said) if _PAIRED.search(body) else said


def _whole(said: Any) -> Any:
    if isinstance(said, str):
        return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(said, dict):
        return {_whole(name): _whole(value) for name, value in said.items()}
    return [_whole(one) for one in said] if isinstance(said, list) else said
