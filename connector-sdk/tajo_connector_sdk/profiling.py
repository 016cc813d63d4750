"""Where a run's time goes, as a flame graph: ``--profile FOLDER``, or TAJO_PROFILE for a pipe.

A thread looks, a few hundred times a second, at where every other thread stands, running or
waiting. What it keeps are names of modules and functions, never a value. The picture is one SVG
that needs nothing else: the wider a box, the more of the time was spent in it and in what stands
on it; a browser shows names and shares under the mouse.
"""

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from types import FrameType

import click

from tajo_connector_sdk.errors import ConfigurationError

GAP_S = 0.004
# The picture, in pixels; a box that is narrower than the least is left out.
WIDTH, ROW, LEAST, LETTER = 1400, 17, 0.4, 6.6
OURS = "#f4a261"
COLOURS = {"tajo": OURS, "tap_": OURS, "target_brevo": OURS, "singer_sdk": "#8ab6d6", "": "#cfd8dc"}

Stack = tuple[str, ...]


@dataclass(slots=True)
class Box:
    """A function in the picture: how many samples it was met in, and what it had called."""

    samples: int = 0
    above: "dict[str, Box]" = field(default_factory=dict)


@dataclass(slots=True)
class Profile:
    """Takes samples of this process between ``start`` and ``finish``, which writes the picture."""

    name: str
    path: Path
    stacks: Counter[Stack] = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, name="profile", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Stop, and write the picture."""
        self._over.set()
        if self._thread:
            self._thread.join()
        self.path.write_text(picture(self.name, self.stacks), encoding="utf-8")

    def take(self) -> None:
        """Note where each thread but the calling one stands."""
        names = {thread.ident: thread.name for thread in threading.enumerate()}
        for ident, frame in sys._current_frames().items():  # noqa: SLF001 - documented, see sys
            if ident != threading.get_ident():
                kind = names.get(ident, "thread").split("-")[0].split(" ")[0]
                self.stacks[(kind, *stack_of(frame))] += 1

    def _look(self) -> None:
        while not self._over.wait(GAP_S):
            self.take()


def stack_of(frame: FrameType | None) -> Stack:
    """Return the names of the functions that stand in a thread, the outermost first."""
    names: list[str] = []
    while frame is not None:
        names.append(f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return tuple(reversed(names))


def option(name: str) -> click.Option:
    """Return the option of a command of this name; the command itself need not know of it."""

    def begin(context: click.Context, _: click.Parameter, folder: Path | None) -> None:
        if folder is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"--profile {folder}", error.strerror or "no folder", do="name one to write to"
            ) from None
        profile = Profile(name, folder / f"{name}.svg")
        profile.start()
        context.call_on_close(profile.finish)

    return click.Option(
        ["--profile"],
        type=click.Path(path_type=Path),
        metavar="FOLDER",
        envvar="TAJO_PROFILE",
        expose_value=False,
        callback=begin,
        help=f"Write a flame graph of this run to FOLDER/{name}.svg.",
    )


def picture(name: str, stacks: Counter[Stack]) -> str:
    """Return the SVG of these samples."""
    whole = Box()
    for stack, samples in stacks.items():
        box = whole
        box.samples += samples
        for one in stack:
            box = box.above.setdefault(one, Box())
            box.samples += samples
    scale = WIDTH / max(whole.samples, 1)
    boxes = list(_boxes("all", whole, 0.0, 0, scale))
    height = (max(depth for _, _, _, depth in boxes) + 3) * ROW
    shapes = "".join(
        _shape(label, box, left, height - (depth + 1) * ROW, scale, whole.samples)
        for label, box, left, depth in boxes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="monospace" font-size="11"><text x="4" y="13">{escape(name)}: '
        f"{whole.samples} samples of its threads, running and waiting</text>{shapes}</svg>\n"
    )


def _boxes(
    label: str, box: Box, left: float, depth: int, scale: float
) -> Iterator[tuple[str, Box, float, int]]:
    yield label, box, left, depth
    for name, above in sorted(box.above.items()):
        if above.samples * scale >= LEAST:
            yield from _boxes(name, above, left, depth + 1, scale)
        left += above.samples * scale


def _shape(label: str, box: Box, left: float, top: int, scale: float, whole: int) -> str:
    width = box.samples * scale
    colour = next(shade for start, shade in COLOURS.items() if label.startswith(start))
    share = box.samples / whole if whole else 0.0
    shown = label[-int(width / LETTER) :] if width > 3 * LETTER else ""
    return (
        f'<g><title>{escape(label)}: {share:.1%}</title><rect x="{left:.1f}" y="{top}" '
        f'width="{width:.1f}" height="{ROW - 1}" fill="{colour}"/>'
        f'<text x="{left + 2:.1f}" y="{top + 12}">{escape(shown)}</text></g>'
    )
