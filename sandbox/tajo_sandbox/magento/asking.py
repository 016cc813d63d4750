"""A question to a list: its `searchCriteria`, checked and answered as the platform does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tajo_sandbox.magento.lists import Item

FILTER = re.compile(
    r"(?:searchCriteria|search_criteria)\[(?:filterGroups|filter_groups)\]\[(\d+)\]"
    r"\[filters\]\[(\d+)\]\[(field|value|conditionType|condition_type)\]"
)
ORDER = re.compile(
    r"(?:searchCriteria|search_criteria)\[(?:sortOrders|sort_orders)\]\[(\d+)\]"
    r"\[(field|direction)\]"
)
SIZE = re.compile(
    r"(?:searchCriteria|search_criteria)\[(pageSize|page_size|currentPage|current_page)\]"
)
TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d)?\Z")
MOST, USUAL = 300, 20
COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want, "neq": lambda have, want: have != want,
    "gt": lambda have, want: have > want, "gteq": lambda have, want: have >= want,
    "from": lambda have, want: have >= want, "moreq": lambda have, want: have >= want,
    "lt": lambda have, want: have < want, "lteq": lambda have, want: have <= want,
    "to": lambda have, want: have <= want,
}  # fmt: skip


class Invalid(Exception):
    """A question that the platform refuses: why."""


@dataclass(slots=True)
class Filter:
    """One condition."""

    field: str = ""
    value: str = ""
    condition: str = "eq"

    def holds(self, item: Item) -> bool:
        """Whether a row meets it.

        Raises:
            Invalid: there is no such field or condition.
        """
        if self.field not in item.columns:
            raise Invalid(f'The "{self.field}" attribute name is invalid. Reset the name.')
        have, want = item.columns[self.field], self.value
        if self.condition in {"null", "notnull"}:
            return (have is None) == (self.condition == "null")
        if self.condition in {"in", "nin"}:
            return (str(have) in want.split(",")) == (self.condition == "in")
        if self.condition == "like":
            return fnmatchcase(str(have), want.replace("%", "*"))
        if self.condition not in COMPARES:
            raise Invalid("The condition type is invalid")
        if have is None:
            return False
        return COMPARES[self.condition](have, self._typed(have))

    def _typed(self, have: Any) -> Any:
        if isinstance(have, (int, float)):
            try:
                return float(self.value)
            except ValueError:
                return 0.0
        if self.field.endswith("_at"):
            if not TIME.match(self.value):
                raise Invalid("Incorrect DATETIME value")
            return self.value.replace("T", " ")
        return self.value


@dataclass(slots=True)
class Question:
    """What is asked of a list: groups hold together, one filter of a group is enough."""

    groups: dict[int, dict[int, Filter]] = field(default_factory=dict)
    orders: dict[int, dict[str, str]] = field(default_factory=dict)
    size: int = 0
    page: int = 1

    def chosen(self, items: Iterable[Item], salt: int) -> list[Item]:
        """All rows that answer, in the order asked for; `salt` orders what that leaves open."""
        groups = [group.values() for group in self.groups.values()]
        found = [
            one for one in items if all(any(f.holds(one) for f in group) for group in groups)
        ]  # fmt: skip
        found.sort(key=lambda one: one.id * 2_654_435_761 * salt % 65_537 if salt else one.id)
        for _, order in sorted(self.orders.items(), reverse=True):
            name = order.get("field", "")
            if any(name not in one.columns for one in found[:1]):
                raise Invalid(f'The "{name}" attribute name is invalid. Reset the name.')
            found.sort(key=lambda one: one.columns[name], reverse=order.get("direction") != "ASC")
        return found

    def told(self) -> dict[str, Any]:
        """The question as the answer repeats it."""
        groups = [
            {"filters": [{"field": f.field, "value": f.value, "condition_type": f.condition}
                         for f in group.values()]} for group in self.groups.values()
        ]  # fmt: skip
        made: dict[str, Any] = {"filter_groups": groups, "current_page": self.page}
        if self.orders:
            made["sort_orders"] = list(self.orders.values())
        return made | ({"page_size": self.size} if self.size else {})


def question(query: Iterable[tuple[str, str]], *, limits: bool) -> Question:
    """Read a query.

    Raises:
        Invalid: it holds no searchCriteria, something else, or more than is allowed.
    """
    made, any_said = Question(), False
    for name, value in query:
        any_said = True
        if match := FILTER.fullmatch(name):
            known = made.groups.setdefault(int(match[1]), {}).setdefault(int(match[2]), Filter())
            word = "condition" if match[3].startswith("condition") else match[3]
            setattr(known, word, value)
        elif match := ORDER.fullmatch(name):
            if match[2] == "direction" and value.upper() not in {"ASC", "DESC"}:
                raise Invalid("Invalid sort direction")
            said = value.upper() if match[2] == "direction" else value
            made.orders.setdefault(int(match[1]), {})[match[2]] = said
        elif match := SIZE.fullmatch(name):
            number = _whole(value)
            made.size, made.page = (
                (number, made.page) if match[1].startswith("page") else (made.size, max(1, number))
            )
        elif name not in {"fields", "searchCriteria"}:
            raise Invalid(f'"{name.partition("[")[0]}" is no parameter of this list')
    if not any_said:
        raise Invalid('"searchCriteria" is required. Enter and try again.')
    if limits and made.size > MOST:
        raise Invalid(f"Maximum SearchCriteria pageSize is {MOST}")
    made.size = made.size or (USUAL if limits else 0)
    return made


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Invalid("The type of a value is wrong: int is expected")
    return int(text)
