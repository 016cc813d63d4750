"""Processes of one run: who belongs to it, who is struck, and who is still there afterwards."""

import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# With these words a process inherits SIGINT as ignored, as a script's background job does.
DEAF = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh")
ENDS_WITHIN_S = 60.0
# How long those that were left behind may take to end by themselves.
ORPHANS_END_WITHIN_S = 45.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit codes by name, and what did not end by itself."""

    codes: dict[str, int]
    left: tuple[str, ...]
    seconds: float

    @property
    def well(self):
        """Whether all of it ended with 0."""
        return not self.left and not any(self.codes.values())


def group_of(pgid):
    """The living processes of a group: pid → command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == pgid and fields[0] not in "ZX":
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
    return found


def named(processes, word):
    """The process whose command is ``word``; not the look at the catalog that Meltano takes."""
    found = [
        pid
        for pid, line in processes.items()
        if any(part.endswith(f"/{word}") for part in line.split()[:2]) and "--discover" not in line
    ]
    return max(found, default=None)


def strike(pid, signum):
    """Send a signal; whether there was anybody to get it."""
    with suppress(ProcessLookupError):
        os.kill(pid, signum)
        return True
    return False


def wait_until(condition, seconds):
    """Look every few milliseconds until ``condition`` holds or the time is over."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.01)
    return True


def ended(children, pgid, began):
    """Wait for ``children`` (name → Popen) and for whoever else is in their group.

    What does not end by itself is killed and named.
    """
    wait_until(lambda: all(each.poll() is not None for each in children.values()), ENDS_WITHIN_S)
    seconds = time.monotonic() - began
    hung = [name for name, each in children.items() if each.poll() is None]
    if not hung:
        wait_until(lambda: not group_of(pgid), ORPHANS_END_WITHIN_S)
    orphans = group_of(pgid)
    left = tuple(hung) + tuple(_short(line) for line in orphans.values() if not hung)
    if orphans:
        with suppress(ProcessLookupError):
            os.killpg(pgid, signal.SIGKILL)
    codes = {name: each.wait() for name, each in children.items()}
    return Ended(codes, left, seconds)


@contextmanager
def watched(run):
    """Leave nothing running when what is done with a run breaks off in the middle."""
    try:
        yield run
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(run.pgid, signal.SIGKILL)
        run.wait()
        raise


def _short(line):
    words = line.split()
    return Path(words[1] if len(words) > 1 else words[0]).name if words else "?"
