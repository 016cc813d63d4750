"""Configuration files that a killed Meltano has left behind: they hold keys in clear.

Meltano 4.4 writes a plugin's settings to `.meltano/run/<plugin>/<kind>.<uuid>.config.json`, starts
the plugin with that path, and deletes the file when the plugin has ended (seen as run,
2026-11-24). A Meltano that was killed deletes nothing. So whoever of ours is started with such a
file looks beside it, whichever plugin the others belong to.
"""

import contextlib
import logging
import os
import re
import stat
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

# mapper.<uuid>.config.json and so on, as Meltano names them (core/plugin/singer, 4.4.1).
_CONFIG = re.compile(
    r"(?:tap|target|mapper)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.config\.json"
)
PROCESSES = Path("/proc")
# Times of files and starts of processes go by ticks of up to 10 ms; what is closer is not judged.
# A Meltano needs far longer from its start to its first file.
_TICKS_S = 0.05


@dataclass(frozen=True, slots=True)
class Process:
    """A process that lives: when it began (seconds since 1970), and its command line.

    ``project`` is the Meltano project that it works in, None where that is not known.
    """

    began: float
    words: tuple[str, ...]
    project: Path | None = None

    @property
    def is_meltano(self) -> bool:
        """Whether this is Meltano: called by its name, by an interpreter, or by `-m`."""
        return any(Path(word).name == "meltano" for word in self.words[:3])

    def may_write(self, config: Path) -> bool:
        """Say whether this is a Meltano that may work in the project of ``config``."""
        return self.is_meltano and (self.project is None or self.project in config.parents)


def run_folder(config: Path) -> Path | None:
    """Return Meltano's folder of running plugins, where ``config`` is a file that Meltano wrote."""
    folder = config.absolute().parent.parent
    return folder if _CONFIG.fullmatch(config.name) and folder.name == "run" else None


def written_configs(folder: Path) -> list[Path]:
    """Return the configuration files in Meltano's ``run`` folder, those in use included."""
    return [path for path in sorted(folder.glob("*/*.config.json")) if _CONFIG.fullmatch(path.name)]


def leftovers(folder: Path, processes: Iterable[Process] | None = None) -> list[Path]:
    """Return the configuration files below ``folder`` that no living process needs.

    In use is what a command line names, and what was written since a Meltano of the project that
    still lives began. ``processes`` are those of this machine, if nobody says otherwise; where they
    cannot be listed (no /proc), nothing counts as left behind.
    """
    found = written_configs(folder)
    if not found:
        return []
    living = list(living_processes() if processes is None else processes)
    return [path for path in found if not _is_in_use(path, living)] if living else []


def tidy(config: Path, logger: logging.Logger) -> None:
    """Remove what killed Meltanos have left beside ``config``, and close the folder to others.

    Does nothing for a file that is not Meltano's, and never fails: a run is worth more.
    """
    folder = run_folder(config)
    if folder is None:
        return
    removed = 0
    with contextlib.suppress(OSError):
        # Whatever Meltano writes here from now on is out of others' reach, whatever its mode.
        folder.chmod(stat.S_IRWXU)
        for path in leftovers(folder):
            if path.name != config.name:
                path.unlink(missing_ok=True)
                removed += 1
    if removed:
        logger.warning("removed configuration files of a Meltano that was killed: %d", removed)


def living_processes(listed: Path = PROCESSES) -> list[Process]:
    """Return the processes in ``listed`` (Linux's /proc); empty where there is none."""
    try:
        up_for = float((listed / "uptime").read_text().split()[0])
        pids = [entry for entry in listed.iterdir() if entry.name.isdigit()]
    except OSError:
        return []
    booted = time.time() - up_for
    return [process for pid in pids if (process := _process(pid, booted))]


def _process(pid: Path, booted: float) -> Process | None:
    try:
        # Field 22 is the start in clock ticks after boot; field 2 may hold spaces (proc(5)).
        ticks = int((pid / "stat").read_text().rpartition(")")[2].split()[19])
        words = (pid / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except (OSError, ValueError, IndexError):
        return None  # it has ended meanwhile
    return Process(booted + ticks / os.sysconf("SC_CLK_TCK"), tuple(words), _project(pid / "cwd"))


def _project(cwd: Path) -> Path | None:
    """Return the nearest folder with a meltano.yml, which is where Meltano looks for its project.

    None for a process of another user, and for one that was told its project by a variable.
    """
    try:
        folder = cwd.readlink()
    except OSError:
        return None
    above = (each for each in (folder, *folder.parents) if (each / "meltano.yml").is_file())
    return next(above, None)


def _is_in_use(path: Path, living: Collection[Process]) -> bool:
    try:
        path = path.resolve()
        written = path.stat().st_mtime
    except OSError:
        return True  # somebody else has removed it
    return any(
        any(path.name in word for word in process.words)
        or (process.may_write(path) and process.began <= written + _TICKS_S)
        for process in living
    )
