"""The shape of a field table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Reader: TypeAlias = Callable[..., Any]
Entry: TypeAlias = str | Reader
Table: TypeAlias = Mapping[str, Mapping[str, Entry]]


def nothing(_row: object, _view: object) -> None:
    """A field that this shop never fills."""


def empty(_row: object, _view: object) -> list[object]:
    """A list that is always empty."""
    return []


def no(_row: object, _view: object) -> bool:
    """A flag that is never set."""
    return False


def yes(_row: object, _view: object) -> bool:
    """A flag that is always set."""
    return True
