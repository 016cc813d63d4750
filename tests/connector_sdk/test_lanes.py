"""Lanes: several walks over one window give what a plain walk gives, and a cut loses nothing."""

import sys
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_connector_sdk.errors import BadAnswer, Incomplete, Unavailable
from tajo_connector_sdk.fields import date_time, integer
from tajo_connector_sdk.incremental import (
    LOOKBACK,
    Filtered,
    Sorted,
    Window,
    read_time,
    time_text,
)
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Ask, Page
from tajo_connector_sdk.windows import WindowReading

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {"id": integer, "at": date_time}
UP = Sorted("since", {}, until="before")
DOWN = Filtered("since", until="before", newest_first=True)


@dataclass
class Platform:
    """Rows by time; a cursor is the row after which to go on, or a place."""

    ages: list[int]
    known: object
    lanes: int = 4
    size: int = 3
    places: bool = False
    counts: bool = False
    depth: int = sys.maxsize
    fails_at: int = 0
    stuck_at: int = 0
    asked: list = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self):

        rows = [
            {"id": n, "at": time_text(T0 - timedelta(seconds=age))}
            for n, age in enumerate(self.ages)
        ]
        down = isinstance(self.known, Filtered)
        self.rows = sorted(rows, key=lambda row: (read_time(row["at"]), row["id"]), reverse=down)

    def page_size(self, _):
        return self.size

    def count(self, ask):
        return len(self._answer(ask)) if self.counts else None

    def back(self, _, cursor, rows):
        return str(max(0, int(cursor) - -(-rows // self.size) * self.size))

    def page(self, ask, cursor, *, most=None):  # noqa: ARG002
        with self._lock:
            self.asked.append((ask.window, cursor))
            if self.fails_at and len(self.asked) >= self.fails_at:
                raise Unavailable("things", "no answer")
            stuck = 0 < self.stuck_at <= len(self.asked)
        found = self._answer(ask)
        begin = self._begin(found, cursor)
        part = found[begin : begin + self.size]
        more = begin + self.size < len(found)
        if cursor is None or not stuck:
            last = str(part[-1]["id"]) if part else None
            cursor = str(begin + self.size) if self.places else last
        total = len(found) if self.counts else None
        return Page([dict(row) for row in part], more, cursor, total, self.places)

    def _begin(self, found, cursor):
        if cursor is None:
            return 0
        if self.places:
            return int(cursor)
        return next(n for n, row in enumerate(found) if row["id"] == int(cursor)) + 1

    def _answer(self, ask):
        return [row for row in self.rows if ask.window.holds(read_time(row["at"]))]


def reading_of(platform, low=None, *, high=T0 + timedelta(seconds=1), **more):
    row = Stream("things", "/things", bookmark="at", incremental=platform.known, fields=FIELDS)
    ask = Ask(row, FIELDS, Window(low, high))
    return WindowReading(platform, ask, **more)


def ids(parts):
    return [row["id"] for part in parts for row in part.rows]


STYLES = [
    {"known": UP},
    {"known": DOWN},
    {"known": UP, "counts": True},
    {"known": UP, "places": True, "counts": True},
    {"known": DOWN, "counts": True, "places": True},
]
AGES = [
    list(range(120)),
    [n * n for n in range(120)],
    [60 * (n // 7) for n in range(120)],
    [n % 3 for n in range(120)],
    [300 + n for n in range(100)] + [40_000_000 + n for n in range(20)],
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ages", AGES)
@pytest.mark.parametrize("low", [None, T0 - timedelta(days=900)])
def test_lanes_meet_every_row_once(style, ages, low):
    platform = Platform(ages, **style)

    with reading_of(platform, low) as reading:
        got = ids(reading.parts())

    assert Counter(got) == Counter(range(len(ages)))


@pytest.mark.parametrize("stuck_at", [2, 12])  # walked plainly, in lanes
def test_a_cursor_that_leads_to_itself_ends_the_run(stuck_at):
    platform = Platform(list(range(120)), UP, stuck_at=stuck_at, fails_at=500)

    with reading_of(platform) as reading, pytest.raises(BadAnswer, match="same cursor"):
        ids(reading.parts())


@settings(max_examples=60, deadline=None)
@given(
    ages=st.lists(st.integers(0, 500_000), max_size=150),
    style=st.sampled_from(STYLES),
    lanes=st.integers(1, 9),
    size=st.integers(1, 5),
    since=st.one_of(st.none(), st.integers(0, 500_000)),
)
def test_lanes_meet_what_a_plain_walk_meets(ages, style, lanes, size, since):
    low = None if since is None else T0 - timedelta(seconds=since)
    wanted = {n for n, age in enumerate(ages) if since is None or age <= since}

    with reading_of(Platform(ages, lanes=lanes, size=size, **style), low) as reading:
        got = ids(reading.parts())

    assert Counter(got) == Counter(wanted)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("rows", range(16))
def test_five_pages_cost_what_a_plain_walk_costs(style, rows):
    plain, cut = (Platform(list(range(rows)), lanes=lanes, **style) for lanes in (1, 8))
    for platform in (plain, cut):
        with reading_of(platform) as reading:
            assert len(ids(reading.parts())) == rows

    assert len(cut.asked) == len(plain.asked)


@pytest.mark.parametrize("style", STYLES)
def test_long_windows_are_cut(style):
    platform = Platform([60 * n for n in range(300)], **style)

    with reading_of(platform, T0 - timedelta(days=1)) as reading:
        ids(reading.parts())

    assert len({window for window, _ in platform.asked}) > 2


@pytest.mark.parametrize("style", STYLES)
def test_a_run_that_is_cut_at_any_page_is_gone_on_with_and_nothing_is_lost(style):
    ages = [n * 60 for n in range(120)]
    low = T0 - timedelta(days=1)
    for cut in range(1, 44):
        given_out, at, met = [], None, 0
        with reading_of(Platform(ages, **style), low) as reading:
            for turn, part in enumerate(reading.parts(), start=1):
                # What a bookmark may say is what was given out before the reader asks for more.
                assert part.at is None or before(ages, part.at, low) <= set(given_out)
                given_out += ids([part])
                at, met = (part.at, part.met) if part.at else (at, met)
                if turn == cut:
                    break

        with reading_of(Platform(ages, **style), low, start=at, met=met) as rest:
            given_out += ids(rest.parts())

        assert set(given_out) == set(range(120)), cut


def before(ages, at, low):
    return {n for n, age in enumerate(ages) if low <= T0 - timedelta(seconds=age) < at}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("low", [None, T0 - timedelta(days=9000)])
def test_lanes_do_not_ask_much_more_than_a_plain_walk(style, low):
    """The data is of the last weeks, the window of many years: no lane hunts through them."""
    pages, answered = 200, threading.Event()
    platform = Platform([1200 * n for n in range(pages * 3)], lanes=8, **style)
    plain = platform.page

    def page(ask, cursor, *, most=None):
        answered.wait(0.01)  # the other lanes get a turn, as while a request is on its way
        return plain(ask, cursor, most=most)

    platform.page = page
    with reading_of(platform, low) as reading:
        ids(reading.parts())

    assert len(platform.asked) <= pages * 1.2 + 8 * 3


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("fails_at", [1, 4, 7, 20])
def test_an_error_in_a_lane_ends_the_run(style, fails_at):
    platform = Platform(list(range(300)), fails_at=fails_at, **style)

    with reading_of(platform) as reading, pytest.raises(Unavailable):
        ids(reading.parts())


def test_rows_that_leave_shift_no_other_out_of_a_numbered_page():
    """Pages are places: a row that changes while it is read pulls the others up by one."""
    platform = Platform([1000 - n for n in range(30)], UP, lanes=1, places=True, counts=True)
    plain = platform.page

    def page(ask, cursor, *, most=None):
        if len(platform.asked) in {2, 3, 6}:
            platform.rows = platform.rows[2:]  # the oldest two have moved past the window
        return plain(ask, cursor, most=most)

    platform.page = page
    with reading_of(platform) as reading:
        got = ids(reading.parts())

    assert Counter(got) == Counter(range(30))


LATE, NEXT_RUN = T0, T0 + timedelta(minutes=1)  # within the window that is read, and after it


@settings(max_examples=150, deadline=None)
@given(
    rows=st.integers(0, 60),
    step=st.sampled_from([0, 1, 40, 3600]),
    moves=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40),
    lanes=st.sampled_from([1, 4]),
    bounds=st.sampled_from([UP, Sorted("since", {}, "id", until="before"), Sorted("since", {})]),
    counts=st.booleans(),
)
def test_rows_that_move_within_the_window_and_then_out_of_it_hide_none_from_two_runs(
    rows, step, moves, lanes, bounds, counts
):
    """The total stands still while a row goes to the far end: a change that shows late.

    A run that says that it is incomplete leaves its bookmark where it was.
    """
    ages = [1 + n * step for n in range(rows)]
    platform = Platform(ages, bounds, lanes=lanes, places=True, counts=counts)
    plain, lock, left = platform.page, threading.Lock(), list(moves)

    def page(ask, cursor, *, most=None):
        with lock:
            if left and len(platform.asked):
                place, late = left.pop(0)
                at = time_text(LATE if late else NEXT_RUN)
                moved = platform.rows[place : place + 1]
                platform.rows = platform.rows[:place] + platform.rows[place + 1 :]
                platform.rows += [{**row, "at": max(at, row["at"])} for row in moved]
                platform.rows.sort(key=lambda row: (read_time(row["at"]), row["id"]))
        return plain(ask, cursor, most=most)

    platform.page, got, bookmark = page, [], None
    with reading_of(platform) as reading, suppress(Incomplete):
        for part in reading.parts():
            got += ids([part])
        bookmark = T0 - LOOKBACK
    left.clear()
    with reading_of(platform, bookmark, high=NEXT_RUN + timedelta(minutes=1)) as reading:
        again = ids(reading.parts())

    assert set(got) | set(again) == set(range(rows))
    assert len(got) == len(set(got))


def test_without_a_total_pages_go_on_from_the_last_time():
    platform = Platform([1000 - n for n in range(30)], Sorted("since", {}), lanes=1, places=True)
    plain = platform.page

    def page(ask, cursor, *, most=None):
        if len(platform.asked) in {2, 3, 6}:
            platform.rows = platform.rows[2:]
        return plain(ask, cursor, most=most)

    platform.page = page
    with reading_of(platform) as reading:
        got = ids(reading.parts())

    assert Counter(got) == Counter(range(30))
