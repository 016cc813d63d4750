"""What is kept between runs: written, read back, and refused when no run can have written it."""

from datetime import UTC, datetime

import pytest

from tajo_connector_sdk.bookmarks import Bookmark, HalfRead, Operating
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.incremental import Window

LOW, HIGH = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def bookmark():
    said = []
    made = Bookmark("things", "updated", {}, lambda: said.append(dict(made.state)))
    return made


def test_a_complete_window_moves_the_bookmark_and_ends_what_was_half_done(bookmark):
    bookmark.started(Operating("op", Window(None, HIGH), "mark"))
    bookmark.complete(Window(LOW, HIGH))

    assert bookmark.state == {
        "replication_key": "updated",
        "replication_key_value": "2026-02-01T01:02:03Z",
    }
    assert bookmark.value == HIGH


@pytest.mark.parametrize("low", [None, LOW])
def test_what_is_half_done_is_read_back_as_it_was(bookmark, low):
    half = HalfRead(Window(low, HIGH), LOW, 7, "mark")
    operating = Operating("op", Window(low, HIGH), "mark")

    bookmark.reached(half)
    bookmark.started(operating)

    assert bookmark.half_read == half
    assert bookmark.operating == operating
    assert bookmark.value is None


def test_a_bookmark_of_another_field_is_none(bookmark):
    bookmark.state.update(replication_key="created", replication_key_value="2026-01-01T00:00:00Z")

    assert bookmark.value is None


# a state, what is read of it, the name that the error tells
CORRUPT = [
    ({"replication_key_value": 5}, "value", "replication_key_value"),
    ({"replication_key_value": "soon"}, "value", "replication_key_value"),
    ({"reading": []}, "half_read", "reading"),
    ({"reading": {"at": "2026-01-01"}}, "half_read", "reading.rows"),
    ({"reading": {"at": "2026-01-01", "rows": 1, "to": None}}, "half_read", "reading.to"),
    ({"bulk": {"id": 5}}, "operating", "bulk.id"),
    ({"bulk": {"id": "x", "to": "never"}}, "operating", "bulk.to"),
]


@pytest.mark.parametrize(("state", "read", "name"), CORRUPT)
def test_what_no_run_has_written_is_refused(bookmark, state, read, name):
    bookmark.state.update(state)

    with pytest.raises(ConfigurationError, match=rf"bookmarks\.things\.{name}: not what a run"):
        getattr(bookmark, read)
