"""The function that a stream's mapping is written as gives what the plain makers give."""

import functools
import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_mapping import expressions
from tajo_mapping.compiled import compile_mapping, platforms
from tajo_mapping.grammar import Line
from tajo_mapping.operations import Refused

# What stands where something else belongs, beside what a mapping may compare with.
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 10**16),
    st.floats(allow_nan=False, width=16),
    st.sampled_from([
        "", " ", "0", "gid://shopify/Order/5?key=z", "12.50", "-0.00", "1e3", "1234567890123456",
        "EUR", "+41445550123", "06 12 34 56 78", "2026-01-01", "2026-11-24T09:30:00Z",
        "2026-11-24T09:30:00.5+02:00", "2026-13-01T00:00:00Z", " A@B.Example ", "no address",
        "a@b@c", "é@x.ch", "true",
    ]),
    st.lists(st.none() | st.integers(0, 2) | st.sampled_from(["a", ""]), max_size=2),
    st.just({}),
)  # fmt: skip


def words_of(part):
    """Return every text in a mapping: what it compares with makes both answers come up."""
    found = set()
    pending = [part]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, expressions.Expression):
            pending += [one.tree]
        elif isinstance(one, dict):
            pending += [one[key] for key in one if key != "type"]
        elif isinstance(one, list | tuple):
            pending += one
        else:
            names = getattr(one, "__dataclass_fields__", ())
            pending += [getattr(one, name) for name in names if name != "place"]
    return sorted(found)


def ends_of(node, shape):
    """Put what an expression reads into a shape; return where its result stands in it.

    A shape is the names of an object, each with the shape of its value; ``*`` is a list's element.
    """
    kind, children = node["type"], node["children"]
    if kind == "field":
        return [shape.setdefault(node["value"], {})]
    if kind == "index":
        return [shape.setdefault("*", {})]
    if kind in {"current", "identity"}:
        return [shape]
    if kind in {"subexpression", "index_expression", "pipe"}:
        ends = [shape]
        for child in children:
            ends = [end for one in ends for end in ends_of(child, one)]
        return ends
    if kind in {"projection", "filter_projection", "flatten"}:
        elements = [end.setdefault("*", {}) for end in ends_of(children[0], shape)]
        for child in children[1:]:
            elements = [end for one in elements for end in ends_of(child, one)] or elements
        return elements
    return [end for child in children if isinstance(child, dict) for end in ends_of(child, shape)]


def gather(part, shape):
    """Put what a part of a mapping reads into a shape."""
    if isinstance(part, expressions.Expression):
        ends_of(part.tree, shape)
    elif isinstance(part, tuple | Mapping):
        for one in part.values() if isinstance(part, Mapping) else part:
            gather(one, shape)
    elif part.__class__.__name__ in BLOCKS:
        inside = [shape]
        if getattr(part, "each", None):
            listed = part.source if isinstance(part, Line) else part.each
            inside = [end.setdefault("*", {}) for end in ends_of(listed.tree, shape)]
        for name in sorted(set(part.__dataclass_fields__) - {"names", "place"}):
            for scope in [shape] if name in OUTSIDE else inside:
                gather(getattr(part, name), scope)


BLOCKS = {
    "StreamBlock", "ContactBlock", "EventBlock", "BodyBlock", "Line", "Condition", "ConsentRule",
}  # fmt: skip
# Of a line that is read in every element, what is read around it.
OUTSIDE = {"source"}


def merge(into, shape):
    for name, inside in shape.items():
        merge(into.setdefault(name, {}), inside)


def lift(shape, root):
    """Put what is read as ``_record`` where it stands."""
    for name, inside in list(shape.items()):
        lift(inside, root)
        if name == "_record":
            merge(root, shape.pop(name))


# What a field of such a name mostly holds: so that most records become something.
LIKELY = [
    (re.compile("mail"), ["a@b.example", " A@B.Example "]),
    (re.compile("(^id|Id|ID|_id)$"), ["gid://shopify/Order/5?key=z", "7"]),
    (re.compile("At$|_at$|[dD]ate|[tT]ime|created|updated"), ["2026-11-24T09:30:00Z", 1764028800]),
    (re.compile("mount|rice|otal|umber|uantity|ount|tock"), ["12.50", "3", 7, "-0.00", "1.500"]),
    (re.compile("tags|labels|odes$|roups$|ategories$"), [["vip", "b"], [], None]),
    (re.compile("hone"), ["+33612345678", "+41445550123", "06 12 34 56 78"]),
]


def likely(name, words):
    for pattern, known in LIKELY:
        if pattern.search(name):
            return st.sampled_from(known)
    return st.sampled_from(words)


@functools.cache
def records_of(mapping, stream):
    """Return records that have what the stream's mapping reads, or anything else in its place."""
    block = mapping._laid.streams[stream]
    shape = {}
    gather(block, shape)
    lift(shape, shape)
    words = words_of(block)

    def value(draw, name, inside):
        what = draw(st.integers(0, 23))
        if what == 0:
            return draw(ODD)
        if what == 1:
            return None
        if set(inside) == {"*"}:
            return [value(draw, name, inside["*"]) for _ in range(draw(st.integers(0, 2)))]
        if inside:
            return fields(draw, inside)
        return draw(likely(name, words))

    def fields(draw, shape):
        given = {name for name in shape if draw(st.integers(0, 11))}
        return {name: value(draw, name, shape[name]) for name in shape if name in given}

    @st.composite
    def records(draw):
        made = {"id": draw(st.integers(1, 9) | st.just("7") | ODD), **fields(draw, shape)}
        if not draw(st.integers(0, 9)):
            made["_sdc_deleted_at"] = draw(ODD)
        if draw(st.booleans()):
            made["_tajo_store"] = draw(st.sampled_from(["b", "", None, 5]))
        return made

    return records()


def exactly(value):
    """Return a value with its kind, for 1 is not 1.0 nor true."""
    if isinstance(value, Mapping):
        return {name: exactly(inside) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [exactly(inside) for inside in value]
    return type(value), repr(value)


def told(function, record):
    """Return what a function gives, or the kind of its error."""
    try:
        return exactly(function(record))
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        return type(error)


def declined(function, record):
    """Return whether a written function leaves a record to the plain makers."""
    try:
        return function(record, "shop") is None
    except NameError:
        raise
    except Exception:  # noqa: BLE001 - so does the binding
        return True


def check(mapping, stream, examples):
    """Compare both ways on many records; some of them the written function must have done."""
    bound = mapping.bind(stream, "shop")
    done = []

    @settings(max_examples=examples, deadline=None, database=None)
    @given(records_of(mapping, stream))
    def same(record):
        assert told(bound.operations, record) == told(bound.plain, record)
        done.append(not declined(bound.written, record))

    same()
    assert any(done)


STREAMS = [
    (platform, stream) for platform in platforms() for stream in compile_mapping(platform).streams
]


@pytest.mark.parametrize(("platform", "stream"), STREAMS)
def test_a_stream_s_function_gives_what_the_plain_makers_give(platform, stream):
    check(compile_mapping(platform), stream, 40)


@pytest.mark.parametrize_cases("overlays.yml")
def test_so_does_the_function_of_a_users_file(case, make_record):
    if "overlay" not in case:
        return
    mapping, stream = compile_mapping("shopify", overlay=case["overlay"]), case.get("stream")
    bound = mapping.bind(stream or "customers", "s")
    record = make_record({"base": "customer", **case})

    assert exactly(bound(record)) == exactly(bound.plain(record))
    check(mapping, stream or "customers", 3)


@pytest.mark.parametrize_cases("shopify.yml")
def test_records_of_every_day_are_not_left_to_the_plain_makers(case, shopify, make_record):
    bound = shopify.bind(case["stream"], "bound-store")
    record = make_record(case)
    found = bound.plain(record)
    odd = any(isinstance(one, Refused) or getattr(one, "notes", ()) for one in found)

    assert exactly(bound(record)) == exactly(found)
    assert odd or "_sdc_deleted_at" in record or not declined(bound.written, record)


def test_a_stream_without_a_key_and_a_record_that_is_none_are_left_to_the_plain_makers(shopify):
    for keys in ((), ("id",)):
        bound = shopify.bind("customers", "s", keys)
        assert bound({"id": ""}) == bound.plain({"id": ""})
        assert isinstance(bound({"id": ""})[0], Refused)


def test_binding_a_second_time_makes_nothing(shopify):
    first, second = shopify.bind("orders", "a"), shopify.bind("orders", "b")

    assert first.written is second.written
    assert shopify.bind("orders", "a", ("name",)).written is not first.written
