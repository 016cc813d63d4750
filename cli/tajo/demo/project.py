"""A throw-away Meltano project beside the real one.

It has the real `meltano.yml`, plugin definitions and commands, and nothing of a person's: no
`.env`, no state, no ledger, no variable of the shell that could point a plugin at a real account.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COPIED = ("meltano.yml", "logging.yaml", "plugins")
LINKED = (".venv", ".venv-foreign")
# Variables by which Meltano and our plugins take settings from a person's shell.
FOREIGN_SETTINGS = ("MELTANO", "TAP_", "TARGET_", "TAJO_", "BREVO", "SHOPIFY")


@dataclass(frozen=True, slots=True)
class Project:
    """A Meltano project folder and the settings that its plugins get by environment."""

    folder: Path
    settings: Mapping[str, str]

    @classmethod
    def made_in(cls, folder: Path, settings: Mapping[str, str]) -> "Project":
        """Make the project anew in ``folder``; what an earlier one left there is removed."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, folder / name)
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name, target_is_directory=True)
        return cls(folder, settings)

    @property
    def environment(self) -> dict[str, str]:
        """The shell's environment without anybody's settings, and with this project's."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(FOREIGN_SETTINGS)
        }
        return {**kept, **self.settings}

    def command(self, *words: str) -> list[str]:
        """Return the command line of `meltano <words>` with this checkout's Meltano."""
        return [str(ROOT / ".venv" / "bin" / "meltano"), *words]

    def meltano(
        self, *words: str, capture: bool = False, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `meltano <words>` here; its output goes to the terminal, or is captured."""
        return subprocess.run(  # noqa: S603 - our own command, words of ours
            self.command(*words),
            cwd=self.folder,
            env={**self.environment, **(extra or {})},
            check=False,
            text=True,
            capture_output=capture,
        )
