"""The command line: one clear line for every end, and the exit code that fits.

    0    done
    1    stopped while running; the state covers what was given out
    2    a setting, a file or a permission is wrong
    143  ended by SIGTERM (130 by SIGINT)

singer-sdk would print a traceback, which may hold people's data and says little to most. A reader
of standard output that has gone is click's to notice: exit code 1, and not a word.
"""

import json
import logging
import sys
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from singer_sdk.exceptions import ConfigurationError as SingerConfigurationError
from singer_sdk.exceptions import DiscoveryError, MappingError

from tajo_connector_sdk import profiling
from tajo_connector_sdk.errors import ConfigurationError, ConnectorError, Denied

if TYPE_CHECKING:
    from tajo_connector_sdk.tap import TableTap
    from tajo_connector_sdk.writer import Lines

RUN_FAILED, WRONGLY_SET = 1, 2


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """What ``--config`` gave: settings from files, and whether the environment counts too."""

    config: dict[str, Any]
    parse_env: bool

    @classmethod
    def read(cls, names: tuple[str, ...]) -> "ConfigFiles":
        """Read the files, later ones over earlier ones; ``ENV`` stands for the environment."""
        config: dict[str, Any] = {}
        for name in names:
            if name != "ENV":
                config |= json_file("config", name)
        return cls(config, parse_env="ENV" in names)


def json_file(what: str, path: str) -> dict[str, Any]:
    """Return the JSON object in a file; raises ConfigurationError when there is none."""
    where = f"{what} file {path}"
    try:
        said = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(where, error.strerror or "cannot be read") from None
    except UnicodeDecodeError:
        raise ConfigurationError(where, "not UTF-8 text", right="a JSON object") from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            where,
            f"not JSON (line {error.lineno}, column {error.colno})",
            right="a JSON object",
            do="write the file anew or restore it",
        ) from None
    if not isinstance(said, dict):
        raise ConfigurationError(where, f"JSON, but {type(said).__name__}", right="a JSON object")
    return said


class OneLineCommand(click.Command):
    """A command that ends in one line of log and a fitting exit code."""

    logger: logging.Logger

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command and leave the process."""
        logging.captureWarnings(capture=True)
        warnings.filterwarnings("once", category=DeprecationWarning)
        try:
            return super().main(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the last place that can say it in one line
            code = said_once(self.logger, error)
        sys.exit(code)


def said_once(logger: logging.Logger, error: Exception) -> int:
    """Log an error in one line and return the exit code."""
    if isinstance(error, ConnectorError):
        logger.error("%s", error)
        return error.exit_code
    if isinstance(error, SingerConfigurationError | MappingError | DiscoveryError):
        logger.error("settings or catalog: %s", error)
        return WRONGLY_SET
    last = traceback.extract_tb(error.__traceback__)[-1]
    logger.critical(
        "internal error, %s in %s line %d: a fault of this program, please report it; nothing "
        "was lost, the state covers what was given out",
        type(error).__name__,
        Path(last.filename).name,
        last.lineno or 0,
    )
    logger.debug("%s", "".join(traceback.format_tb(error.__traceback__)))
    return RUN_FAILED


def one_line_command(command: click.Command, logger: logging.Logger) -> click.Command:
    """Return singer-sdk's command with our ends; files are given by path, to be read here."""
    params = [
        click.Option(list(param.opts), type=click.STRING, help=getattr(param, "help", None))
        if param.name in {"state", "catalog"}
        else param
        for param in command.params
    ]
    made = OneLineCommand(
        name=command.name,
        callback=command.callback,
        params=[*params, profiling.option(command.name or "tap")],
        help=command.help,
        context_settings=command.context_settings,
    )
    made.logger = logger
    return made


def trial(tap: "TableTap") -> int:
    """Read one row of every stream and say which can be read; return the exit code.

    Raises what stops every stream: a refused key, an unreachable host.
    """
    from tajo_connector_sdk.preflight import missing_scopes  # noqa: PLC0415 - only this needs it

    run = tap.opened()
    failed, closed = 0, set[str]()
    for stream in tap.streams.values():
        scopes = missing_scopes(run.account, [(stream.row, stream.asked)])
        stream.ABORT_AT_RECORD_COUNT = 1
        try:
            if scopes:
                raise ConfigurationError(
                    stream.name,
                    f"the scope {', '.join(scopes)} is missing",
                    do=f"grant it in {tap.connector.screen}",
                )
            found = sum(len(part) for part in run.job(stream.choice).parts())
        except ConnectorError as told:
            said = denial(told, stream.row.access)
            if isinstance(told, Denied):
                said = str(told.of(stream.name, stream.row.access, told=told.do in closed))
                closed.add(told.do)
            if not said.startswith(stream.name):
                said = f"{stream.name}: {said}"
            failed = max(failed, told.exit_code)
            tap.logger.error("%s", said)  # noqa: TRY400 - one line
        else:
            none = "none behind the rows looked at" if stream.row.parent else "no rows yet"
            tap.logger.info("%s: can be read%s", stream.name, "" if found else f" ({none})")
    return failed


def denial(error: ConnectorError, access: str) -> str:
    """Return an error's line, with what a person must be granted besides scopes."""
    return f"{error}; {access}" if access and "denies" in error.what else str(error)


def terminate(lines: "Lines", signum: int) -> None:
    """Leave the process for a signal: at once, or when the line that is on its way is out."""
    code = 128 + signum
    if lines.writing:
        lines.leave = code
    else:
        raise SystemExit(code)
