"""Files that hold keys or hashes of persons, and whether everybody on the machine can read them."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from target_brevo.desk.scene import Finding, Scene
from target_brevo.ledger.engines import is_sqlite, parsed

# Folders above this one are not looked at: whoever is let in here may go on.
TOP = Path("/")


def exposure(scene: Scene) -> Iterator[Finding]:
    """Look for files that others can read: settings, Meltano's files, the ledger."""
    # Invariant 9 ends where others read the files themselves.
    here = sensitive_files(scene.settings.ledger_url, scene.files, os.environ)
    open_ones = [path for path in here if is_open(path)]
    for path in open_ones:
        yield Finding(
            "file",
            "warning",
            f"everybody on this machine can read {path}",
            f"chmod o-rwx '{path}', or close its folder; 'umask 077' before a run keeps it so",
        )
    if here and not open_ones:
        yield Finding("files", "ok", f"{len(here)} with keys or hashes of persons are closed")


def sensitive_files(
    ledger_url: str, settings: Sequence[Path], environment: Mapping[str, str]
) -> list[Path]:
    """Return the files that are there and hold a key or hashes of persons (docs/data.md).

    ``settings`` are the files of ``--config``; under Meltano its own are found by the variables
    that it sets.
    """
    found = [*settings, Path(environment.get("MELTANO_PROJECT_ROOT") or ".") / ".env"]
    where = parsed(ledger_url)
    if is_sqlite(where) and where.database:
        found.append(Path(where.database))  # SQLite gives its journal the same mode
    if root := environment.get("MELTANO_SYS_DIR_ROOT"):
        found += [Path(root) / "meltano.db", *sorted(Path(root).glob("run/*/*.config.json"))]
    return [path for path in dict.fromkeys(each.absolute() for each in found) if path.is_file()]


def is_open(path: Path) -> bool:
    """Say whether users outside the owner's group may read ``path`` and pass every folder to it."""
    try:
        folders = [each for each in path.parents if each != TOP and TOP in each.parents]
        passable = all(each.stat().st_mode & stat.S_IXOTH for each in folders)
        return passable and bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False  # gone meanwhile
