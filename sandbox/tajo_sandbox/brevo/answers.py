"""What goes back: an answer that succeeded, or a refusal in Brevo's error form."""

from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON value; None means an empty body, as Brevo's 204."""

    status: int = 200
    body: Any = None

    def encoded(self) -> bytes:
        """The body as bytes, empty where there is none."""
        return b"" if self.body is None else orjson.dumps(self.body)


@dataclass(slots=True)
class Refusal(Exception):
    """Brevo's error body: ``{"code": …, "message": …}``, for contacts also ``metadata``."""

    status: int
    code: str
    message: str
    metadata: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> Answer:
        """The refusal as an answer."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.metadata:
            body["metadata"] = self.metadata
        return Answer(self.status, body)


def invalid(message: str) -> Refusal:
    """400 for a value that does not fit."""
    return Refusal(400, "invalid_parameter", message)


def missing(message: str) -> Refusal:
    """400 for a value that is not there."""
    return Refusal(400, "missing_parameter", message)


def absent(message: str) -> Refusal:
    """404 for a thing that does not exist."""
    return Refusal(404, "document_not_found", message)
