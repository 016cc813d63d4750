"""A log handler that runs inside Meltano, where standard error is the terminal.

`logging.yaml` beside `meltano.yml` names it, so a plain `meltano run` shows one live line per
stream on a terminal, and short plain lines without one. Plugins report with
`logger.info(text, extra={"progress": [stream, done, total_or_None]})` and, at the end,
`extra={"summary": {...}}`; Meltano 4.4 hands such records on as a dict in `record.msg`
(seen as run, 2026-11-24).
"""

import atexit
import logging
import os
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tajo.board import Board, Side

# Housekeeping of Meltano and of singer-sdk that tells a person nothing about the data.
HOUSEKEEPING = (
    "Using logging configuration",
    "Environment '",
    "Reading state from",
    "No state was found",
    "Running catalog discovery",
    "Running job with name",
    "Skipping parse of env var",
    "Beginning ",
    "Reader '",
    "Emitting completed target state",
    "Incremental state has been updated",
    "Found catalog in",
    "Full-table refresh",
    "METRIC",
)
STYLES = {"warning": "yellow", "error": "bold red", "critical": "bold red"}


class Handler(logging.Handler):
    """Shows Meltano's and the plugins' records; progress becomes a live table."""

    def __init__(self, level: int | str = logging.INFO, console: Console | None = None) -> None:
        super().__init__(os.environ.get("MELTANO_CLI_LOG_LEVEL", "").upper() or level)
        self.console = console or Console(stderr=True, soft_wrap=True, highlight=False)
        self.board = Board()
        self.live: Live | None = None
        atexit.register(self.stop)

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record; never raises into Meltano."""
        try:
            self._show(fields_of(record))
        except Exception:  # noqa: BLE001 - a display must never stop a sync
            self.handleError(record)

    def stop(self) -> None:
        """Take the live table down and leave its last picture on the screen."""
        if self.live:
            self.live.stop()
            self.live = None

    def close(self) -> None:
        """Stop the table when logging shuts down."""
        self.stop()
        super().close()

    def _show(self, fields: dict[str, Any]) -> None:
        event = str(fields.get("event", ""))
        if event == "Block run completed":
            self._block_end(fields)
        elif event == "Run completed":
            self.stop()
        elif "summary" in fields:
            self.stop()
            self._line(event, fields)
        elif isinstance(fields.get("progress"), list):
            self._progress(fields)
        elif not is_housekeeping(event, fields) or self.level <= logging.DEBUG:
            self._line(event, fields)

    def _progress(self, fields: dict[str, Any]) -> None:
        stream, done, total = fields["progress"]
        side: Side = "loaded" if fields.get("consumer") else "read"
        self.board.report(side, str(stream), int(done), total)
        self.board.activity = str(fields.get("waiting") or "")
        if self.console.is_terminal:
            self._start_live()
        elif text := self.board.plain(str(stream)):
            self.console.print(text, markup=False)

    def _start_live(self) -> None:
        if self.live is None:
            self.live = Live(
                self.board,
                console=self.console,
                refresh_per_second=8,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self.live.start()

    def _line(self, event: str, fields: dict[str, Any]) -> None:
        level = str(fields.get("level", "info"))
        text = Text(event, style=STYLES.get(level, ""))
        plugin = fields.get("name") if fields.get("stdio") else None
        if plugin and "\n" not in event:
            text = Text.assemble((f"{plugin}  ", "dim"), text)
        self.console.print(text)

    def _block_end(self, fields: dict[str, Any]) -> None:
        self.stop()
        seconds = float(fields.get("duration_seconds") or 0.0)
        if fields.get("success"):
            self.console.print(Text(f"done in {seconds:.1f} s", style="green"))
        else:
            self.console.print(
                Text(f"FAILED after {seconds:.1f} s: {fields.get('err')}", style="bold red")
            )
        self.board = Board()


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return a record's fields: Meltano's own are dicts, other libraries' are plain text."""
    if isinstance(record.msg, dict):
        return record.msg
    return {"event": record.getMessage(), "level": record.levelname.lower()}


def is_housekeeping(event: str, fields: dict[str, Any]) -> bool:
    """Say whether a record tells nothing about the data (warnings and errors always do)."""
    if "metric_info" in fields:
        return True
    if "No state was found" in event:
        return True
    if str(fields.get("level")) not in {"info", "debug"}:
        return False
    return event.startswith(HOUSEKEEPING) or (", Meltano SDK v" in event)
