"""A tap's settings: their JSON Schema, and one clear error for each way to get them wrong.

No message shows a value: a value may be a secret in the wrong place.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from tajo_connector_sdk.auth import Auth
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.incremental import read_time
from tajo_connector_sdk.table import Connector, Setting

_WHOLE = re.compile(r"\s*-?[0-9]{1,9}\s*")
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "date-time": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


def schema_of(connector: Connector) -> dict[str, Any]:
    """Return the JSON Schema of a connector's settings, as singer-sdk and Meltano read it."""
    return {
        "type": "object",
        "properties": {setting.name: _property(setting) for setting in connector.all_settings},
    }


def _property(setting: Setting) -> dict[str, Any]:
    is_time = setting.kind == "date-time"
    made: dict[str, Any] = {
        "type": ["string" if is_time else setting.kind, "null"],
        "title": setting.name.replace("_", " ").capitalize(),
        "description": setting.description,
    }
    if is_time:
        made["format"] = "date-time"
    if setting.secret:
        made.update(secret=True, writeOnly=True)
    if setting.default is not None:
        made["default"] = setting.default
    return made


def checked(
    connector: Connector, given: Mapping[str, Any], others: Iterable[str]
) -> dict[str, Any]:
    """Return the settings with defaults, empty ones left out; ``others`` are singer-sdk's own.

    Raises ConfigurationError for a name that looks like a typing slip, a value of the wrong kind,
    a missing setting, or a host that is not the platform's.
    """
    tap = f"tap-{connector.name}"
    known = [setting.name for setting in connector.all_settings]
    for name in sorted(set(given) - set(known) - set(others)):
        if close := get_close_matches(name, known, n=1, cutoff=0.8):
            raise ConfigurationError(
                f"{tap}, setting {name}", "unknown", right=f"did you mean '{close[0]}'?"
            )
    stand_in = bool(given.get("api_url"))
    made = {name: value for name, value in given.items() if name not in known}
    for setting in connector.all_settings:
        value = given.get(setting.name)
        if value is None or value == "":
            value = setting.default
        if value is not None:
            made[setting.name] = value
            check_value(tap, setting, value, stand_in=stand_in)
    check_given(tap, connector, made, stand_in=stand_in)
    return made


def check_value(tap: str, setting: Setting, value: Any, *, stand_in: bool) -> None:
    """Raise ConfigurationError unless a value is of its setting's kind and pattern."""
    where = f"{tap}, setting {setting.name}"
    wanted = KINDS[setting.kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise ConfigurationError(
            where, f"a value of the wrong kind, {type(value).__name__}", right=setting.kind
        )
    if isinstance(value, int) and value < 0:
        raise ConfigurationError(where, "less than nothing", right="0 or more")
    if setting.kind == "date-time":
        _check_time(where, str(value))
    if setting.name == "api_url":
        _check_url(where, str(value))
    elif setting.pattern and not stand_in and not re.fullmatch(setting.pattern, str(value)):
        raise ConfigurationError(where, "not what it has to be", right=setting.right)


def check_given(
    tap: str, connector: Connector, given: Mapping[str, Any], *, stand_in: bool
) -> None:
    """Raise ConfigurationError when a required setting, or every way to be let in, is missing.

    A setting with a pattern names the platform's host; a stand-in needs none.
    """
    for setting in connector.settings:
        if setting.required and setting.name not in given and not (setting.pattern and stand_in):
            raise ConfigurationError(
                f"{tap}, setting {setting.name}", "missing", do=setting.description
            )
    if way_in(connector, given) is None:
        ways = " or ".join(" and ".join(way.needs) for way in connector.auth)
        lacking = [name for way in connector.auth for name in way.needs if name not in given]
        started = [way for way in connector.auth if any(name in given for name in way.needs)]
        missing = [name for way in started for name in way.needs if name not in given] or lacking
        raise ConfigurationError(
            f"{tap}, settings {', '.join(missing)}", "missing", right=f"set {ways}"
        )


def way_in(connector: Connector, given: Mapping[str, Any]) -> Auth | None:
    """Return the first way to be let in whose settings are all given."""
    return next((way for way in connector.auth if all(name in given for name in way.needs)), None)


def base_url(connector: Connector, given: Mapping[str, Any]) -> str:
    """Return where the API is: the platform's address, with scheme and host of ``api_url``."""
    # A setting that only names the host may be missing where a stand-in takes its place.
    address = connector.base_url.format_map(defaultdict(str, given))
    if api_url := given.get("api_url"):
        parts, path = urlsplit(api_url), urlsplit(address).path
        # An address without a scheme is all path; a stand-in is not asked for its host.
        return f"{parts.scheme}://{parts.netloc}{path if path.startswith('/') else ''}"
    return address


def check_environment(connector: Connector, environ: Mapping[str, str]) -> None:
    """Raise ConfigurationError for a whole number in the environment that is none.

    singer-sdk reads them before any setting is checked, and says neither which nor what is wrong.
    """
    for setting in connector.all_settings:
        name = f"TAP_{connector.name}_TAJO_{setting.name}".upper()
        if setting.kind == "integer" and not _WHOLE.fullmatch(environ.get(name, "0")):
            raise ConfigurationError(
                f"environment variable {name}", "not a whole number", right="0 or more"
            )


def secrets_in(connector: Connector, given: Mapping[str, Any]) -> list[str]:
    """Return the values that no log may show."""
    return [
        str(given[setting.name])
        for setting in connector.all_settings
        if setting.secret and given.get(setting.name)
    ]


def _check_time(where: str, value: str) -> None:
    try:
        read_time(value)
    except ValueError:
        raise ConfigurationError(where, "not a time", right="2026-01-01T00:00:00Z") from None


def _check_url(where: str, value: str) -> None:
    right = "http://127.0.0.1:8081 or https://host, without user and password"
    try:
        parts = urlsplit(value)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise ConfigurationError(where, "not an address", right=right) from None
    plain = parts.username is None and parts.password is None and not parts.query
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or not port_fits:
        raise ConfigurationError(where, "not an address", right=right)
    HostPolicy.with_api_url(value).check_url(value)
