"""One call as a handler sees it: account, path values, query, parsed body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tajo_sandbox.brevo.answers import Refusal, invalid
from tajo_sandbox.brevo.state.account import BrevoAccount
from tajo_sandbox.brevo.state.events import utc_text


@dataclass(slots=True)
class Call:
    """What a handler works on. ``base_url`` is scheme and host under which the caller came."""

    account: BrevoAccount
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any = field(default_factory=dict)
    base_url: str = ""

    def text(self, name: str) -> str | None:
        """The last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def number(self, name: str, default: int, *, most: int | None = None) -> int:
        """A whole number of the query, between 0 and ``most``.

        Raises:
            Refusal: It is none, or out of range.
        """
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit():
            raise invalid(f"{name} should be a number")
        value = int(text)
        if most is not None and value > most:
            raise Refusal(400, "out_of_range", f"{name} exceeds max value {most}")
        return value

    def path_number(self, name: str) -> int:
        """A whole number of the path."""
        text = self.path[name]
        if not text.isascii() or not text.isdigit():
            raise invalid(f"{name} should be a number")
        return int(text)

    def since(self, name: str) -> str | None:
        """A date-time of the query as UTC text that compares with the account's own times."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise invalid(f"{name} is not a date-time") from None
        return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def descending(self) -> bool:
        """Whether the newest come first: the default."""
        order = self.text("sort") or "desc"
        if order not in ("asc", "desc"):
            raise invalid("sort should be asc or desc")
        return order == "desc"

    def page(self, items: Sequence[Any], default: int, most: int) -> Sequence[Any]:
        """The part of ``items`` (oldest first) that limit, offset and sort ask for."""
        limit = self.number("limit", default, most=most)
        offset = self.number("offset", 0)
        ordered = list(reversed(items)) if self.descending() else items
        return ordered[offset : offset + limit]
