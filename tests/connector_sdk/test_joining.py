"""Bulk files: children find their parents in any order, in little memory, in a private file."""

import contextlib
import os
import random
import stat
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_connector_sdk.errors import BadAnswer, Incomplete
from tajo_connector_sdk.fields import connection, string
from tajo_connector_sdk.joining import Joined, Plain
from tajo_connector_sdk.seen import Seen, private_database

LINES = connection({"id": string}, kind="Line")
NOTES = connection({"id": string}, kind="Note")


def kind_of(key):
    return key.partition("-")[0]


def joined(**lists):
    return Joined("orders (bulk)", "id", lists or {"lines": LINES}, kind_of)


def text(*objects):
    return [orjson.dumps(one) for one in objects]


def line(number, owner):
    return {"id": f"Line-{number}", "__parentId": owner}


@settings(max_examples=80, deadline=None)
@given(counts=st.lists(st.integers(0, 4), max_size=12), seed=st.integers(0, 1000))
def test_every_child_finds_its_parent_in_any_order(counts, seed):
    objects = [{"id": f"Order-{n}", "name": str(n)} for n in range(len(counts))]
    objects += [
        line(f"{n}-{m}", f"Order-{n}") for n, count in enumerate(counts) for m in range(count)
    ]
    random.Random(seed).shuffle(objects)  # noqa: S311 - an order, no secret

    reading = joined()
    rows = list(reading.rows(iter(text(*objects))))

    assert {row["id"]: len(row["lines"]) for row in rows} == {
        f"Order-{n}": count for n, count in enumerate(counts)
    }
    assert reading.met == len(objects)
    assert all("__parentId" not in child for row in rows for child in row["lines"])


def test_two_lists_are_told_apart_by_the_kind_of_their_ids():
    lines = text({"id": "Note-1", "__parentId": "Order-1"}, {"id": "Order-1"}, line(1, "Order-1"))

    (row,) = joined(lines=LINES, notes=NOTES).rows(iter(lines))

    assert row["lines"] == [{"id": "Line-1"}]
    assert row["notes"] == [{"id": "Note-1"}]


def test_a_child_of_another_kind_is_an_error():
    lines = text({"id": "Odd-1", "__parentId": "Order-1"}, {"id": "Order-1"})

    with pytest.raises(BadAnswer, match="a child of the kind 'Odd'"):
        list(joined(lines=LINES, notes=NOTES).rows(iter(lines)))


def test_a_child_without_its_parent_is_an_error_before_a_row_is_given_out():
    lines = text({"id": "Order-1"}, line(1, "Order-2"))
    rows = joined().rows(iter(lines))

    with pytest.raises(Incomplete, match="1 lines of the bulk file belong to rows"):
        next(rows)


def test_lines_that_came_twice_count_once():
    lines = text({"id": "Order-1"}, line(1, "Order-1")) * 2
    reading = joined()

    (row,) = reading.rows(iter(lines))

    assert len(row["lines"]) == 1
    assert reading.met == 2


@pytest.mark.parametrize("bad", [b"{", b"<html>ann@example.org", b"[1]", b"\xff"])
@pytest.mark.parametrize("way", ["plain", "joined"])
def test_a_line_that_is_no_object_is_not_shown(bad, way):
    with Seen() as seen:
        reading = Plain("customers (bulk)", "id", seen) if way == "plain" else joined()
        with pytest.raises(BadAnswer) as caught:
            list(reading.rows(iter([bad])))

    assert "ann" not in str(caught.value)


def test_rows_without_lists_stream_through_as_they_come():
    def lines():
        yield from text({"id": "1"}, {"id": "2"})
        raise AssertionError("read ahead")

    with Seen() as seen:
        rows = Plain("customers (bulk)", "id", seen).rows(lines())

        assert [next(rows), next(rows)] == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize("in_memory", [0, 3, 1000])
def test_ids_are_known_again_in_memory_and_in_a_file(in_memory):
    with Seen(in_memory=in_memory) as seen:
        new = [seen.add(str(number % 50)) for number in range(200)]

        assert new == [True] * 50 + [False] * 150
        assert seen.count == 50


def test_what_is_spilled_is_in_a_file_that_nobody_else_can_open():
    database = private_database()
    database.execute("CREATE TABLE spilled (line BLOB)")
    database.executemany(
        "INSERT INTO spilled VALUES (?)", ((os.urandom(10_000),) for _ in range(1000))
    )

    # SQLite has unlinked the file at once: it lives in our descriptors only.
    spilled = []
    for entry in sorted(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(FileNotFoundError):  # the listing's own descriptor
            if "etilqs_" in str(entry.readlink()):  # SQLite's name for temporary files
                spilled.append((str(entry.readlink()), stat.S_IMODE(entry.stat().st_mode)))
    database.close()

    assert spilled
    assert {mode for _, mode in spilled} == {0o600}
    assert all(name.endswith(" (deleted)") for name, _ in spilled)
