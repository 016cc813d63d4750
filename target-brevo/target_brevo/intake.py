"""From Singer messages to outcomes: schema, key, mapping."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jsonschema_rs
from singer_sdk.exceptions import MissingKeyPropertiesError, RecordsWithoutSchemaException

from tajo_connector_sdk.errors import RunError
from tajo_mapping import canonical
from tajo_mapping.compiled import CompiledMapping, compile_mapping, platform_of, platforms
from tajo_mapping.errors import MappingError, nearest
from tajo_mapping.operations import Outcome, Source
from target_brevo.keeping import Declared
from target_brevo.settings import Settings

# `meltano config test target-brevo` sends this stream (Meltano 4.4.1, plugin_test_service).
MELTANO_TEST = "meltano_test_stream"
NO_MAPPING = "the stream has no mapping"
LEFT_OUT = "the mapping leaves it out"
A_TEST = "Meltano's test of the settings"


class NoSchema(RunError, RecordsWithoutSchemaException):
    """A record came before the SCHEMA of its stream."""


class NoKey(RunError, MissingKeyPropertiesError):
    """A record came without a field that its SCHEMA declares as key."""


class Outlet(Protocol):
    """Where outcomes go; the run behind the intake."""

    def start(self) -> None:
        """Check the key and the account, before anything is sent."""

    def check(self) -> None:
        """Check everything that a run needs, and send nothing."""

    def declare(self, stream: str, declared: Declared) -> None:
        """Take in how a stream is declared."""

    def require(self, attributes: Mapping[str, str], where: str) -> None:
        """Compare attributes with the account."""

    def accept(self, outcome: Outcome, stream: str, *, alone: bool = False) -> None:
        """Take one outcome of a record; ``alone`` says that there is no other."""

    def filtered(self, stream: str, reason: str) -> None:
        """Count a record that becomes nothing at all."""

    def broken(self, source: Source, reason: str) -> None:
        """Take a record that breaks its schema."""


@dataclass(frozen=True, slots=True)
class BoundStream:
    """One stream as its last SCHEMA declared it."""

    name: str
    keys: tuple[str, ...]
    validator: jsonschema_rs.Draft7Validator
    operations: Callable[[Mapping[str, Any]], Sequence[Outcome]] | None
    why_nothing: str = ""


class Intake:
    """The streams of one run. ``warn`` gets lines for the log."""

    def __init__(self, settings: Settings, outlet: Outlet, warn: Callable[[str], None]) -> None:
        self._settings = settings
        self._outlet = outlet
        self._warn = warn
        self._streams: dict[str, BoundStream] = {}
        self._mapping = compiled_mapping(settings)
        self.platform = self._mapping.platform if self._mapping else _own_name(settings.platform)

    @property
    def streams(self) -> Sequence[str]:
        """The streams that were declared."""
        return tuple(self._streams)

    @property
    def version(self) -> str:
        """The version of the mapping; empty where there is none."""
        return self._mapping.version if self._mapping else ""

    def schema(self, stream: str, schema: Mapping[str, Any], keys: Sequence[str]) -> None:
        """Take in a SCHEMA message.

        Raises:
            RunError: It is no schema of records.
            MappingError: The mapping and the schema do not fit.
            ConfigurationError: The mapping and the account's attributes do not fit.
        """
        if not isinstance(schema.get("properties"), Mapping):
            raise RunError(
                f"stream {stream}: SCHEMA", "it has no 'properties'", do="look at the tap"
            )
        try:
            # Formats are the mapping's business: a wrong time is told with its line there.
            validator = jsonschema_rs.Draft7Validator(dict(schema), validate_formats=False)
        except ValueError:
            raise RunError(
                f"stream {stream}: SCHEMA", "it is no JSON Schema", do="look at the tap"
            ) from None
        operations, why_nothing = self._bound(stream, schema, keys)
        mapped = self._mapping is not None and stream in self._mapping.streams
        version = self._mapping.version if self._mapping and mapped else ""
        self._outlet.declare(stream, Declared(self.platform, version, tuple(keys), schema))
        self._streams[stream] = BoundStream(stream, tuple(keys), validator, operations, why_nothing)

    def record(self, stream: str, record: Mapping[str, Any]) -> None:
        """Take in a RECORD message.

        Raises:
            NoSchema: No SCHEMA came before.
            NoKey: A declared key is missing.
        """
        bound = self._streams.get(stream)
        if bound is None:
            raise NoSchema(
                f"stream {stream}",
                "a record came before its SCHEMA",
                do="look at the tap: every stream begins with one",
            )
        for key in bound.keys:
            if key not in record:
                raise NoKey(
                    f"stream {stream}",
                    f"a record has no '{key}', which the SCHEMA declares as key",
                    do="look at the tap; state covers only what came before",
                )
        if bound.operations is None:
            self._outlet.filtered(stream, bound.why_nothing)
            return
        if not bound.validator.is_valid(record):
            self._outlet.broken(self._source(bound, record), _problem(bound.validator, record))
            return
        outcomes = bound.operations(record)
        alone = len(outcomes) == 1
        for outcome in outcomes:
            self._outlet.accept(outcome, stream, alone=alone)

    def _bound(
        self, stream: str, schema: Mapping[str, Any], keys: Sequence[str]
    ) -> tuple[Callable[[Mapping[str, Any]], Sequence[Outcome]] | None, str]:
        """Return the function from a record to outcomes, or why there is none."""
        if stream == MELTANO_TEST:
            self._outlet.check()
            return None, A_TEST
        mapping, store = self._mapping, self._settings.store
        if canonical.is_marked(schema):
            return self._own(stream, schema, keys), ""
        if mapping is not None and stream in mapping.streams:
            for line in mapping.check(stream, schema):
                self._warn(line)
            self._outlet.start()
            if "contact" in mapping.kinds(stream):
                self._outlet.require(mapping.attributes, "mapping")
            return mapping.bind(stream, store, keys), ""
        if mapping is not None and stream in mapping.left_out:
            return None, LEFT_OUT
        if canonical.is_ours(stream, schema, alone=mapping is None):
            return self._own(stream, schema, keys), ""
        self._warn_of_no_mapping(stream)
        return None, NO_MAPPING

    def _own(
        self, stream: str, schema: Mapping[str, Any], keys: Sequence[str]
    ) -> Callable[[Mapping[str, Any]], Sequence[Outcome]]:
        unused = canonical.unused_fields(stream, schema)
        if unused:
            self._warn(f"stream {stream}: fields without a meaning here: {', '.join(unused)}")
        self._outlet.start()
        if canonical.KIND_OF[stream] == "contact":
            self._outlet.require(canonical.attribute_types_of(schema), f"stream {stream}")
        return canonical.bind(stream, self._settings.store, keys, schema, platform=self.platform)

    def _warn_of_no_mapping(self, stream: str) -> None:
        if stream in self._streams:
            return
        known = self._mapping.streams if self._mapping else tuple(canonical.SCHEMAS)
        self._warn(
            f"stream {stream}: it has no mapping, so its records are left out; "
            f"mapped are {', '.join(sorted(known))}"
        )

    def _source(self, bound: BoundStream, record: Mapping[str, Any]) -> Source:
        key = "/".join(str(record.get(name)) for name in bound.keys)
        store = str(record.get("_tajo_store") or self._settings.store)
        return Source(self.platform, store, bound.name, key)


def compiled_mapping(settings: Settings) -> CompiledMapping | None:
    """Return the mapping of the settings; None where records need none or have none."""
    if not settings.platform and settings.mapping is None:
        return None
    try:
        platform = platform_of(settings.platform, settings.mapping)
    except MappingError:
        close = nearest(_own_name(settings.platform), platforms()).startswith("did you mean")
        if settings.mapping is not None or close:
            raise
        # A stranger's tap: its streams may bear our own names.
        return None
    return compile_mapping(platform, overlay=settings.mapping)


def _own_name(load_schema: str) -> str:
    """Return what to call the platform of a tap that has no mapping."""
    return load_schema.strip().lower().replace("-", "_").removeprefix("tap_") or "singer"


def _problem(validator: jsonschema_rs.Draft7Validator, record: Mapping[str, Any]) -> str:
    """Return which field breaks which rule, without the value."""
    error = next(iter(validator.iter_errors(record)))
    path = ".".join(str(part) for part in error.instance_path)
    rule = str(error.schema_path[-1]) if error.schema_path else "schema"
    missing = getattr(error.kind, "property", None)
    if rule == "required" and missing:
        path = f"{path}.{missing}" if path else str(missing)
    where = f"field '{path}'" if path and "@" not in path else "a field"
    return f"{where} breaks its schema (rule '{rule}')"
