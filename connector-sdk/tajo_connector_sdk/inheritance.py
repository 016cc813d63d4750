"""A store that inherits from another plugin of Meltano needs a key of its own.

With `inherit_from` Meltano hands a plugin its parent's settings wherever it has none itself, keys
included, and says nothing (4.4.1, seen as run, 2026-11-24): a second store would be asked with
the first one's key. What a tap is given does not tell whose a value is, and Meltano writes it into
the environment under the names of both. So the places where a person sets one are looked at:
`meltano.yml`, `.env`, and the environment in which Meltano itself was started. Names of settings
are read there, never a value.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.leftovers import PROCESSES
from tajo_connector_sdk.settings import way_in
from tajo_connector_sdk.table import Connector

_ASSIGNED = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*\S")


def check_own_key(
    connector: Connector,
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    started_with: Iterable[str] | None = None,
) -> None:
    """Raise ConfigurationError where the key in ``given`` is the one of a parent plugin.

    ``environment`` is what Meltano gave to this process; without Meltano nothing is checked.
    ``started_with`` are the names of variables that Meltano itself was started with (its process
    is asked if nobody says); where that cannot be known, nothing is refused.
    """
    name, root = environment.get("MELTANO_EXTRACTOR_NAME"), environment.get("MELTANO_PROJECT_ROOT")
    way = way_in(connector, given)
    if not name or not root or way is None:
        return
    project = _project(Path(root))
    row = _extractor(project, name)
    parent = str(row.get("inherit_from") or "")
    if not _extractor(project, parent):
        return  # no parent, or one that is a definition only and has no settings
    variables = names_of_parent() if started_with is None else set(started_with)
    if variables is None:
        return
    variables |= _in_file(Path(root) / ".env")
    own = {*_configured(project, name, environment.get("MELTANO_ENVIRONMENT", ""))}
    secret = {setting.name for setting in connector.all_settings if setting.secret}
    for setting in way.needs:
        variable = variable_of(name, setting)
        if setting in secret and setting not in own and variable not in variables:
            raise ConfigurationError(
                f"{name}, setting {setting}",
                f"it has none of its own, and would use the one of '{parent}'",
                right=f"a key of its own, in {variable}",
                do=f"where both are the same store, say so: `{setting}: "
                f"${variable_of(parent, setting)}` in the settings of '{name}'",
            )


def variable_of(plugin: str, setting: str) -> str:
    """Return the variable in which Meltano looks for a plugin's setting."""
    return re.sub(r"[^A-Za-z0-9]", "_", f"{plugin}_{setting}").upper()


def names_of_parent(listed: Path = PROCESSES) -> set[str] | None:
    """Return the names of variables that our parent was started with; None where nobody tells."""
    try:
        block = (listed / str(os.getppid()) / "environ").read_bytes()
    except OSError:
        return None
    # Invariant 9: the values are let go of here.
    entries = (entry.partition(b"=") for entry in block.split(b"\0"))
    return {name.decode(errors="replace") for name, _, value in entries if value}


def _project(root: Path) -> list[Mapping[str, Any]]:
    """Return the project's files as they are: meltano.yml and what it includes."""
    first = _read(root / "meltano.yml")
    included = [
        path for pattern in first.get("include_paths") or () for path in root.glob(str(pattern))
    ]
    return [first, *(_read(path) for path in included)]


def _read(path: Path) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - only a run under Meltano needs it

    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}  # Meltano has read it and would have said so
    return read if isinstance(read, dict) else {}


def _extractor(project: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    rows = (row for part in project for row in _extractors(part))
    return next((row for row in rows if row.get("name") == name), {})


def _extractors(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    plugins = part.get("plugins") or {}
    for row in plugins.get("extractors") or ():
        if isinstance(row, dict):
            yield row


def _configured(project: Iterable[Mapping[str, Any]], name: str, environment: str) -> Iterator[str]:
    """Yield the names of settings that the project's files give to the plugin itself."""
    for part in project:
        chosen = [each for each in part.get("environments") or () if each["name"] == environment]
        for place in (part, *(each.get("config") or {} for each in chosen)):
            for row in _extractors(place):
                if row.get("name") == name:
                    yield from (key for key, value in (row.get("config") or {}).items() if value)


def _in_file(path: Path) -> set[str]:
    try:
        return set(_ASSIGNED.findall(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return set()
