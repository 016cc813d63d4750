"""What one line says: parsed so that no number and no text of it stops a load or changes."""

import re
from decimal import Decimal
from json import JSONDecoder
from json import loads as exact_loads
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import orjson

# A number that a double, or 64 bits, may not hold: such a line is read exactly.
_LONG_NUMBER = re.compile(rb"[:\[,]\s*-?[0-9][0-9.]{15}")
# What such a line must have in it, found ten times as fast: that many digits and points in a row.
_DIGITS = bytes(48 if chr(code) in "0123456789." else 32 for code in range(256))
_ROW_OF_DIGITS = b"0" * 16
_DOUBLE_DIGITS = 15
# What is left of an emoji where a platform cut a text between its two halves, beside whole pairs
# and other escapes, which stay. It is no text that could be written out again.
_HALVES = re.compile(
    rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>\\u[dD][89a-fA-F]..)|\\.", re.DOTALL
)
_WHOLE = rb"\ufffd"
_SPACE = " \t\n\r"


def parsed(line: bytes) -> Any:
    """Return the JSON value of a line; numbers that a double does not hold are decimals.

    Raises ValueError or RecursionError where it is none.
    """
    if _ROW_OF_DIGITS in line.translate(_DIGITS) and _LONG_NUMBER.search(line):
        return exact_loads(line, parse_float=_exact)
    return orjson.loads(line)


def whole(line: bytes) -> bytes:
    """Return a line in which each half of a character is U+FFFD: one must not stop a load."""
    if b"\\ud" not in line and b"\\uD" not in line:
        return line
    return _HALVES.sub(lambda found: _WHOLE if found["half"] else found[0], line)


def member(text: str, name: str) -> str:
    """Return the text of one member of the JSON object in ``text``."""
    decoder = JSONDecoder()
    position = text.index("{") + 1
    while True:
        position = text.index('"', position) + 1
        key, position = scanstring(text, position)
        position = text.index(":", position) + 1
        while text[position] in _SPACE:
            position += 1
        _, end = decoder.raw_decode(text, position)
        if key == name:
            return text[position:end]
        position = end


def _exact(text: str) -> float | Decimal:
    """Return a decimal as a float where that keeps every digit."""
    return float(text) if sum(map(str.isdigit, text)) <= _DOUBLE_DIGITS else Decimal(text)
