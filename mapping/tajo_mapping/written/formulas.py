"""Expressions as Python.

What JMESPath means is kept word for word; an expression of which a part is not known here is read
by its own reader, as the plain makers do it.
"""

from typing import Any, NamedTuple

from tajo_mapping.expressions import Expression
from tajo_mapping.functions import direct
from tajo_mapping.trees import Node, plain_path, record_paths
from tajo_mapping.written.means import NAMED
from tajo_mapping.written.page import Page
from tajo_mapping.written.scopes import Scope

# Functions of one argument, null for null, under the names that the source has for them.
_OF_ONE = {
    "date": "date", "hash": "hashed", "id_of": "id_of", "lower": "lower", "number": "number",
    "text": "text", "time": "time", "trim": "trim",
}  # fmt: skip
_DEEPEST = 12


class Unwritten(Exception):
    """A part of an expression that is not written as Python."""


class Formula(NamedTuple):
    """An expression's code. ``simple`` is a variable; ``sure`` gives true or false.

    ``fixed`` is the same for every record. Where a field is absent it may give ``ABSENT`` for null.
    """

    code: str
    simple: bool = False
    sure: bool = False
    fixed: bool = False

    @property
    def truth(self) -> str:
        """The code of whether JMESPath takes it for true."""
        return self.code if self.sure else f"holds({self.code})"

    @property
    def nullable(self) -> str:
        """The code in which absent is null."""
        if self.sure or self.fixed:
            return self.code
        if self.simple:
            return f"(None if {self.code} is ABSENT else {self.code})"
        return f"(None if (t := {self.code}) is ABSENT else t)"


def truth_of(expression: Expression, scope: Scope, page: Page) -> str:
    """Return the code of whether a condition holds."""
    try:
        return _written(expression.tree, scope, page).truth
    except Unwritten:
        return f"holds({_read(expression, scope, page)})"


def word_of(expression: Expression, scope: Scope, page: Page) -> str:
    """Return the code of a value in which null and absent need not be told from each other."""
    try:
        return _written(expression.tree, scope, page).code
    except Unwritten:
        return _read(expression, scope, page)


def value_of(expression: Expression, scope: Scope, page: Page, name: str = "value") -> str:
    """Write what reads an expression; return the variable: a value, None or ``ABSENT``."""
    if expression.path and scope.knows(expression.path):
        return scope.field(expression.path)
    try:
        formula = _written(expression.tree, scope, page)
    except Unwritten:
        page.line(f"{name} = {_read(expression, scope, page)}")
        return name
    page.line(f"{name} = {formula.code}")
    spoken_of = [scope.field(path) for path in sorted(record_paths(expression.tree))]
    if spoken_of and not formula.sure:
        # Half a record must not clear anything: null counts only where every field is there.
        absent = " or ".join(f"{each} is ABSENT" for each in spoken_of)
        with page.block(f"if {name} is None and ({absent}):"):
            page.line(f"{name} = ABSENT")
    return name


def _read(expression: Expression, scope: Scope, page: Page) -> str:
    known = len(page.names)
    reader = page.name(expression.read, "read")
    if len(page.names) > known:
        page.comment(f"{reader}: {expression.text}")
    return f"{reader}({scope.whole})"


def _written(tree: Node, scope: Scope, page: Page, depth: int = 0) -> Formula:
    if depth > _DEEPEST:
        raise Unwritten
    path = plain_path(tree)
    if path is not None:
        if not scope.knows(path):
            raise Unwritten
        return Formula(scope.field(path), simple=True)
    kind = tree["type"]
    if kind == "literal":
        return _literal(tree["value"], page)
    if kind not in _KINDS:
        raise Unwritten
    given = [
        _written(child, scope, page, depth + 1)
        for child in (tree["children"][:1] if kind in _LEFT_ONLY else tree["children"])
    ]
    made: Formula = _KINDS[kind](tree, given, page)
    return made


def _literal(value: Any, page: Page) -> Formula:
    if value is None or isinstance(value, str | bool | int):
        return Formula(repr(value), sure=isinstance(value, bool), fixed=True)
    return Formula(page.name(value, "fixed"), fixed=True)


def _or(_tree: Node, given: list[Formula], _page: Page) -> Formula:
    left, right = given
    if left.sure:
        return Formula(f"({left.code} or {right.code})", sure=right.sure)
    if left.simple:
        return Formula(f"({left.code} if holds({left.code}) else {right.code})")
    return Formula(f"(t if holds(t := {left.code}) else {right.code})")


def _and(_tree: Node, given: list[Formula], _page: Page) -> Formula:
    left, right = given
    if left.sure:
        return Formula(f"({left.code} and {right.code})", sure=right.sure)
    if left.simple:
        return Formula(f"({right.code} if holds({left.code}) else {left.code})")
    raise Unwritten


def _not(_tree: Node, given: list[Formula], _page: Page) -> Formula:
    (one,) = given
    return Formula(f"(not {one.code})" if one.sure else f"negated({one.code})", sure=True)


def _compared(tree: Node, given: list[Formula], _page: Page) -> Formula:
    # With a text nothing of JMESPath's own counts: 0 and false, 1 and true.
    texts = [child["type"] == "literal" and type(child["value"]) is str
             for child in tree["children"]]  # fmt: skip
    if tree["value"] not in {"eq", "ne"} or not any(texts):
        raise Unwritten
    sign = "==" if tree["value"] == "eq" else "!="
    return Formula(f"({given[0].code} {sign} {given[1].code})", sure=True)


def _indexed(tree: Node, given: list[Formula], _page: Page) -> Formula:
    if tree["children"][1]["type"] != "index":
        raise Unwritten
    return Formula(f"element({given[0].code}, {tree['children'][1]['value']})")


def _dotted(tree: Node, given: list[Formula], _page: Page) -> Formula:
    code = given[0].code
    for child in tree["children"][1:]:
        if child["type"] != "field":
            raise Unwritten
        code = f"inside({code}, {child['value']!r})"
    return Formula(code)


def _called(tree: Node, given: list[Formula], page: Page) -> Formula:
    name = tree["value"]
    if name in _OF_ONE:
        (one,) = given
        known = _OF_ONE[name]
        if one.simple:
            return Formula(
                f"(None if {one.code} is None or {one.code} is ABSENT else {known}({one.code}))"
            )
        return Formula(f"(None if (t := {one.nullable}) is None else {known}(t))")
    if name == "not_null":
        return _first(given)
    arguments = ", ".join(one.nullable for one in given)
    call = name if name in NAMED else page.name(direct(name), name)
    return Formula(f"{call}({arguments})")


def _first(given: list[Formula]) -> Formula:
    if not all(one.simple for one in given):
        # All are read, whichever is taken: a value that is wrong refuses its record.
        return Formula(f"first({', '.join(one.nullable for one in given)})")
    code = given[-1].nullable
    for one in reversed(given[:-1]):
        there = f"{one.code} is not None and {one.code} is not ABSENT"
        code = f"({one.code} if {there} else {code})"
    return Formula(code)


_LEFT_ONLY = frozenset({"index_expression", "subexpression"})
_KINDS = {
    "and_expression": _and,
    "comparator": _compared,
    "function_expression": _called,
    "index_expression": _indexed,
    "not_expression": _not,
    "or_expression": _or,
    "subexpression": _dotted,
}
