"""The fields of an object of Brevo's written as Python; what it means: ``making.Fields``."""

from collections.abc import Iterator
from contextlib import contextmanager

from tajo_mapping.expressions import Expression
from tajo_mapping.making import FieldLine, Fields, Identity
from tajo_mapping.written.fields import converted
from tajo_mapping.written.formulas import value_of, word_of
from tajo_mapping.written.page import Page
from tajo_mapping.written.scopes import Scope

# The source's word for leaving the record to the plain makers.
DECLINE = "return None"


class FieldText:
    """Writes the lines that fill the object in ``variable``; ``depth`` counts lists around it."""

    def __init__(self, variable: str, scope: Scope, page: Page, depth: int = 0) -> None:
        self._variable = variable
        self._scope = scope
        self._page = page
        self._depth = depth

    def write(self, fields: Fields) -> None:
        """Write what makes the object."""
        self._page.line(f"{self._variable} = {{}}")
        for line in fields.lines:
            self._page.comment(f"{line.source.text}: {'.'.join(line.path)}")
            if line.inside is not None:
                self._list(line, line.inside)
            else:
                self._field(line)
        if fields.one_of:
            there = " or ".join(f"{name!r} in {self._variable}" for name in fields.one_of)
            with self._page.block(f"if not ({there}):"):
                self._page.line(DECLINE)

    def _field(self, line: FieldLine) -> None:
        page = self._page
        value = value_of(line.source, self._scope, page)
        with page.block(f"if {value} is not None and {value} is not ABSENT:"):
            if line.kind == "reference":
                page.line(f"made = text({value})")
                with page.block("if made:"):
                    page.line(self._put(line, "f'{prefix}:{made}'"))
                self._otherwise(line)
            elif line.kind == "references":
                page.line(self._put(line, f"references(prefix, {value})"))
            else:
                page.line(self._put(line, converted(line.convert, value, page)))
        self._otherwise(line)

    def _list(self, line: FieldLine, inside: Fields) -> None:
        page, depth = self._page, self._depth + 1
        value = value_of(line.source, self._scope, page, f"list{depth}")
        with page.block(f"if type({value}) is list:"):
            page.line(f"made{depth} = []")
            with elements(value, depth, page):
                slot = page.slot()
                outer = self._scope if inside.reaches_out else None
                scope = Scope(slot, f"element{depth}", f"e{depth}", outer)
                FieldText(f"object{depth}", scope, page, depth).write(inside)
                scope.write()
                page.line(f"made{depth}.append(object{depth})")
            page.line(self._put(line, f"made{depth}"))
        with page.block(f"elif {value} is not None and {value} is not ABSENT:"):
            page.line(DECLINE)
        self._otherwise(line)

    def _put(self, line: FieldLine, code: str) -> str:
        if len(line.path) == 1:
            return f"{self._variable}[{line.path[0]!r}] = {code}"
        return f"put({self._variable}, {line.path!r}, {code})"

    def _otherwise(self, line: FieldLine) -> None:
        if line.required:
            with self._page.block("else:"):
                self._page.line(DECLINE)


@contextmanager
def elements(value: str, depth: int, page: Page) -> Iterator[None]:
    """Write a loop over a list of objects, and what is written meanwhile inside it."""
    with page.block(f"for element{depth} in {value}:"):
        with page.block(f"if type(element{depth}) is not dict:"):
            page.line(DECLINE)
        yield


def write_identity(who: Identity, scope: Scope, page: Page) -> None:
    """Write what reads whom an event or an order belongs to, into ``email`` and ``ext_id``."""
    page.line(f"email = {_email(who, scope, page)}")
    if who.ext_id is None:
        page.line("ext_id = None")
    else:
        word = word_of(who.ext_id.source, scope, page)
        page.line(f"ext_id = own_id(prefix, {word}, None)")


def _email(who: Identity, scope: Scope, page: Page) -> str:
    if who.email is None:
        return "None"
    return f"address_or_none({word_of(who.email.source, scope, page)})"


def needed(expression: Expression, convert: str, name: str, scope: Scope, page: Page) -> None:
    """Write what reads a value that an event cannot be without, into the variable ``name``."""
    page.line(f"{name} = {convert}({word_of(expression, scope, page)})")
    with page.block(f"if not {name}:"):
        page.line(DECLINE)
