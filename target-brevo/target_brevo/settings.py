"""The settings of a run: their values, and what a value is told that no run can work with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.brevo.address import DEFAULT_API_URL
from target_brevo.contacts.limits import RemovalLimit


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run; times in seconds, ``event_max_age`` in hours."""

    api_key: str
    api_url: str
    platform: str
    mapping: Path | Mapping[str, Any] | None
    store: str
    lists_folder: str
    create_attributes: bool
    event_max_age: float
    on_unknown_event: str
    allow_delete: bool
    max_deletes: RemovalLimit
    backfill_existing_lists: bool
    dry_run: bool
    ledger_url: str
    import_bodies: str
    batch_age_s: float
    shutdown_grace_s: float
    max_reject_ratio: float | None
    failed: bool
    rejects_keep_days: int
    rejects_plain: bool
    summary_file: Path | None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Settings":
        """Return the settings in a configuration whose types were checked.

        Raises ConfigurationError for values that no run can work with.
        """
        _check(config)
        mapping = config.get("mapping")
        ratio, summary = config.get("max_reject_ratio"), config.get("summary_file")
        return cls(
            api_key=str(config["api_key"]).strip(),
            api_url=str(config.get("api_url") or DEFAULT_API_URL).rstrip("/"),
            platform=str(config.get("platform") or ""),
            mapping=Path(mapping) if isinstance(mapping, str) and mapping else mapping or None,
            store=str(config.get("store") or "default"),
            lists_folder=str(config.get("lists_folder") or "Tajo"),
            create_attributes=config.get("create_attributes") is not False,
            event_max_age=float(_given(config, "event_max_age", 24)),
            on_unknown_event=str(config.get("on_unknown_event") or "report"),
            allow_delete=config.get("allow_delete") is True,
            max_deletes=RemovalLimit.of(config.get("max_deletes")),
            backfill_existing_lists=config.get("backfill_existing_lists") is True,
            dry_run=config.get("dry_run") is True,
            ledger_url=str(config.get("ledger_url") or default_ledger_url()),
            import_bodies=str(config.get("import_bodies") or "json"),
            batch_age_s=float(_given(config, "batch_age_s", 30)),
            shutdown_grace_s=float(_given(config, "shutdown_grace_s", 20)),
            max_reject_ratio=float(ratio) if ratio is not None else None,
            failed=config.get("failed") is True,
            rejects_keep_days=int(_given(config, "rejects_keep_days", 30)),
            rejects_plain=config.get("rejects_plain") is True,
            summary_file=Path(summary) if summary else None,
        )


def default_ledger_url() -> str:
    """Return the ledger's place without Meltano: the user's state folder (XDG)."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return f"sqlite:///{Path(state) / 'tajo' / 'brevo-ledger.db'}"


def _given(config: Mapping[str, Any], name: str, default: float) -> Any:
    value = config.get(name)
    return default if value is None else value


def _check(config: Mapping[str, Any]) -> None:
    if not str(config.get("api_key") or "").strip():
        raise ConfigurationError(
            "api_key setting",
            "it is not set",
            right="a v3 API key, which begins with 'xkeysib-'",
            do="make one in Brevo: Settings, SMTP & API, API keys",
        )
    url = str(config.get("api_url") or DEFAULT_API_URL)
    if not url.startswith(("https://", "http://")):
        raise ConfigurationError(
            "api_url", "it is no web address", right=f"{DEFAULT_API_URL}, or a stand-in's address"
        )
    for name in ("event_max_age", "batch_age_s", "shutdown_grace_s", "rejects_keep_days"):
        if float(_given(config, name, 0)) < 0:
            raise ConfigurationError(name, "it is negative", right="a number from 0 on")
    ratio = config.get("max_reject_ratio")
    if ratio is not None and not 0 <= float(ratio) <= 1:
        raise ConfigurationError("max_reject_ratio", "it is out of range", right="0 to 1")
