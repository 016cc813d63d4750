"""Puts the default mapping files into the wheel; an editable install reads them where they are."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Defaults(BuildHookInterface[Any]):
    """Copies ``mapping/*.yml`` to ``tajo_mapping/defaults`` of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to include, unless ``version`` says that the install is editable."""
        if version != "editable":
            for file in sorted(Path(self.root).glob("*.yml")):
                build_data["force_include"][str(file)] = f"tajo_mapping/defaults/{file.name}"
