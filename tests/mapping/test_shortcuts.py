"""What the mapping does in a shorter way gives what the longer way gives."""

import re
from collections.abc import Mapping
from decimal import Decimal

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tajo_mapping import expressions, values
from tajo_mapping.compiled import compile_mapping, platforms
from tajo_mapping.errors import LeftOut, Unfit
from tajo_mapping.phones import e164

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
NUMBERS = st.builds(
    lambda code, rest: f"+{code}{rest}",
    st.sampled_from(CODES),
    st.text("0123456789", min_size=1, max_size=15),
)
REGIONS = st.sampled_from([None, "CH", "US", "IT", "AR", "BR"])


def parsed(written, region):
    """Return the number as the parser alone gives it, None where it refuses."""
    try:
        read = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def made(function, *arguments):
    """Return what a function gives, or how it refuses."""
    try:
        return function(*arguments)
    except (LeftOut, Unfit) as refused:
        return type(refused), refused.reason


# In these the parser takes off what is dialled in front at home.
@example("+375888861656", None)
@example("+86118090815818", "US")
@example("+3521599705718", None)
@example("+390612345678", None)
@settings(max_examples=400, deadline=None)
@given(NUMBERS, REGIONS)
def test_a_number_is_what_the_parser_makes_of_it(written, region):
    found = made(e164, written, region)

    assert (None if isinstance(found, tuple) else found) == parsed(written, region)


@pytest.mark.parametrize("code", CODES)
def test_examples_of_every_country_pass_without_the_parser_or_as_it_gives_them(code):
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
                assert e164(written) == written == parsed(written, None)


def decimal(written):
    """Return the number of a text by its decimal alone, None where it is refused."""
    if not re.fullmatch(r"[+-]?[0-9]+([.][0-9]+)?", written):
        return None
    amount = Decimal(written)
    if len(amount.normalize().as_tuple().digits) > 15 or abs(amount) >= 10**15:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


@example("0.10")
@example("007.50")
@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"-?[0-9]{0,16}[.]?[0-9]{0,15}", fullmatch=True))
def test_an_amount_is_what_its_decimal_is(written):
    found = made(values.number, written)
    expected = decimal(written)

    assert (None if isinstance(found, tuple) else found) == expected
    assert isinstance(found, tuple) or type(found) is type(expected)


@example(0)
@example(-1)
@example(253_402_300_799)
@example(253_402_300_800)
@settings(max_examples=60, deadline=None)
@given(st.integers(-(2**40), 2**40))
def test_unix_seconds_are_the_time_that_their_moment_is(written):
    read = made(values.moment, written)
    expected = read if isinstance(read, tuple) else values.time(read.isoformat())

    assert made(values.time, written) == expected


@example(float("nan"))
@example(float("-inf"))
@example(10**15)
@example(True)
@settings(max_examples=60, deadline=None)
@given(st.one_of(st.integers(), st.floats(), st.booleans()))
def test_a_json_number_is_taken_as_it_is_or_refused(written):
    found = made(values.number, written)

    whole = isinstance(written, int)
    right = not isinstance(written, bool) and (
        abs(Decimal(written)) < 10**15 if whole else Decimal(written).is_finite()
    )
    assert (found == written and type(found) is type(written)) if right else found != written


@example("2026-02-29T00:00:00Z")
@example("0000-01-01T00:00:00Z")
@example("2026-11-24 09:30:00Z")
@settings(max_examples=60, deadline=None)
@given(
    st.from_regex(
        r"(20|00)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z",
        fullmatch=True,
    )
)
def test_a_time_in_utc_is_what_its_moment_is(written):
    read = made(values.moment, written)
    if isinstance(read, tuple):
        assert made(values.time, written) == made(values.day, written) == read
        return
    stamp = read.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    assert values.time(written) == values.seconds(written) == stamp
    assert values.day(written) == stamp[:10]


@settings(max_examples=60, deadline=None)
@given(st.text("aB.@ \t\x7fé\u00a0-", max_size=8))
def test_an_address_is_what_the_rule_for_addresses_says(written):
    plain = written.strip().lower()
    expected = plain if values._ADDRESS.fullmatch(plain) else None

    found = made(values.address, written)

    assert (None if isinstance(found, tuple) else found) == expected


def sources(part, found):
    """Gather every expression of a parsed mapping."""
    if isinstance(part, expressions.Expression):
        found[part.text] = part
    elif isinstance(part, Mapping):
        for value in part.values():
            sources(value, found)
    elif isinstance(part, tuple | list):
        for value in part:
            sources(value, found)
    else:
        for name in getattr(part, "__dataclass_fields__", ()):
            sources(getattr(part, name), found)
    return found


SHIPPED = {
    text: expression
    for platform in platforms()
    for text, expression in sources(compile_mapping(platform)._laid, {}).items()
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6)
    | st.sampled_from(["", "gid://shopify/Order/5", "12.50", "EUR", "+41445550123", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "amount", "name", "nodes"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def placed(record, path, value):
    """Put a value where an expression looks for it."""
    for name in path[:-1]:
        record = record.setdefault(name, {})
        if not isinstance(record, dict):
            return
    record[path[-1]] = value


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_shipped_expression_gives_what_jmespath_s_interpreter_gives(data):
    expression = SHIPPED[data.draw(st.sampled_from(sorted(SHIPPED)))]
    record = {}
    for path in sorted(expressions.record_paths(expression.tree)):
        if data.draw(st.booleans()):
            placed(record, path, data.draw(VALUES))
    slow = expressions._evaluating(expression.tree)

    assert made(expression.read, record) == made(slow, record), expression.text
