"""Pages that overlap: rows leave and come while a list is read, and none that stays is missed."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.errors import Incomplete
from tajo_connector_sdk.fields import integer
from tajo_connector_sdk.http import Answer
from tajo_connector_sdk.incremental import Scanned, Window
from tajo_connector_sdk.paging import Numbered
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Account, Ask, Site
from tajo_connector_sdk.walks import Walker
from tajo_connector_sdk.windows import WindowReading

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE = "https://api.acme.example"
FIELDS = {"id": integer}
NEW = itertools.count(100_000)
ENDS = {
    "total": {"total": "total"},
    "pages": {"pages": "pages", "ends": "pages"},
    "short": {"ends": "short"},
}


@dataclass
class Shop:
    """A list by page numbers. ``turns`` are what happens before each page but the first.

    ``lies`` is added to the total; pages of more rows than ``fails_above`` do not come.
    """

    ids: list
    turns: list = field(default_factory=list)
    lies: int = 0
    fails_above: int = 1000
    asked: list = field(default_factory=list)
    told: list = field(default_factory=list)

    def send(self, _method, _url, *, params, **_):
        if self.asked and self.turns:
            self.turns.pop(0)(self.ids)
        size, page = int(params["per_page"]), int(params["page"])
        self.asked.append((page, size))
        total = len(self.ids) + self.lies
        rows = [{"id": one} for one in self.ids[size * (page - 1) : size * page]]
        said = {"rows": rows, "total": total, "pages": -(-total // size)}
        body = orjson.dumps(said) if size <= self.fails_above else b"<html>memory exhausted"
        return Answer(200, {}, body, "GET /things")

    def tell(self, line):
        self.told.append(line)

    def sleep(self, _):
        pass


def opened(shop, paging):
    transport = REST(paging, lambda *_: Account("s"), records="rows", halves=True)
    credentials = Header("X-Token", setting="token").start({"token": "t"}, None, "")
    return transport.open(Site("acme", BASE, shop, credentials, {"token": "t"}))


def read(shop, most, ends="total"):
    """The ids that a whole walk gives out."""
    reader = opened(shop, Numbered(most=most, **ENDS[ends]))
    row = Stream("things", "/things", incremental=Scanned(), fields=FIELDS)
    with WindowReading(reader, Ask(row, FIELDS, Window(None, NOW))) as reading:
        return [one["id"] for part in reading.parts() for one in part.rows]


def leaves(place):
    def turn(ids):
        if ids:
            del ids[place % len(ids)]

    return turn


def comes(place):
    def turn(ids):
        ids.insert(place % (len(ids) + 1), next(NEW))

    return turn


def both(place):
    def turn(ids):
        leaves(place)(ids)
        ids.append(next(NEW))

    return turn


AT_THE_END = st.one_of(st.builds(leaves, st.integers(0, 60)), st.builds(both, st.integers(0, 60)))
ANYWHERE = st.one_of(AT_THE_END, st.builds(comes, st.integers(0, 60)))


def holds(count, most, turns, ends):
    shop = Shop(list(range(count)), turns)
    got = read(shop, most, ends)
    assert len(got) == len(set(got))
    assert {one for one in shop.ids if one < count} <= set(got)
    assert len(shop.asked) < 300


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, 90),
    most=st.integers(7, 12),
    turns=st.lists(ANYWHERE, max_size=8),
    ends=st.sampled_from(sorted(ENDS)),
)
def test_rows_that_stay_are_all_met_and_none_comes_twice(count, most, turns, ends):
    holds(count, most, turns, ends)


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, 90),
    most=st.integers(1, 6),
    turns=st.lists(AT_THE_END, max_size=8),
    ends=st.sampled_from(sorted(ENDS)),
)
def test_pages_too_small_to_overlap_everywhere_do_as_well_where_ids_ascend(
    count, most, turns, ends
):
    holds(count, most, turns, ends)


def test_a_list_behind_a_row_is_walked_alike():
    shop, paging = Shop(list(range(60)), [both(3), leaves(9)]), Numbered(most=20, total="total")
    reader = opened(shop, paging)
    walker = Walker(reader.facts, reader.client)
    source = walker.source(Stream("things", "/things", fields=FIELDS))

    pages = list(walker.walk(source, {}, None, exact=False))

    got = [row["id"] for page in pages for row in page]
    assert len(got) == len(set(got))
    assert {one for one in shop.ids if one < 60} <= set(got)


@pytest.mark.parametrize(("count", "requests"), [(100, 1), (198, 2), (1000, 11), (10_000, 114)])
def test_the_overlap_costs_a_page_in_seven(count, requests):
    shop = Shop(list(range(count)))

    assert read(shop, 100) == list(range(count))
    assert len(shop.asked) == requests


def test_many_rows_that_leave_at_once_are_walked_back():
    def half(ids):
        del ids[:500]

    shop = Shop(list(range(1000)), [lambda _: None] * 7 + [half])

    assert set(read(shop, 100)) >= set(range(500, 1000))


@pytest.mark.parametrize("ends", ["total", "pages"])
def test_a_total_that_tells_too_many_ends_in_an_error_and_not_in_an_endless_walk(ends):
    shop = Shop(list(range(40)), lies=7)

    if ends == "total":
        with pytest.raises(Incomplete, match="7 rows fewer"):
            read(shop, 10, ends)
    else:
        assert read(shop, 10, ends) == list(range(40))
    assert len(shop.asked) < 20


def test_an_order_that_changes_with_each_page_is_told_and_read_as_well_as_may_be():
    shop = Shop(list(range(60)), [lambda ids: ids.reverse()] * 100)

    got = read(shop, 7, "short")

    assert len(got) == len(set(got))
    assert len(shop.asked) < 100


def test_an_order_without_any_sense_is_given_up_aloud():
    def other(ids):
        ids[:] = [one + 1000 for one in ids]

    shop = Shop(list(range(60)), [other] * 1000)

    read(shop, 7, "short")

    assert [line for line in shop.told if "another order on each page" in line]
    assert len(shop.asked) < 100


def test_a_page_that_fails_at_its_size_is_read_by_less_and_overlaps_still():
    shop = Shop(list(range(60)), [leaves(0), both(0)], fails_above=5)

    got = read(shop, 20)

    assert set(range(2, 60)) <= set(got)
    assert len(shop.asked) < 40


def test_no_page_is_asked_for_that_lies_behind_the_last_one_shown():
    paging = Numbered(most=100, total="total", deepest=1000)

    begin, size = paging.holding(99_900, 100)

    assert (begin, size) == (99_900, 100)
    assert all(paging.holding(place, 100)[0] // paging.holding(place, 100)[1] < 1000
               for place in range(90_000, 100_000, 37))  # fmt: skip
