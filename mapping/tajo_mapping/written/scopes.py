"""The fields of a record, or of a list's element, read once each into variables."""

import re
from typing import Any

from tajo_mapping.trees import Path
from tajo_mapping.written.page import Page

# Python takes no more than 100 levels of blocks.
DEEPEST = 12
RECORD = "_record"


class Scope:
    """What is read from one object.

    ``variable`` holds the object, and its fields get variables that begin with ``short``;
    ``outer`` is the scope that ``_record`` reaches, where it does; ``changed`` is the code that the
    record's own time of change is read from, which is in ``changed_at`` already.
    """

    def __init__(self, page: Page, variable: str, short: str, outer: "Scope | None" = None) -> None:
        self.variable = variable
        self.outer = outer
        self.changed = ""
        self._page = page
        self._short = short
        self._fields: dict[str, Any] = {}
        self._variables: dict[Path, str] = {}

    def since(self, word: str) -> str:
        """Return the code of the time that the variable or code ``word`` gives."""
        return "changed_at" if word == self.changed else f"since({word})"

    def knows(self, path: Path) -> bool:
        """Return whether the path can be read into a variable."""
        if self.outer is not None and path[0] == RECORD:
            return len(path) > 1 and self.outer.knows(path[1:])
        return len(path) <= DEEPEST

    def field(self, path: Path) -> str:
        """Return the variable of a field: its value, None, or ``ABSENT``."""
        if self.outer is not None and path[0] == RECORD:
            return self.outer.field(path[1:])
        fields = self._fields
        for length in range(1, len(path) + 1):
            fields = fields.setdefault(path[length - 1], {})
            self._named(path[:length])
        return self._variables[path]

    @property
    def whole(self) -> str:
        """The code of the object with all that an expression can reach in it."""
        if self.outer is None:
            return self.variable
        return f'{{**{self.variable}, "{RECORD}": {self.outer.whole}}}'

    def write(self) -> None:
        """Write the lines that read the fields which were asked for."""
        self._read(self.variable, (), self._fields)

    def _named(self, path: Path) -> None:
        if path not in self._variables:
            plain = re.sub(r"[^A-Za-z0-9]", "_", "_".join(path))
            taken = set(self._variables.values())
            made, number = f"{self._short}_{plain}", 1
            while made in taken:
                number += 1
                made = f"{self._short}_{plain}_{number}"
            self._variables[path] = made

    def _read(self, owner: str, above: Path, fields: dict[str, Any]) -> None:
        page = self._page
        for name in fields:
            page.line(f"{self._variables[*above, name]} = {owner}.get({name!r}, ABSENT)")
        for name, inside in fields.items():
            if inside:
                path = (*above, name)
                variable = self._variables[path]
                with page.block(f"if type({variable}) is dict:"):
                    self._read(variable, path, inside)
                with page.block("else:"):
                    every = [one for key, one in self._variables.items() if _under(path, key)]
                    page.line(f"{' = '.join(every)} = beside({variable})")


def _under(path: Path, other: Path) -> bool:
    return len(other) > len(path) and other[: len(path)] == path
