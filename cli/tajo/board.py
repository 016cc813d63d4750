"""The progress of a run as a small table: a line per stream, what was read, what was loaded."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

Side = Literal["read", "loaded"]


@dataclass(slots=True)
class Line:
    """Where one stream stands: rows read (of a known total, or None) and operations loaded."""

    read: int = 0
    total: int | None = None
    loaded: int = 0
    said: float = float("-inf")  # when a plain line was last printed, seconds of the board's clock


@dataclass(slots=True)
class Board:
    """Takes progress reports and renders them, as a live table or as plain lines."""

    clock: Callable[[], float] = time.monotonic
    plain_gap_s: float = 5.0
    lines: dict[str, Line] = field(default_factory=dict)
    activity: str = ""
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def report(self, side: Side, stream: str, done: int, total: int | None) -> None:
        """Note that ``done`` rows of ``stream`` (of ``total``, when known) are read or loaded."""
        line = self.lines.setdefault(stream, Line())
        if side == "loaded":
            line.loaded = done
            line.read = max(line.read, done)  # the tap says it only now and then
        else:
            line.read, line.total = done, total if total is not None else line.total

    def plain(self, stream: str) -> str | None:
        """Return a line for a log, or None when this stream had one a moment ago."""
        line = self.lines[stream]
        now = self.clock()
        finished = line.total is not None and line.read >= line.total and not line.loaded
        if not finished and now - line.said < self.plain_gap_s:
            return None
        line.said = now
        return f"{stream}: {self._figures(line)}"

    def __rich__(self) -> Group:
        table = Table.grid(padding=(0, 2))
        for stream, line in self.lines.items():
            bar = ProgressBar(
                total=line.total or None, completed=line.read, width=24, pulse=line.total is None
            )
            table.add_row(Text(stream), bar, Text(self._figures(line), style="dim"))
        seconds = int(self.clock() - self.started)
        return Group(table, Text(f"{seconds} s  {self.activity}".rstrip(), style="dim"))

    @staticmethod
    def _figures(line: Line) -> str:
        read = f"{line.read:,} read" + (f" of {line.total:,}" if line.total else "")
        return f"{read}, {line.loaded:,} loaded" if line.loaded else read
