"""A place in a mapping file, and reading what stands there with errors that name it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tajo_mapping.errors import MappingError, nearest


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file. ``builtin`` tells the project's own files from a user's."""

    file: str
    path: tuple[str, ...] = ()
    builtin: bool = False

    def __truediv__(self, key: str) -> "Place":
        return Place(self.file, (*self.path, key), self.builtin)

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join(self.path)}" if self.path else self.file

    @property
    def parent(self) -> "Place":
        """Return the block that this place is in."""
        return Place(self.file, self.path[:-1], self.builtin)

    def error(self, what: str, *, right: str = "", do: str = "") -> MappingError:
        """Return an error that names this place."""
        return MappingError(str(self), what, right=right, do=do)

    def block(self, value: Any, allowed: Iterable[str] | None = None) -> dict[str, Any]:
        """Return ``value`` as a block whose keys are all allowed (any key, where None is given)."""
        if not isinstance(value, Mapping):
            raise self.error("not a block", right="lines of 'key: value'")
        if allowed is not None:
            known = tuple(allowed)
            for key in value:
                if key not in known:
                    raise (self / key).error(f"unknown key '{key}'", right=nearest(key, known))
        return dict(value)

    def word(self, value: Any, allowed: Iterable[str]) -> str:
        """Return ``value`` as one of the allowed words."""
        words = tuple(allowed)
        if not isinstance(value, str) or value not in words:
            raise self.error(
                "not a word that is known here", right=nearest(str(value), words) or str(words)
            )
        return value

    def text(self, value: Any) -> str:
        """Return ``value`` as text that is not empty."""
        if not isinstance(value, str) or not value.strip():
            raise self.error("not text", right="text, in quotes where YAML reads it otherwise")
        return value

    def flag(self, value: Any) -> bool:
        """Return ``value`` as true or false."""
        if not isinstance(value, bool):
            raise self.error("neither true nor false", right="true or false")
        return value

    def items(self, value: Any) -> list[Any]:
        """Return ``value`` as a list; one thing is a list of one."""
        if value is None or isinstance(value, Mapping):
            raise self.error("not a list", right="[one, two]")
        return list(value) if isinstance(value, list) else [value]
