"""What contacts, events and bodies have in common, written: conditions and conversions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tajo_mapping import values
from tajo_mapping.grammar import Condition
from tajo_mapping.making import without_nulls
from tajo_mapping.written.formulas import truth_of
from tajo_mapping.written.means import NAMED
from tajo_mapping.written.page import Page
from tajo_mapping.written.scopes import Scope

_OWN_NAMES = {id(function): name for name, function in NAMED.items()}


def converted(convert: Callable[[Any], Any], value: str, page: Page) -> str:
    """Return the code that converts a value which is not absent."""
    if convert is values.text:
        return f"{value} if type({value}) is str or {value} is None else text({value})"
    if convert is without_nulls:
        return f"{value} if type({value}) is str else without_nulls({value})"
    name = _OWN_NAMES.get(id(convert)) or page.name(convert, "convert")
    return f"{name}({value})"


@contextmanager
def where_met(
    conditions: Sequence[Condition], scope: Scope, page: Page, unmet: Callable[[str], None]
) -> Iterator[None]:
    """Write conditions, and what is written meanwhile for where all of them hold.

    ``unmet`` writes what is done for a reason why not.
    """
    if not conditions:
        yield
        return
    notes = page.slot()
    word = "if"
    for condition in conditions:
        with page.block(f"{word} not {truth_of(condition.expression, scope, notes)}:"):
            unmet(condition.reason)
        word = "elif"
    with page.block("else:"):
        yield
