"""Reading windows: a made-up platform whose rows move while they are read, met by all its whims."""

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_connector_sdk.errors import BadAnswer, Incomplete
from tajo_connector_sdk.fields import date_time, string
from tajo_connector_sdk.incremental import (
    LOOKBACK,
    Filtered,
    Sorted,
    Window,
    asked,
    day_of,
    read_time,
    time_text,
)
from tajo_connector_sdk.table import Stream
from tajo_connector_sdk.transport import Ask, Page
from tajo_connector_sdk.windows import WindowReading

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = {"id": string, "at": date_time}


def row_of(incremental):
    return Stream("things", "things", bookmark="at", incremental=incremental, fields=FIELDS)


@dataclass
class Platform:
    """Rows by number, in pages; a cursor remembers the last row, not a place."""

    rows: dict[int, datetime]
    now: datetime
    incremental: object = dataclasses.field(default_factory=lambda: Sorted("at", "AT"))
    size: int = 3
    depth: int = 10_000
    hidden: set[int] = field(default_factory=set)
    moves: list[int] = field(default_factory=list)
    counts: bool = True
    pages: int = 0
    lanes: int = 1

    def page_size(self, _):
        return self.size

    def count(self, ask):
        return len(self._answer(ask)) if self.counts else None

    def page(self, ask, cursor, *, most=None):
        self.pages += 1
        if self.moves:
            self._touch(self.moves.pop(0))
        found = [key for key in self._answer(ask) if key[1] not in self.hidden]
        begin = (
            0 if cursor is None else sum(self._place(ask, key) <= last_of(cursor) for key in found)
        )
        assert begin < self.depth
        part = found[begin : begin + min(self.size, most or self.size)]
        end = begin + len(part)
        more = end < len(found)
        after = " ".join(map(repr, self._place(ask, part[-1]))) if part else cursor
        rows = [{"id": f"t{number}", "at": time_text(self.rows[number])} for _, number in part]
        return Page(rows, more, after, len(self._answer(ask)) if self.counts else None)

    def _touch(self, number):
        if number in self.rows:
            self.now += timedelta(seconds=1)
            self.rows[number] = self.now

    def _answer(self, ask):
        window = asked(self.incremental, ask.window)
        low, high = window.low, window.high
        if self.incremental.whole_days:
            low, high = low and day_of(low), day_of(high)
        above = int(ask.above[1:]) if ask.above else -1
        keys = [
            (at.timestamp(), number)
            for number, at in self.rows.items()
            if at < high and (low is None or at >= low) and number > above
        ]
        return sorted(keys, key=lambda key: self._place(ask, key))

    def _place(self, ask, key):
        by_id = ask.by_id or self.incremental.letter == "B"
        return (float(key[1]), 0.0) if by_id else (key[0], float(key[1]))


def last_of(cursor):
    return tuple(map(float, cursor.split()))


def reading_of(platform, window, **more):
    ask = Ask(row_of(platform.incremental), FIELDS, window)
    return WindowReading(platform, ask, **more)


def everything(platform, window, **more):
    with reading_of(platform, window, **more) as reading:
        return [row for part in reading.parts() for row in part.rows]


CLASSES = [
    Sorted("at", "AT"),
    Sorted("at", "AT", whole_days=True),
    Filtered("at"),
]


@settings(max_examples=150, deadline=None)
@given(
    ages=st.lists(st.integers(0, 200_000), min_size=0, max_size=40),
    moves=st.lists(st.integers(0, 45), max_size=25),
    incremental=st.sampled_from(CLASSES),
    size=st.integers(1, 7),
    depth=st.sampled_from([8, 20, 10_000]),
    since=st.one_of(st.none(), st.integers(0, 200_000)),
)
def test_two_runs_meet_every_row_and_no_run_meets_one_twice(
    ages, moves, incremental, size, depth, since
):
    platform = Platform(
        rows={number: T0 - timedelta(seconds=age) for number, age in enumerate(ages)},
        now=T0 + timedelta(seconds=2),
        incremental=incremental,
        size=size,
        depth=max(depth, size + 1),
        moves=list(moves),
    )
    low = None if since is None else T0 - timedelta(seconds=since)
    wanted = {n for n, at in platform.rows.items() if low is None or at >= low}

    first = everything(platform, Window(low, T0 + timedelta(seconds=1)))
    platform.moves.clear()
    second = everything(platform, Window(T0 - LOOKBACK, platform.now + timedelta(seconds=1)))

    ids = [row["id"] for row in first]
    assert len(ids) == len(set(ids))
    newest = {row["id"]: row["at"] for row in first + second}
    for number in wanted:
        assert newest[f"t{number}"] == time_text(platform.rows[number])


@pytest.mark.parametrize("incremental", CLASSES)
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10])
def test_a_window_costs_no_more_requests_than_a_plain_walk(incremental, rows):
    platform = Platform(
        {n: T0 - timedelta(seconds=n) for n in range(rows)}, T0, incremental, counts=True
    )

    got = everything(platform, Window(None, T0 + timedelta(seconds=1)))

    assert len(got) == rows
    assert platform.pages == max(1, -(-rows // platform.size))


@pytest.mark.parametrize("incremental", CLASSES)
def test_fewer_rows_than_the_platform_counts_end_in_an_error(incremental):
    platform = Platform(
        {n: T0 - timedelta(hours=n) for n in range(20)}, T0, incremental, hidden={7}
    )

    with pytest.raises(Incomplete, match="1 rows fewer"):
        everything(platform, Window(None, T0 + timedelta(seconds=1)))


def test_rows_that_show_up_when_read_again_are_given_out_once():
    platform = Platform({n: T0 - timedelta(hours=n) for n in range(20)}, T0, hidden={7})
    got = []

    with reading_of(platform, Window(None, T0 + timedelta(seconds=1))) as reading:
        for part in reading.parts():
            got += part.rows
            if len(got) == 19:
                platform.hidden.clear()

    assert sorted(row["id"] for row in got) == sorted(f"t{n}" for n in range(20))


def test_a_platform_that_does_not_count_is_believed():
    platform = Platform(
        {n: T0 - timedelta(hours=n) for n in range(20)}, T0, hidden={7}, counts=False
    )

    assert len(everything(platform, Window(None, T0 + timedelta(seconds=1)))) == 19


def test_a_cursor_that_repeats_stops_the_run():
    platform = Platform({n: T0 - timedelta(hours=n) for n in range(20)}, T0)
    platform.page = lambda ask, cursor, most=None: Page([], True, "same")  # noqa: ARG005

    with pytest.raises(BadAnswer, match="cursor"):
        everything(platform, Window(None, T0))


def test_a_row_that_shows_its_new_time_at_its_old_place_hides_nothing():
    """A search index may be behind the object: the last row's time is no place to go on from."""
    platform = Platform({n: T0 - timedelta(hours=20 - n) for n in range(20)}, T0)
    stale = platform.page

    def page(ask, cursor, *, most=None):
        found = stale(ask, cursor, most=most)
        if found.rows:
            found.rows[-1]["at"] = time_text(T0 - timedelta(seconds=1))
        return found

    platform.page = page
    with reading_of(platform, Window(None, T0)) as reading:
        places = [part.at for part in reading.parts()]

    assert places[0] <= T0 - timedelta(hours=20)


@pytest.mark.parametrize("incremental", CLASSES[:2])
@pytest.mark.parametrize("cut", range(1, 8))
def test_a_window_that_was_cut_off_is_gone_on_with(incremental, cut):
    rows = {n: T0 - timedelta(minutes=10 * (n // 4)) for n in range(24)}
    platform = Platform(dict(rows), T0, incremental)
    window = Window(None, T0 + timedelta(seconds=1))
    given_out = []
    with reading_of(platform, window) as reading:
        for turn, part in enumerate(reading.parts(), start=1):
            given_out += part.rows
            if turn == cut:
                break

    with reading_of(platform, window, start=part.at, met=part.met) as rest:
        given_out += [row for part in rest.parts() for row in part.rows]

    assert {row["id"] for row in given_out} == {f"t{n}" for n in rows}


def test_rows_lost_after_a_cut_are_noticed():
    rows = {n: T0 - timedelta(minutes=10 * n) for n in range(24)}
    platform = Platform(dict(rows), T0)
    window = Window(None, T0 + timedelta(seconds=1))
    with reading_of(platform, window) as reading:
        parts = reading.parts()
        next(parts)
        part = next(parts)
    platform.hidden = {2}

    with pytest.raises(Incomplete):
        everything(platform, window, start=part.at, met=part.met)


# texts of times, and what they say
TIMES = [
    ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
    ("2026-01-01T00:00:00", datetime(2026, 1, 1, tzinfo=UTC)),
    ("2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
    ("2026-01-01T00:00:00.25Z", datetime(2026, 1, 1, microsecond=250_000, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "at"), TIMES)
def test_times_are_read_in_utc(text, at):
    assert read_time(text) == at
    assert read_time(time_text(at)) == at
