"""Shapes of bodies: a small language for what a JSON value may be.

Written by hand from the contract rather than run from it, so that the stand-in needs no vendor
file; a contract test compares both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Shape(Protocol):
    """Something a value can be held against."""

    def problem(self, value: Any, where: str) -> str | None:
        """What is wrong with ``value`` at ``where``, or None."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string, not longer than ``longest``."""

    longest: int | None = None

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if not isinstance(value, str):
            return f"{where} should be a string"
        if self.longest is not None and len(value) > self.longest:
            return f"{where} is longer than {self.longest} characters"
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A string out of a few."""

    words: tuple[str, ...]

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        return None if value in self.words else f"{where} should be one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number; with ``whole`` only integers (``2.0`` counts, as in JSON Schema)."""

    whole: bool = False

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{where} should be a number"
        if self.whole and isinstance(value, float) and not value.is_integer():
            return f"{where} should be an integer"
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        return None if isinstance(value, bool) else f"{where} should be a boolean"


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""

    def problem(self, value: Any, where: str) -> str | None:  # noqa: ARG002 (the protocol's form)
        """See Shape."""
        return None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A value that fits one of several shapes; ``words`` names them in the message."""

    shapes: tuple[Shape, ...]
    words: str

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if any(shape.problem(value, where) is None for shape in self.shapes):
            return None
        return f"{where} should be {self.words}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of one shape."""

    item: Shape
    fewest: int = 0
    most: int | None = None

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if not isinstance(value, list):
            return f"{where} should be an array"
        if len(value) < self.fewest:
            return f"{where} should have at least {self.fewest} element(s)"
        if self.most is not None and len(value) > self.most:
            return f"{where} should have at most {self.most} elements"
        for index, item in enumerate(value):
            found = self.item.problem(item, f"{where}[{index}]")
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose values have one shape, with at most ``most`` keys."""

    value: Shape
    most: int | None = None

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if not isinstance(value, dict):
            return f"{where} should be an object"
        if self.most is not None and len(value) > self.most:
            return f"{where} should have at most {self.most} keys"
        for name, item in value.items():
            found = self.value.problem(item, f"{where}.{name}")
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Record:
    """An object of named fields; fields nobody knows are let through, as Brevo does."""

    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    fewest: int = 0

    def problem(self, value: Any, where: str) -> str | None:
        """See Shape."""
        if not isinstance(value, dict):
            return f"{where} should be an object"
        for name in self.required:
            if name not in value:
                return f"{name} is missing" if where == "body" else f"{where}.{name} is missing"
        if len(value) < self.fewest:
            return f"{where} should have at least {self.fewest} key(s)"
        for name, item in value.items():
            shape = self.fields.get(name)
            found = (
                shape.problem(item, name if where == "body" else f"{where}.{name}")
                if shape
                else None
            )
            if found:
                return found
        return None
