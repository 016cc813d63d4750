"""Python source, written line by line, and the values that it names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_INDENT = "    "


class Page:
    """Lines of source. A slot is a page that stands in another one and is written later."""

    def __init__(self, names: dict[str, Any] | None = None, depth: int = 0) -> None:
        self._lines: list[str | Page] = []
        self._depth = depth
        self.names: dict[str, Any] = {} if names is None else names

    def line(self, text: str) -> None:
        """Write a line."""
        self._lines.append(_INDENT * self._depth + text)

    def comment(self, text: str) -> None:
        """Write a comment of one line, whatever is in the text."""
        shown = "".join(each if each.isprintable() else " " for each in text)
        self.line(f"# {' '.join(shown.split())}")

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """Write the opening of a block, and what is written meanwhile inside it."""
        self.line(opening)
        self._depth += 1
        yield
        self._depth -= 1

    def slot(self) -> "Page":
        """Return a page that stands here."""
        made = Page(self.names, self._depth)
        self._lines.append(made)
        return made

    def name(self, value: Any, kind: str) -> str:
        """Return a name under which the source finds a value."""
        for known, other in self.names.items():
            if other is value:
                return known
        made = f"{kind}_{len(self.names) + 1}"
        self.names[made] = value
        return made

    def text(self) -> str:
        """Return all that was written."""
        return "\n".join(self.texts())

    def texts(self) -> Iterator[str]:
        """Return the lines, those of slots where they stand."""
        for line in self._lines:
            if isinstance(line, Page):
                yield from line.texts()
            else:
                yield line


def tuple_of(kind: Any, given: Mapping[str, str]) -> str:
    """Return the code that makes a named tuple; what is not given is as by default.

    Args:
        kind: The class.
        given: Field → code.
    """
    defaults = kind._field_defaults
    codes = [given[name] if name in given else _default(defaults[name]) for name in kind._fields]
    return f"new({kind.__name__}, ({', '.join(codes)}))"


def _default(value: Any) -> str:
    return "NOTHING" if isinstance(value, Mapping) else repr(value)
