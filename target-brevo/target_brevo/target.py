"""The Singer target: messages in, state out, everything between belongs to the run.

What only a load needs is imported when one begins: ``--version`` and ``--about`` ask for none.
"""

import gc
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, ClassVar

import click
import orjson
from singer_sdk import Target
from singer_sdk.helpers.capabilities import CapabilitiesEnum, PluginCapabilities
from singer_sdk.plugin_base import _ConfigInput

from tajo_connector_sdk import profiling
from tajo_connector_sdk.command import json_file
from tajo_connector_sdk.errors import ConnectorError, RunError
from tajo_connector_sdk.leftovers import tidy
from tajo_connector_sdk.redaction import hide
from tajo_mapping.errors import MappingError
from target_brevo.choices import CONFIG, checked
from target_brevo.clock import Clock
from target_brevo.command import FILES, LoaderCommand
from target_brevo.desk.opening import Source
from target_brevo.lines import LineReader
from target_brevo.settings import Settings
from target_brevo.termination import Termination

if TYPE_CHECKING:
    from target_brevo.again import Again
    from target_brevo.intake import Intake
    from target_brevo.run import Run

Message = dict[str, Any]
FAILED = click.Option(
    ["--failed"],
    is_flag=True,
    help="Try once more what was refused, as the setting 'failed' does.",
)


class TargetBrevo(Target):
    """Loads contacts, events, orders, products and categories into Brevo."""

    name = "target-brevo"
    package_name = "target-brevo"
    config_jsonschema: ClassVar[dict[str, Any]] = CONFIG.to_dict()
    # Stream maps and flattening belong to the mapping here.
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        parse_env_config: bool = False,
        validate_config: bool = True,
        clock: Clock | None = None,
    ) -> None:
        """Check the settings and the mapping; nothing is opened or asked yet.

        Raises:
            ConfigValidationError: A setting has the wrong type.
            ConfigurationError: A setting has a value that no run can work with.
            MappingError: The mapping is wrong.
        """
        self._termination = Termination(grace_s=20)
        super().__init__(
            config=dict(config or {}),
            parse_env_config=parse_env_config,
            validate_config=validate_config,
            setup_mapper=False,
            message_reader=LineReader(),
        )
        settings = Settings.of(self.config)
        self._termination.grace_s = settings.shutdown_grace_s
        self.settings = settings
        self._clock = clock or Clock()
        self.run, self.intake, self._again = self._begun()
        self.summary: dict[str, Any] = {}
        self._told: set[str] = set()
        self._reader.tick = self.run.tick
        self._reader.glance = self.run.glance
        self._reader.take = self._take
        self._reader.stopping = lambda: self._termination.requested
        self._reader.unknown = self._unknown_message

    def _begun(self) -> "tuple[Run, Intake, Again]":
        """Return the parts of a load; nothing is opened or asked yet."""
        from target_brevo.again import Again  # noqa: PLC0415 - only a load needs it
        from target_brevo.intake import Intake  # noqa: PLC0415 - as above
        from target_brevo.run import Run  # noqa: PLC0415 - as above

        run = Run(self.settings, self._clock, _emit, self.logger)
        intake = Intake(self.settings, run, self.logger.warning)
        return run, intake, Again(intake, run, self._clock.stamp)

    @property
    def _reader(self) -> LineReader:
        reader = self.message_reader
        if not isinstance(reader, LineReader):
            raise TypeError(type(reader).__name__)
        return reader

    def process_endofpipe(self) -> None:
        """Send what is left, wait for its confirmation, release the last state, and sum up."""
        again = self._again
        if self.run.is_started and not self._termination.requested:
            self.run.settle()
            again.feed(again.due(failed=self.settings.failed))
        self.run.finish()
        again.conclude()
        self.sum_up()
        self.run.close()
        if self._termination.requested:
            self.logger.warning("stopped by signal %d", self._termination.signum)
            sys.exit(self._termination.exit_code)

    def sum_up(self) -> None:
        """Log the summary, and write it to ``summary_file`` where that is set."""
        from target_brevo.summary import as_text  # noqa: PLC0415 - only a load needs it

        self.summary = self.run.summary(tuple(self.intake.streams))
        self.logger.info("%s", as_text(self.summary), extra={"summary": self.summary})
        if self.settings.summary_file:
            _write(self.settings.summary_file, self.summary)

    # The callbacks of the SDK's message loop (0.54.9: names of BaseSingerReader).

    def _process_schema_message(self, message_dict: Message) -> None:
        stream, schema = self._member(message_dict, "stream"), message_dict.get("schema")
        if not isinstance(schema, Mapping):
            raise RunError(f"stream {stream}: SCHEMA", "it has no 'schema'", do="look at the tap")
        self.intake.schema(stream, schema, message_dict.get("key_properties") or ())

    def _process_record_message(self, message_dict: Message) -> None:
        self._take([self._reader.line], [message_dict])

    def _take(self, lines: Sequence[bytes], messages: Sequence[Message | None]) -> int:
        """Take in records that follow each other; return how many, where the run has to stop.

        None stands for each that is known already.
        """
        run, termination = self.run, self._termination
        familiar, unchanged = run.look(lines, messages), Counter[str]()
        try:
            for number, (line, message) in enumerate(zip(lines, messages, strict=True)):
                if termination.requested:
                    return number
                if familiar and (stream := run.recognised(line)):
                    unchanged[stream] += 1
                    continue
                self._take_one(line, message or self._reader.deserialize_json(line))
        finally:
            run.unchanged(unchanged)
        return len(messages)

    def _take_one(self, line: bytes, message: Message) -> None:
        stream, record = self._member(message, "stream"), message.get("record")
        if not isinstance(record, dict):
            what = "a RECORD has no 'record'"
            raise RunError(f"stream {stream}", what, do="look at the tap")
        self.run.record(stream, line)
        if message.get("version") is not None:
            self.run.part_of(stream, message["version"])
        self.intake.record(stream, record)

    def _process_state_message(self, message_dict: Message) -> None:
        if "value" not in message_dict:
            raise RunError("STATE", "it has no 'value'", do="look at the tap")
        self.run.state(self._reader.state_value())

    def _process_activate_version_message(self, message_dict: Message) -> None:
        # Contacts stay in Brevo; only mirrored lists are left by who is not part of the version.
        stream = self._member(message_dict, "stream")
        self.run.read_whole(stream, message_dict.get("version"))

    def _process_batch_message(self, message_dict: Message) -> None:
        raise RunError(
            f"stream {message_dict.get('stream', '')}",
            "BATCH messages are not read",
            do="take batch_config out of the tap's settings",
        )

    def _unknown_message(self, kind: str) -> None:
        self._tell_once(f"messages of type {kind[:40]!r} are not known and left out")

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self.logger.warning(line)

    @staticmethod
    def _member(message: Message, name: str) -> str:
        value = message.get(name)
        if not isinstance(value, str):
            raise RunError(
                f"{message['type']} message", f"it has no '{name}'", do="look at the tap"
            )
        return value

    # Settings and command line.

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Return what is wrong with the settings' types, without their values."""
        return checked(self._config, raise_errors=raise_errors)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Remember the signal; the loop ends by itself (singer-sdk 0.54.9 drains in here)."""
        self._termination.request(signum)

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add nothing: settings that would not be honoured are not offered."""

    @classmethod
    def invoke(  # type: ignore[override]  # singer-sdk's own Target narrows it
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: _ConfigInput | None = None,
        file_input: IO[str] | None = None,
        failed: bool = False,
    ) -> None:
        """Run the loader from the command line, unless a command beside it was named."""
        context = click.get_current_context(silent=True)
        if context is not None and context.invoked_subcommand is not None:
            return
        if about:
            cls.print_about(about_format)
            sys.exit(0)
        given = config or _ConfigInput()
        if failed:
            given.config["failed"] = True
        _hide(str(given.config.get("api_key", "")))
        target = cls(config=given.config, parse_env_config=given.parse_env)
        _hide(target.settings.api_key)
        _collect_rarely()
        try:
            target.listen(file_input)
        except (ConnectorError, MappingError, BrokenPipeError):
            target.sum_up()
            raise

    @classmethod
    def cb_config(
        cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]
    ) -> _ConfigInput:
        """Read the files of ``--config``."""
        ctx.meta[FILES] = [path for path in value if path != "ENV"]
        for path in ctx.meta[FILES]:
            tidy(Path(path), cls.logger)
            json_file("config", path)
        return super().cb_config(ctx, param, value)

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Return the command line's command."""
        command = super().get_singer_command()
        return LoaderCommand(
            name=command.name,
            callback=command.callback,
            context_settings=command.context_settings,
            params=[*command.params, FAILED, profiling.option(cls.name)],
            help="Load Singer lines from standard input into Brevo, or run one of the commands.",
            logger=cls.logger,
            source=Source(lambda: cls._env_var_config, checked, _hide),
        )


def _collect_rarely() -> None:
    # Nothing of a load lies in circles, and thousands of waiting rows were looked through again and
    # again: a twentieth of the time of a first load.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _emit(state: bytes) -> None:
    # One write and one flush, so that a state is there whole or not at all.
    sys.stdout.write(state.decode() + "\n")
    sys.stdout.flush()


def _hide(secret: str) -> None:
    hide((secret,))


def _write(path: Path, summary: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(summary, option=orjson.OPT_INDENT_2) + b"\n")
