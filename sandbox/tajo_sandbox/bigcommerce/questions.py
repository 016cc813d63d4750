"""What a query asks for: parameters as the vendor's description has them, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 250
USUAL = 50
DATES = ("date_modified", "date_created")


class Refused(Exception):
    """A query that the platform refuses."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


@dataclass(frozen=True, slots=True)
class Rules:
    """What an endpoint takes.

    `ids` maps a parameter with a list of ids to the field that it is about, `times` the
    parameters of bounds to `low` and `high`, `sorts` a sort's name to what it sorts by (`id`,
    `at`); `includes` are the names of sub-resources. `above` is the parameter for ids from one
    on, and how far above it they begin. `today`: a bound without a time of day gets the present
    one. `lenient`: a time that cannot be read is no filter at all.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    sorts: Mapping[str, str] = field(default_factory=dict)
    includes: frozenset[str] = frozenset()
    above: Mapping[str, int] = field(default_factory=dict)
    more: frozenset[str] = frozenset()
    today: bool = False
    lenient: bool = False
    paged: bool = True


@dataclass(slots=True)
class Question:
    """A query that was understood; `ids` are (field, wanted)."""

    page: int = 1
    limit: int = USUAL
    low: datetime | None = None
    high: datetime | None = None
    sort: str = "id"
    descending: bool = False
    include: set[str] = field(default_factory=set)
    ids: list[tuple[str, set[str]]] = field(default_factory=list)
    above: int | None = None
    other: dict[str, str] = field(default_factory=dict)


def asked(rules: Rules, query: Mapping[str, str], now: datetime) -> Question:
    """Read a query.

    Raises:
        Refused: a parameter or a value that the endpoint does not take.
    """
    found = Question()
    for name, value in query.items():
        if name in {"page", "limit"} and rules.paged:
            setattr(found, name, _whole(name, value))
        elif name in rules.times:
            setattr(found, rules.times[name], _time(rules, name, value, now))
        elif name in rules.ids:
            found.ids.append((rules.ids[name], set(value.split(","))))
        elif name in rules.above:
            found.above = _whole(name, value) + rules.above[name]
        elif name == "include" and rules.includes:
            found.include = _included(rules, value)
        elif name == "sort" and rules.sorts:
            _sorted(rules, value, found)
        elif name in rules.more:
            found.other[name] = value
        else:
            raise Refused(422, f"The filter(s): {name} are not valid filter parameter(s).")
    if found.limit > LARGEST:
        raise Refused(413, "Request entity too large: limit")
    found.descending = found.descending or found.other.get("direction") == "desc"
    return found


def _whole(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise Refused(422, f"{name} must be a whole number of 1 or more")
    return int(value)


def _included(rules: Rules, value: str) -> set[str]:
    names = set(value.split(","))
    if not names <= rules.includes:
        raise Refused(422, "include: unknown sub-resource")
    return names


def _sorted(rules: Rules, value: str, found: Question) -> None:
    name, _, direction = value.partition(":")
    if name not in rules.sorts or direction not in {"", "asc", "desc"}:
        raise Refused(422, "sort: unknown field")
    found.sort = rules.sorts[name]
    found.descending = direction == "desc"


def _time(rules: Rules, name: str, value: str, now: datetime) -> datetime | None:
    try:
        if "," in value:
            return parsedate_to_datetime(value)
        at = datetime.fromisoformat(value)
    except ValueError:
        if rules.lenient:
            return None
        raise Refused(422, f"{name}: not a date") from None
    if "T" not in value and rules.today:
        at = datetime.combine(at.date(), time(now.hour, now.minute, now.second))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
