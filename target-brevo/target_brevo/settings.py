"""The settings: what each is, what it is when not given, and what a wrong one is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.plugin_base import JSONSchemaValidator

from tajo_connector_sdk.errors import ConfigurationError, nearest
from target_brevo.brevo.address import DEFAULT_API_URL
from target_brevo.contacts.limits import RemovalLimit

# Words that people and other loaders write for ours; a typo is told, a stranger's word ignored.
_CLOSE = 0.8

CONFIG = th.PropertiesList(
    th.Property(
        "api_key",
        th.StringType,
        required=True,
        secret=True,
        title="API key",
        description="v3 API key of the Brevo account, begins with 'xkeysib-' "
        "(Brevo: Settings, SMTP & API, API keys)",
    ),
    th.Property(
        "api_url",
        th.StringType,
        default=DEFAULT_API_URL,
        title="API address",
        description="Address of Brevo's API, with /v3; a stand-in's for tests",
    ),
    th.Property(
        "platform",
        th.StringType,
        title="Platform",
        description="Whose records come in, for the mapping: a platform's name or a tap's "
        "load_schema ('shopify', 'tap_shopify'); under Meltano found by itself",
    ),
    th.Property(
        "mapping",
        th.CustomType({"type": ["string", "object", "null"]}),
        title="Mapping",
        description="A mapping of your own, laid over the platform's: a file, or its content",
    ),
    th.Property(
        "store",
        th.StringType,
        default="default",
        title="Store",
        description="Name of the store for records that do not carry their own (_tajo_store)",
    ),
    th.Property(
        "lists_folder",
        th.StringType,
        default="Tajo",
        title="Folder of lists",
        description="Folder in Brevo (Contacts, Lists) for the lists this loader creates",
    ),
    th.Property(
        "create_attributes",
        th.BooleanType,
        default=True,
        title="Create attributes",
        description="Create contact attributes that the mapping writes and the account lacks",
    ),
    th.Property(
        "event_max_age",
        th.NumberType,
        default=24,
        title="Oldest event (hours)",
        description="In hours: older events are not sent, older orders are sent as historical; "
        "what happened before a store's first sync never counts as new",
    ),
    th.Property(
        "on_unknown_event",
        th.StringType,
        default="report",
        allowed_values=["report", "resend"],
        title="Events of unknown outcome",
        description="An event (or the first sending of a live order) that got no answer and is not "
        "found in Brevo: 'report' it and do not send it twice, or 'resend' it at the risk of that",
    ),
    th.Property(
        "allow_delete",
        th.BooleanType,
        default=False,
        title="Allow deletions",
        description="Let 'when_deleted: delete' of the mapping delete contacts in Brevo",
    ),
    th.Property(
        "max_deletes",
        th.CustomType({"type": ["string", "integer", "null"]}),
        title="Most removals",
        description="Most contacts that one run may delete, and most persons that it may take off "
        "a list: a number (50), a part of those there are ('2%'), or the larger of both "
        "('50 or 2%', as without this setting); more stops the run before the first of them",
    ),
    th.Property(
        "backfill_existing_lists",
        th.BooleanType,
        default=False,
        title="Backfill existing lists",
        description="Let a first load fill mailing lists that existed before; this can start "
        "automations that hang on them",
    ),
    th.Property(
        "dry_run",
        th.BooleanType,
        default=False,
        title="Dry run",
        description="Read Brevo, write nothing (no state either), and end in the same summary",
    ),
    th.Property(
        "ledger_url",
        th.StringType,
        # PostgreSQL's holds a password.
        secret=True,
        title="Ledger",
        description="URL of the ledger (what was sent): sqlite:////path/brevo-ledger.db, or "
        "postgresql://user:password@host/database; without one a private SQLite file under "
        "$XDG_STATE_HOME/tajo",
    ),
    th.Property(
        "batch_age_s",
        th.NumberType,
        default=30,
        title="Longest wait (seconds)",
        description="What was read is sent after so many seconds at the latest",
    ),
    th.Property(
        "shutdown_grace_s",
        th.NumberType,
        default=20,
        title="Grace at a stop (seconds)",
        description="After SIGTERM or SIGINT, what was read is sent within so many seconds, or "
        "left to the next run",
    ),
    th.Property(
        "max_reject_ratio",
        th.NumberType,
        title="Most rejects",
        description="Stop the run when more than this part of its operations (0 to 1) is refused: "
        "at its end, and from 500 operations on while it runs",
    ),
    th.Property(
        "failed",
        th.BooleanType,
        default=False,
        title="Try failed records again",
        description="Send once more what was refused before, although neither the record nor the "
        "mapping has changed: what comes in, and at the end what is kept",
    ),
    th.Property(
        "rejects_keep_days",
        th.IntegerType,
        default=30,
        title="Keep refused records (days)",
        description="For so many days the record of a reject is kept for a replay, encrypted under "
        "the API key, and a closed reject is remembered; 0 keeps no record",
    ),
    th.Property(
        "rejects_plain",
        th.BooleanType,
        default=False,
        title="Show keys of persons",
        description="Write the keys of refused records in plain, also where they name a person",
    ),
    th.Property(
        "summary_file",
        th.StringType,
        title="Summary file",
        description="Write the summary of the run to this file, as JSON",
    ),
)


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


def checked(config: Mapping[str, Any], *, raise_errors: bool = True) -> list[str]:
    """Return what is wrong with the types of settings, without their values.

    Raises ConfigValidationError with the same lines, unless ``raise_errors`` is off.
    """
    schema = CONFIG.to_dict()
    errors = misspelt(config, schema["properties"])
    for error in JSONSchemaValidator(schema).iter_errors(config):
        name = ".".join(str(part) for part in error.absolute_path)
        if error.validator == "required":
            errors += [
                f"setting '{each}' is not set; put it into the file of --config, or set "
                f"TARGET_BREVO_{each.upper()} and read it with --config ENV"
                for each in _missing(schema, config)
            ]
        else:
            right = error.validator_value
            errors.append(f"setting '{name}' has the wrong {error.validator}; right: {right}")
    errors = list(dict.fromkeys(errors))
    if errors and raise_errors:
        raise ConfigValidationError("wrong settings", errors=errors)
    return errors


def misspelt(config: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """Return a line for each setting that looks like a known one with a typo."""
    lines = []
    for name in config:
        if name in known:
            continue
        hint = nearest(name, known)
        if hint.startswith("did you mean"):
            lines.append(f"setting '{name}' is not known; {hint}")
    return lines


def _missing(schema: Mapping[str, Any], config: Mapping[str, Any]) -> list[str]:
    return [name for name in schema.get("required", ()) if name not in config]


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
