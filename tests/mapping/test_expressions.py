"""What expressions give (``cases/expressions.yml``), and that they are JMESPath."""

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.expressions import ABSENT, compile_expression
from tajo_mapping.functions import known_functions

# Values that must never be in a message: what the cases' records hold.
SECRET = "ada@example.com"


@pytest.mark.parametrize_cases("expressions.yml")
def test_an_expression_gives_what_the_case_says(case):
    read = compile_expression(case["expression"], "here").read

    if "refused" in case or "left_out" in case:
        kind, reason = (
            (Unfit, case["refused"]) if "refused" in case else (LeftOut, case["left_out"])
        )
        with pytest.raises(kind) as raised:
            read(case["record"])
        assert reason in raised.value.reason
    elif case.get("absent"):
        assert read(case["record"]) is ABSENT
    else:
        found = read(case["record"])
        assert (found, type(found)) == (case["value"], type(case["value"]))


@pytest.mark.parametrize("name", known_functions())
def test_no_function_shows_a_value_in_its_error(name):
    pairs = {"contains", "e164", "join", "minor", "rounded", "stripe_minor"}
    fewest = 2 if name in pairs else 1
    pair = {"starts_with", "ends_with", "map", "max_by", "min_by", "sort_by"}
    expression = f"{name}({', '.join(['a'] * (2 if name in pair else fewest))})"
    shown = []
    for value in (SECRET, [SECRET], {SECRET: SECRET}, [[SECRET]]):
        try:
            compile_expression(expression, "here").read({"a": value})
        except (Unfit, LeftOut) as error:
            shown.append(f"{error}{error.__cause__ or ''}")

    assert [message for message in shown if SECRET in message] == []


NAMES = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("xyz", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
RECORDS = st.dictionaries(NAMES, JSON, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
SHAPES = st.sampled_from(
    ["{p}", "{p}[0]", "{p}[].{q}", "{p} || {q}", "{p} && {q}", "!({p})", "{p} == {q}",
     "{p}[?{q}]", "[{p}, {q}]", "{{x: {p}, y: {q}}}", "{p} | {q}", "{p}[*].{q}", "{p}.*",
     "{p}[::-1]", "not_null({p}, {q})", "type({p})", "to_array({p})"],
)  # fmt: skip


@settings(deadline=None)
@given(SHAPES, PATHS, PATHS, RECORDS)
def test_an_expression_is_what_jmespath_makes_of_it(shape, path, other, record):
    text = shape.format(p=path, q=other)

    found = compile_expression(text, "here").read(record)

    assert (None if found is ABSENT else found) == jmespath.search(text, record)


@settings(deadline=None)
@given(PATHS, RECORDS)
def test_a_plain_name_tells_null_from_absent(path, record):
    found = compile_expression(path, "here").read(record)
    value = record
    for name in path.split("."):
        if value is None:
            break
        value = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
        if value is ABSENT:
            break

    assert found is value or found == value
