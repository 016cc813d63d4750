"""What changed where nothing can be filtered: every change goes on, the unchanged stay behind."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_connector_sdk.scans import MOST, Scan, read_sums


def scanned(rows, kept=None, ignore=(), size=10):
    scan = Scan(("id",), ignore, kept and read_sums(kept))
    parts = [rows[n : n + size] for n in range(0, len(rows), size)]
    out = [row for part in scan.sifted(parts) for row in part]
    return out, scan.sums.text()


def rows_of(count):
    return [{"id": n, "name": f"n{n}", "seen": 1} for n in range(count)]


def test_a_first_scan_gives_out_everything():
    rows = rows_of(100)

    assert scanned(rows)[0] == rows


def test_nothing_changed_gives_out_nothing():
    rows = rows_of(1000)
    _, kept = scanned(rows)

    assert scanned(list(reversed(rows)), kept) == ([], kept)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 300),
    changes=st.dictionaries(st.integers(0, 320), st.sampled_from(["edit", "drop", "add"]),
                            max_size=8),
)  # fmt: skip
def test_every_row_that_changed_or_came_goes_on(count, changes):
    rows = rows_of(count)
    _, kept = scanned(rows)
    later = {row["id"]: dict(row) for row in rows}
    for key, how in changes.items():
        if how == "edit" and key in later:
            later[key]["name"] += "!"
        elif how == "drop":
            later.pop(key, None)
        elif key not in later:
            later[key] = {"id": key, "name": "new", "seen": 1}
    wanted = [row for key, row in later.items() if row != dict(enumerate(rows)).get(key)]

    got, _ = scanned(list(later.values()), kept)

    assert all(row in got for row in wanted)
    # Besides them only the neighbours of a bucket, a handful for each change.
    assert len(got) <= len(wanted) + 30 * len(changes)


def test_a_stamp_that_moves_by_itself_is_no_change():
    rows = rows_of(50)
    _, kept = scanned(rows, ignore=("seen",))

    assert scanned([{**row, "seen": 2} for row in rows], kept, ignore=("seen",))[0] == []


@pytest.mark.parametrize(("count", "most"), [(0, 600), (1000, 3000), (200_000, 66_000)])
def test_what_is_kept_stays_small(count, most):
    scan = Scan(("id",), (), None)
    scan.sums.rows = count

    text = scan.sums.text()

    assert len(json.dumps(text)) <= most
    assert len(read_sums(text)) <= MOST


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "A" * 800])
def test_sums_that_no_scan_has_written_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the caller names the place in the state
        read_sums(text)
