"""The command line: the loader, the commands for people beside it, and one line per failure."""

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.plugin_base import SingerCommand

from tajo_connector_sdk.errors import ConnectorError
from tajo_connector_sdk.redaction import redact
from tajo_mapping.errors import MappingError
from target_brevo.clock import Clock
from target_brevo.desk.commands import Desk
from target_brevo.desk.opening import Opener, Source

CONFIGURATION, RUN_TIME = 2, 1
# Where the context keeps the paths of ``--config``, which are read when it is parsed.
FILES = "target_brevo.files"


class LoaderCommand(SingerCommand, Desk):
    """The loader, and a group of commands for people; every failure is one clear line.

    ``target-brevo --config c.json < lines`` loads; ``target-brevo --config c.json rejects list``,
    and ``rejects list --config c.json``, run a command instead. ``source`` says where a command
    finds its settings. A Clock that is handed in as ``obj`` is used instead of the machine's.
    """

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, invoke_without_command=True, **kwargs)
        self._source = source

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the command line, the settings' files included."""
        with one_line(self.logger):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the loader, or the command that was named."""
        logging.captureWarnings(capture=True)
        given = ctx.params.get("config")
        ctx.obj = Opener(
            self._source,
            dict(given.config) if given else {},
            ctx.obj if isinstance(ctx.obj, Clock) else Clock(),
            use_environment=bool(given and given.parse_env),
            files=[Path(name) for name in ctx.meta.get(FILES, ())],
        )
        with one_line(self.logger):
            # The SDK's own invoke prints tracebacks, and ends with 1 for a wrong setting.
            return Desk.invoke(self, ctx)


@contextmanager
def one_line(logger: logging.Logger) -> Iterator[None]:
    """Tell any failure inside as one line and end the process with its exit code."""
    try:
        yield
    except (click.exceptions.Exit, click.ClickException, click.Abort):
        raise
    except BrokenPipeError:
        # Whoever read our state is gone; nothing more can be told to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        logger.warning("standard output was closed by its reader: stopping")
        sys.exit(RUN_TIME)
    except (ConnectorError, MappingError) as error:
        logger.error("%s", redact(str(error)))  # noqa: TRY400 - one line, no traceback
        sys.exit(error.exit_code)
    except ConfigValidationError as error:
        logger.error("%s", "; ".join(error.errors))  # noqa: TRY400 - as above
        sys.exit(CONFIGURATION)
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be told
        logger.error(  # noqa: TRY400 - as above
            "a fault in target-brevo itself (%s at %s); state covers only what was confirmed; "
            "please report this line",
            type(error).__name__,
            _place(error),
        )
        sys.exit(RUN_TIME)


def _place(error: Exception) -> str:
    """Return file and line of a fault, without any value."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
