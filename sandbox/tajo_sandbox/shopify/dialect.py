"""The platform's search syntax: `updated_at:>='2026-11-01T00:00:00Z' status:open`.

Terms are joined by AND (or a space) and OR, `-` or NOT turns one round, a bare word searches all
text. Dates without an offset are read in the shop's time zone. A field that does not exist is
ignored with a warning, an empty value is an internal error: both as the platform does it
(shopify.dev api/usage/search-syntax, checked 2026-11-24).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.errors import internal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Test = Callable[[Any], bool]

_TERM = re.compile(
    r"""\s*(?P<not>-|NOT\s+)?
        (?:(?P<field>[A-Za-z_][\w.]*):\s*(?P<op><=|>=|<|>|=)?\s*)?
        (?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"()]*)""",
    re.VERBOSE,
)
_PARTS = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: `field:>=value`; `field` is None for a bare word."""

    field: str | None
    comparison: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Searchable:
    """A field that a list can be searched by.

    `compile` turns comparison and value into a test of a row.
    """

    compile: Callable[[str, str], Test]


def parse(query: str) -> list[list[Term]]:
    """A query as alternatives (OR) of terms that must all hold (AND).

    Raises:
        Refused: a field without a value.
    """
    alternatives: list[list[Term]] = [[]]
    position = 0
    text = query.replace("(", " ").replace(")", " ").rstrip()
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None or match.end() == position:
            break
        position = match.end()
        name, value = match["field"], match["value"]
        if name is None and value in {"AND", ""}:
            continue
        if name is None and value == "OR":
            alternatives.append([])
            continue
        if not value:
            raise internal()
        bare = value[1:-1] if value[0] in "'\"" else value
        alternatives[-1].append(Term(name, match["op"] or "=", bare, match["not"] is not None))
    return [terms for terms in alternatives if terms]


def matcher(
    query: str | None, fields: Mapping[str, Searchable]
) -> tuple[Test | None, list[dict[str, object]]]:
    """A test of rows for a query, None where it lets everything through, and its warnings.

    Raises:
        Refused: a field without a value, or a value that its field cannot be compared with.
    """
    if query is None or not query.strip():
        return None, []
    warnings: list[dict[str, object]] = []
    alternatives = []
    for terms in parse(query):
        known = [term for term in terms if term.field is None or term.field in fields]
        warnings += [_unknown(term) for term in terms if term not in known]
        alternatives.append([_test(term, fields) for term in known])
    if any(not tests for tests in alternatives):
        return None, warnings
    return lambda row: any(all(test(row) for test in tests) for tests in alternatives), warnings


def _unknown(term: Term) -> dict[str, object]:
    return {
        "field": term.field,
        "message": "Invalid search field for this query.",
        "code": "invalid",
    }


def _test(term: Term, fields: Mapping[str, Searchable]) -> Test:
    searchable = fields[term.field or "default"]
    test = searchable.compile(term.comparison, term.value)
    if term.negated:
        return lambda row: not test(row)
    return test


def _compare(comparison: str, read: Callable[[Any], Any], bound: Any) -> Test:
    def present(check: Callable[[Any], bool]) -> Test:
        def test(row: Any) -> bool:
            value = read(row)
            return value is not None and check(value)

        return test

    return {
        "=": present(lambda value: value == bound),
        ">": present(lambda value: value > bound),
        ">=": present(lambda value: value >= bound),
        "<": present(lambda value: value < bound),
        "<=": present(lambda value: value <= bound),
    }[comparison]


def number(read: Callable[[Any], Any]) -> Searchable:
    """A field of whole or decimal numbers; ids may be given as gid."""

    def build(comparison: str, value: str) -> Test:
        digits = value.rpartition("/")[2]
        try:
            return _compare(comparison, read, float(digits) if "." in digits else int(digits))
        except ValueError:
            raise internal() from None

    return Searchable(build)


def word(read: Callable[[Any], str | None]) -> Searchable:
    """A field of one word, compared without regard to case; commas separate choices, `*` is any."""

    def build(_comparison: str, value: str) -> Test:
        wanted = {part.strip().casefold() for part in value.split(",")}
        if value == "*":
            return lambda row: bool(read(row))
        return lambda row: (read(row) or "").casefold() in wanted

    return Searchable(build)


def words(read: Callable[[Any], tuple[str, ...]]) -> Searchable:
    """A field of several words, such as tags; one match is enough."""

    def build(_comparison: str, value: str) -> Test:
        wanted = {part.strip().casefold() for part in value.split(",")}
        return lambda row: any(part.casefold() in wanted for part in read(row))

    return Searchable(build)


def flag(read: Callable[[Any], bool]) -> Searchable:
    """A yes-or-no field."""
    return Searchable(lambda _comparison, value: lambda row: read(row) is (value == "true"))


def text(read: Callable[[Any], str]) -> Searchable:
    """A field that is searched inside."""
    return Searchable(
        lambda _comparison, value: lambda row: value.casefold() in read(row).casefold()
    )


def moment(
    read: Callable[[Any], str | None], zone: timezone, now: Callable[[], datetime]
) -> Searchable:
    """A time, compared to the second."""

    def build(comparison: str, value: str) -> Test:
        return _compare(comparison, read, _written(_instant(value, zone, now)))

    return Searchable(build)


def day(read: Callable[[Any], str], zone: timezone, now: Callable[[], datetime]) -> Searchable:
    """A time that is only matched by whole days, in UTC: the time of day given is ignored."""

    def build(comparison: str, value: str) -> Test:
        instant = _instant(value, zone, now).astimezone(UTC)
        start = instant.replace(hour=0, minute=0, second=0, microsecond=0)
        first, after = _written(start), _written(start + timedelta(days=1))
        return {
            "=": lambda row: first <= read(row) < after,
            ">=": lambda row: read(row) >= first,
            ">": lambda row: read(row) >= after,
            "<": lambda row: read(row) < first,
            "<=": lambda row: read(row) < after,
        }[comparison]

    return Searchable(build)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(value: str, zone: timezone, now: Callable[[], datetime]) -> datetime:
    """A time of the search syntax: `now`, `2024`, `2024-06`, `2024-06-01`, or with a time."""
    if value == "now":
        return now()
    parts = _PARTS.match(value)
    try:
        if parts:
            year, month, date = (int(part or 1) for part in parts.groups())
            return datetime(year, month, date, tzinfo=zone)
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise internal() from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
