"""A row of an import as cells of CSV, where it is plain enough for that.

Of ``fileBody`` Brevo says: ``;`` between columns, a header row of names (API v3, POST
/contacts/import, checked 2026-11-24). It says nothing of quotes, of line breaks inside a cell, of
how a boolean or a list looks, and of whether spaces around a value stay. So whatever needs one of
these is no plain row, and none of it is changed to become one.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson


class Cells(NamedTuple):
    """One row: the names of its attributes, and the e-mail address and their values in a line."""

    names: tuple[str, ...]
    line: bytes


def cells_of(row: bytes) -> Cells | None:
    """Return the cells of a row of ``jsonBody``; None where CSV may not hold it as it is.

    Nothing, be it null or an empty text, is an empty cell. A row without an e-mail address is not
    plain, for how such a row is found is said of files that people upload, not of ``fileBody``;
    nor is one of an address alone, whose line would have no separator.
    """
    # In JSON a backslash stands before quotes, control characters and itself.
    if b"\\" in row or b";" in row:
        return None
    said = orjson.loads(row)
    email, attributes = said.get("email"), said["attributes"]
    if not email or not attributes:
        return None
    try:
        texts = [
            value if value.__class__ is str else _PRINTED[value.__class__](value)
            for value in attributes.values()
        ]
    except KeyError:
        return None
    text = f"{email};{';'.join(texts)}"
    # Beyond ASCII, what is not printed (other spaces, marks, line breaks) may end a line or a cell.
    # So may a space or an apostrophe around a text.
    if (
        not text.isprintable()
        or "; " in text
        or " ;" in text
        or ";'" in text
        or text[0] in " '"
        or text[-1] == " "
    ):
        return None
    return Cells(tuple(attributes), text.encode())


def _decimal(value: float) -> str:
    text = repr(value)
    if "e" in text:
        # A power of ten: nothing says that a cell may hold one.
        raise KeyError(text)
    return text


# By type; whatever has none here is no plain value.
_PRINTED: Mapping[type, Callable[[Any], str]] = {
    int: repr,
    float: _decimal,
    type(None): lambda _: "",
}
