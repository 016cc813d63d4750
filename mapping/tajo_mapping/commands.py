"""The command ``tajo-mapping``: the Singer mapper, and ``check``, ``try`` and ``show`` for people.

Exit codes: 0 done; 1 records were refused or the input broke; 2 a setting or a mapping is wrong.

Each imports what it needs when it is asked for: ``--version`` and ``--about`` ask for none of it.
"""

import argparse
import logging
import logging.config
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tajo_mapping.about import NAME, about
from tajo_mapping.errors import BrokenInput, MappingError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command with the given arguments; return its exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return _dispatch(chosen)
    except (MappingError, BrokenInput) as error:
        _start_logging()
        logging.getLogger(NAME).error("%s", error)  # noqa: TRY400 - one line, no traceback
        return error.exit_code
    except BrokenPipeError:
        # Whoever reads our output has ended; Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _dispatch(chosen: argparse.Namespace) -> int:
    if chosen.about:
        _print(about(chosen.format))
        return 0
    if chosen.command:
        return _for_people(chosen)
    from tajo_mapping.mapper import TajoMapping  # noqa: PLC0415 - late, as said above

    _start_logging()
    return TajoMapping(_config(chosen.config)).run(sys.stdin.buffer, sys.stdout.buffer)


def _for_people(chosen: argparse.Namespace) -> int:
    from tajo_mapping.people import check_file, python_of, try_record  # noqa: PLC0415 - as above

    if chosen.command == "check":
        _print(check_file(chosen.file, chosen.platform, chosen.catalog))
        return 0
    if chosen.command == "show":
        _print(python_of(chosen.file, chosen.platform, chosen.python))
        return 0
    shown, refused = try_record(
        chosen.file, chosen.record, chosen.platform, chosen.stream, chosen.store
    )
    _print(shown)
    return 1 if refused else 0


def _print(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        NAME,
        description="Maps a Singer tap's messages (standard input) to what Brevo would get.",
    )
    parser.add_argument("--config", action="append", default=[], help="a settings file (JSON)")
    parser.add_argument("--about", action="store_true", help="print what this plugin is")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="of --about")
    parser.add_argument("--version", action="version", version=f"{NAME} {version('tajo-mapping')}")
    commands = parser.add_subparsers(dest="command", metavar="{check,try,show}")
    check = commands.add_parser("check", help="check a mapping file, and show what it writes")
    check.add_argument("file", type=Path, help="the mapping file")
    check.add_argument("--platform", help="where the file does not say it")
    check.add_argument("--catalog", type=Path, help="a tap's catalog: check the fields as well")
    attempt = commands.add_parser("try", help="show what becomes of one record")
    attempt.add_argument("file", type=Path, help="the mapping file")
    attempt.add_argument("record", help="a file with a record or a RECORD message; - reads it here")
    attempt.add_argument("--platform", help="where the file does not say it")
    attempt.add_argument("--stream", help="the record's stream, if not the main one")
    attempt.add_argument("--store", default="default", help="for a record without _tajo_store")
    show = commands.add_parser("show", help="show the function that a stream is mapped with")
    show.add_argument("file", type=Path, help="the mapping file")
    show.add_argument("--platform", help="where the file does not say it")
    show.add_argument("--python", required=True, metavar="STREAM", help="the stream, as Python")
    return parser


def _config(files: Sequence[str]) -> dict[str, Any]:
    """Return the settings of all files, later ones over earlier ones."""
    from tajo_mapping.people import read_object  # noqa: PLC0415 - late, as said above

    settings: dict[str, Any] = {}
    for file in files:
        settings |= read_object(Path(file))
    return settings


def _start_logging() -> None:
    """Log to standard error, in the form that Meltano asks for where it does."""
    import yaml  # noqa: PLC0415 - late, as said above

    asked = os.environ.get("SINGER_SDK_LOG_CONFIG")
    try:
        if asked:
            logging.config.dictConfig(yaml.safe_load(Path(asked).read_text(encoding="utf-8")))
            return
    except (OSError, ValueError, TypeError, yaml.YAMLError):
        # A log of another form is better than none.
        pass
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
