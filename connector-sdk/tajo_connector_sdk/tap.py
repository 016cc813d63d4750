"""A table of facts becomes a singer-sdk Tap.

What only a run needs is imported when one begins: ``--version`` and ``--about`` ask for none of it.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, cast

import click
from singer_sdk import Tap
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TapCapabilities,
)

from tajo_connector_sdk import command
from tajo_connector_sdk import settings as given
from tajo_connector_sdk.errors import ConfigurationError, Denied
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.inheritance import check_own_key
from tajo_connector_sdk.leftovers import tidy
from tajo_connector_sdk.redaction import hide
from tajo_connector_sdk.table import Connector, Stream
from tajo_connector_sdk.writer import Lines, LineWriter

if TYPE_CHECKING:
    from tajo_connector_sdk.http import HttpSession
    from tajo_connector_sdk.run import Run
    from tajo_connector_sdk.streams import TableStream


class SettingsSchema:
    """The settings of a tap's table, made anew each time: singer-sdk writes its own into them."""

    def __get__(self, _: object, owner: "type[TableTap]") -> dict[str, Any]:
        return given.schema_of(owner.connector)


class TableTap(Tap):
    """The tap of any table; ``make_tap`` gives it one."""

    connector: ClassVar[Connector]
    config_jsonschema = SettingsSchema()
    message_writer_class = LineWriter
    message_writer: LineWriter
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]
    _run: "Run | None" = None
    _closed: tuple[Denied, ...] = ()
    _ordered: "dict[str, TableStream] | None" = None

    @property
    def streams(self) -> "dict[str, TableStream]":  # type: ignore[override] # narrower on purpose
        """The streams in the order of the table, which is the order in which they are read."""
        if self._ordered is None:
            found = cast("dict[str, TableStream]", super().streams)
            self._ordered = {row.name: found[row.name] for row in self.connector.streams}
        return self._ordered

    @property
    def lines(self) -> Lines:
        """The buffer before standard output."""
        return self.message_writer.lines

    @property
    def run(self) -> "Run":
        """The run, begun when first asked for: checks, and bulk operations of all streams."""
        if self._run is None:
            self._run = self.opened()
            self._run.prepare(
                [stream.choice for stream in self.streams.values() if stream.selected]
            )
        return self._run

    def session(self, policy: HostPolicy) -> "HttpSession":
        """Return the session that everything of a run goes through."""
        from tajo_connector_sdk.http import HttpSession  # noqa: PLC0415 - only a run needs it

        agent = f"{self.name}/{self.plugin_version}"
        return HttpSession(policy, user_agent=agent, tell=self.logger.warning)

    def opened(self) -> "Run":
        """Let the tap in: a run without streams."""
        from tajo_connector_sdk.run import opened  # noqa: PLC0415 - only a run needs it

        policy = HostPolicy.with_api_url(self.config.get("api_url"))
        policy = policy.without_tls(given.base_url(self.connector, self.config))
        return opened(self.connector, self.config, self.logger, self.session(policy))

    def discover_streams(self) -> "list[TableStream]":
        """Return a stream for each row; nothing is sent anywhere."""
        from tajo_connector_sdk.streams import TableStream  # noqa: PLC0415 - only a run needs it

        return [TableStream(self, row) for row in self.connector.streams]

    def write_records(self, stream: str, records: list[dict[str, Any]], extracted: str) -> None:
        """Write records that were read together at ``extracted`` (RFC 3339), and send them out."""
        self.message_writer.write_records(stream, records, extracted)
        self.lines.flush()

    def say_closed(self, row: Stream, denied: Denied) -> None:
        """Leave out a stream that these credentials may not read; the others go on.

        Raises Denied when that is every stream: then it is the credentials.
        """
        before, self._closed = self._closed, (*self._closed, denied)
        if len(self._closed) == sum(each.selected for each in self.streams.values()):
            raise denied
        told = denied.do in {each.do for each in before}
        self.logger.warning(
            "%s; the other streams go on", denied.of(row.name, row.access, told=told)
        )

    def say_state(self) -> None:
        """Send out the state, if it changed."""
        self.state_writer.write_state(self.state)

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over a state; raises ConfigurationError when it is not one."""
        bookmarks = state.get("bookmarks", {})
        if not isinstance(bookmarks, dict) or not all(
            isinstance(kept, dict) for kept in bookmarks.values()
        ):
            raise ConfigurationError(
                "state",
                "it holds no bookmarks by stream",
                right='{"bookmarks": {"<stream>": {...}}}',
                do="restore the state from before, or start without one",
            )
        super().load_state(state)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check the settings in our own words: singer-sdk's show the value, maybe a secret."""
        schema = self.config_jsonschema
        self.append_builtin_config(schema)
        others = set(schema["properties"])
        try:
            self._config = given.checked(self.connector, self._config, others)
        except ConfigurationError as error:
            if raise_errors:
                raise
            return [str(error)]
        return []

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """End at once, but never in the middle of a line; what was not written is read again."""
        command.terminate(self.lines, signum)

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Return the command line."""
        return command.one_line_command(super().get_singer_command(), cls.logger)

    @classmethod
    def cb_config(  # type: ignore[override] # it has the two attributes that are used
        cls,
        ctx: click.Context,  # noqa: ARG003 - click's signature
        param: click.Option,  # noqa: ARG003 - as above
        value: tuple[str, ...],
    ) -> command.ConfigFiles:
        """Read the configuration files; raises ConfigurationError when one cannot be."""
        for name in value:
            tidy(Path(name), cls.logger)
        return command.ConfigFiles.read(value)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Try every stream (``--test``), or write the schemas (``--test=schema``)."""
        if value != "all":
            super().cb_test(ctx, param, value)
            return
        tap = cls.of_command(ctx.params.get("config"))
        ctx.exit(command.trial(tap))

    @classmethod
    def invoke(  # type: ignore[override] # paths instead of open files: read with clear errors
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: command.ConfigFiles | None = None,
        state: str | None = None,
        catalog: str | None = None,
    ) -> None:
        """Run the tap as the command line says."""
        if about:
            cls.print_about(about_format)
            sys.exit(0)
        cls.print_version(print_fn=cls.logger.info)
        tap = cls.of_command(
            config,
            state=command.json_file("state", state) if state else None,
            catalog=command.json_file("catalog", catalog) if catalog else None,
        )
        tap.sync_all()

    @classmethod
    def of_command(cls, config: command.ConfigFiles | None, **files: Any) -> "TableTap":
        """Return the tap for a command line; from now on no log shows a secret."""
        config = config or command.ConfigFiles({}, parse_env=False)
        hide(given.secrets_in(cls.connector, config.config))
        if config.parse_env:
            given.check_environment(cls.connector, os.environ)
        tap = cls(config=config.config, parse_env_config=config.parse_env, **files)
        hide(given.secrets_in(cls.connector, tap.config))
        check_own_key(cls.connector, tap.config, os.environ)
        return tap


def make_tap(connector: Connector) -> type[TableTap]:
    """Return the Tap class of a connector: ``tap-<name>-tajo``, with discovery, state and maps."""
    made = type(
        f"Tap{connector.name.title()}",
        (TableTap,),
        {
            "__doc__": f"Singer tap for {connector.label} (facts checked {connector.checked}).",
            "__module__": TableTap.__module__,
            "name": f"tap-{connector.name}-tajo",
            "connector": connector,
        },
    )
    return cast("type[TableTap]", made)
