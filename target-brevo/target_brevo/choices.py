"""What a person may set: the name, type, default and words of each, and what a typo is told."""

from collections.abc import Mapping
from typing import Any

from jsonschema.exceptions import ValidationError
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.plugin_base import JSONSchemaValidator

from tajo_connector_sdk.errors import nearest
from target_brevo.brevo.address import DEFAULT_API_URL

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
        "import_bodies",
        th.StringType,
        default="json",
        allowed_values=["json", "csv"],
        title="Form of imports",
        description="How imports of contacts leave: 'json', or 'csv' for about half of the "
        "bytes and of the calls; a contact that CSV cannot hold as it is leaves as JSON all the "
        "same",
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
            errors.append(f"setting '{name}' has the wrong {error.validator}; {_right(error)}")
    errors = list(dict.fromkeys(errors))
    if errors and raise_errors:
        raise ConfigValidationError("wrong settings", errors=errors)
    return errors


def _right(error: ValidationError) -> str:
    """Return what a setting's value should have been; the nearest word where it is one of some."""
    right = error.validator_value
    if isinstance(right, list) and isinstance(error.instance, str):
        return nearest(error.instance.lower(), [word for word in right if isinstance(word, str)])
    return f"right: {right}"


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
