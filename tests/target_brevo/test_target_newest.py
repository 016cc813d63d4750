"""The newest version counts, also where it equals one that was sent before."""

import itertools

import pytest

from tajo_sandbox.brevo.switches import Fault

# One thing at three moments: the last version says again what the first one said.
SAYS = ("first", "second", "first")
PATHS = {"contacts": "/contacts", "products": "/products/batch"}
ORDERS = list(itertools.permutations(range(3)))


@pytest.fixture(params=["contacts", "products"])
def versions(request, row, clock):
    """The three versions of a record, and what Brevo shows of it."""
    kind = request.param
    times = [clock.text(hours=hours) for hours in (-9, -8, -7)]
    values = [
        {"email": "a@example.org", "FIRSTNAME": name} if kind == "contacts" else {"name": name}
        for name in SAYS
    ]
    made = [
        row(kind, id="a", updated_at=at, **said) for at, said in zip(times, values, strict=True)
    ]
    return kind, made


def _held(bench, kind):
    if kind == "contacts":
        return bench.contact("a@example.org").attributes["FIRSTNAME"]
    return bench.account.products["a"]["name"]


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("runs", ["one run", "first apart", "last apart", "a run each"])
def test_the_newest_of_three_versions_counts_in_any_order(bench, schema, versions, order, runs):
    kind, made = versions
    lines = [made[each] for each in order]
    cuts = {"one run": (3,), "first apart": (1, 2), "last apart": (2, 1), "a run each": (1, 1, 1)}
    rest = iter(lines)
    for count in cuts[runs]:
        bench.load(schema(kind), *itertools.islice(rest, count))
    assert _held(bench, kind) == "first"


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_the_newest_of_three_versions_counts_after_one_that_got_no_answer(
    bench, schema, versions, order
):
    kind, made = versions
    first, second, third = (made[each] for each in order)
    bench.load(schema(kind), first)
    path = PATHS[kind]
    bench.switches.faults.append(Fault(path, "reset", times=-1, method="POST", applied=True))
    bench.attempt(schema(kind), second)
    bench.switches.faults.clear()
    bench.clock.move(hours=1)
    bench.load(schema(kind), second, third)
    assert _held(bench, kind) == "first"


def test_what_is_again_what_was_sent_after_a_version_without_an_answer_is_sent_again(
    bench, schema, versions
):
    kind, made = versions
    bench.load(schema(kind), made[0])
    path = PATHS[kind]
    bench.switches.faults.append(Fault(path, "reset", times=-1, method="POST", applied=True))
    assert bench.attempt(schema(kind), made[1]).error is not None
    assert _held(bench, kind) == "second"
    bench.switches.faults.clear()
    bench.clock.move(hours=1)
    bench.load(schema(kind), made[2])
    assert _held(bench, kind) == "first"
