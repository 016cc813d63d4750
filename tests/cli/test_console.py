"""What a person sees of a run: records in, text out."""

import io
import logging

import pytest
from rich.console import Console

from tajo.board import Board
from tajo.console import Handler


def shown(records, *, terminal=False):
    """Feed records to a handler as Meltano does and return what it printed."""
    out = io.StringIO()
    handler = Handler(
        console=Console(file=out, force_terminal=terminal, width=100, highlight=False)
    )
    for fields in records:
        level = str(fields.get("level", "info")).upper()
        handler.emit(
            logging.LogRecord("meltano", logging.getLevelName(level), "", 0, fields, (), None)
        )
    handler.close()
    return out.getvalue()


def of_tap(event, **more):
    return {"event": event, "level": "info", "stdio": "stderr", "name": "tap-x", **more}


def test_progress_without_a_terminal_is_plain_lines_and_not_a_flood():
    records = [of_tap("…", progress=["customers", done, 2000]) for done in range(0, 2001, 100)]

    lines = shown(records).splitlines()

    assert lines == ["customers: 0 read of 2,000", "customers: 2,000 read of 2,000"]


def test_progress_on_a_terminal_is_a_live_line_with_both_sides():
    records = [
        of_tap("…", progress=["customers", 2000, 2000]),
        of_tap("…", progress=["customers", 1500, None], consumer=True),
    ]

    text = shown(records, terminal=True)

    assert "2,000 read of 2,000, 1,500 loaded" in text


def test_what_is_loaded_was_read_even_where_the_tap_has_not_said_so_yet():
    records = [of_tap("…", progress=["orders", 300, None], consumer=True)]

    assert shown(records) == "orders: 300 read, 300 loaded\n"


def test_warnings_and_errors_of_a_plugin_are_shown_with_its_name():
    text = shown([of_tap("shop_url: not found", level="error")])

    assert text == "tap-x  shop_url: not found\n"


@pytest.mark.parametrize(
    "event",
    [
        "Skipping parse of env var settings...",
        "Reading state from Database",
        "tap-x v0.1.0, Meltano SDK v0.54.9",
        "Reader 'target-x' completed processing 3 lines of input",
    ],
)
def test_housekeeping_is_not_shown_but_a_warning_with_the_same_words_is(event):
    assert not shown([of_tap(event)])
    assert event in shown([of_tap(event, level="warning")])


def test_a_failed_block_says_so_and_a_good_one_says_how_long_it_took():
    end = {"event": "Block run completed", "duration_seconds": 2.25}

    assert shown([end | {"success": True}]) == "done in 2.2 s\n"
    assert (
        shown([end | {"success": False, "err": "Extractor failed"}])
        == "FAILED after 2.2 s: Extractor failed\n"
    )


def test_a_summary_is_printed_as_it_is_also_with_square_brackets():
    text = shown([of_tap("contacts [made] 3\nevents [made] 1", summary={"contacts": 3})])

    assert text == "contacts [made] 3\nevents [made] 1\n"


def test_records_of_other_libraries_are_shown_too():
    out = io.StringIO()
    handler = Handler(console=Console(file=out, width=100))
    handler.emit(logging.LogRecord("x", logging.WARNING, "", 0, "disk is %s", ("full",), None))

    assert out.getvalue() == "disk is full\n"


def test_a_broken_report_never_stops_a_run(capsys):
    assert not shown([of_tap("…", progress=["customers", "not a number", None])])

    assert "not a number" in capsys.readouterr().err


def test_the_board_speaks_again_after_its_gap():
    now = iter([0.0, 0.0, 1.0, 9.0]).__next__
    board = Board(clock=now)
    board.report("read", "orders", 1, None)

    assert [board.plain("orders") for _ in range(3)] == ["orders: 1 read", None, "orders: 1 read"]
