"""The CSV text of an import (``fileBody``), read by what is said of it and by nothing else.

Said is: ``;`` between columns, a header row (API v3, POST /contacts/import, checked 2026-11-24).
Nothing is said of quotes, so a quotation mark is a character like any other; nor of spaces around a
value, so they are lost; nor of line breaks inside one, so whatever a reader may take for the end of
a line ends it. How a boolean or a list would look is not said either: they do not fit.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tajo_sandbox.brevo.state.attributes import Attribute
from tajo_sandbox.brevo.state.identity import clean_email, clean_phone

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def file_rows(text: str) -> Iterator[dict[str, str]]:
    """The rows as name of the column → cell, as many cells as there are of both."""
    lines = text.splitlines()
    names = [name.strip().upper() for name in lines[0].split(";")] if lines else []
    for line in lines[1:]:
        yield dict(zip(names, map(str.strip, line.split(";")), strict=False))


def names_anybody(text: str) -> bool:
    """Whether one row at least has a valid e-mail address or phone number.

    A text without is refused whole (seen 2023-11, github.com/getbrevo/brevo-node/issues/12).
    """
    return any(
        clean_email(cells.get("EMAIL", "")) or clean_phone(cells.get("SMS", ""))
        for cells in file_rows(text)
    )


def typed(known: Mapping[str, Attribute], cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells as values: a cell is always text, and a number where its attribute is one."""
    return {
        name: float(cell) if _is_number(known.get(name), cell) else cell
        for name, cell in cells.items()
    }


def _is_number(attribute: Attribute | None, cell: str) -> bool:
    return (
        attribute is not None and attribute.type == "float" and _DECIMAL.fullmatch(cell) is not None
    )
