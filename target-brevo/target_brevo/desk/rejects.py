"""``target-brevo rejects``: what was refused and why, sent again or set aside."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
import orjson

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.desk.commands import NearestGroup
from target_brevo.desk.layout import pairs, table
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.ledger.refused import Filter, Standing
from target_brevo.ledger.seal import Seal

if TYPE_CHECKING:
    from target_brevo.again import Tried

# So much of a hash tells one from another, and is enough to name it.
SHORT = 12
KINDS = ("contact", "event", "order", "product", "category", "record")


@click.group(name="rejects", cls=NearestGroup)
def COMMAND() -> None:  # noqa: N802 - the name under which the desk finds it
    """Look at what was refused, send it again, or set it aside."""


def narrowed(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that narrow down which rejects are meant."""
    for option in (
        click.option("--reason", default="", help="Only those whose reason holds this text."),
        click.option("--kind", default="", type=click.Choice(["", *KINDS]), help="Only this kind."),
        click.option("--stream", default="", help="Only those of this stream."),
    ):
        function = option(function)
    return function


@COMMAND.command(name="list")
@desk_command
@narrowed
@click.option("--all/--open", "closed", default=False, help="Also those that are closed.")
def listed(opener: Opener, **wanted: Any) -> None:
    """List refused records, the newest first."""
    found = opener.ledger.rejects.matching(Filter(**wanted))
    facts = {"ledger": opener.database.shown, "rejects": [each.shown() for each in found]}
    opener.say(facts, lambda: _table(found) if found else _none(opener))


@COMMAND.command(name="show")
@desk_command
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--record", "with_record", is_flag=True, help="Also the record, with its values.")
def show(opener: Opener, *, keys: tuple[str, ...], with_record: bool) -> None:
    """Show all that is known of refused records, by key or the beginning of it."""
    found = opener.ledger.rejects.matching(Filter(keys=keys, closed=True))
    seal = Seal(opener.settings.api_key, opener.database.salt)
    facts = [each.shown() for each in found]
    if with_record:
        for each, fact in zip(found, facts, strict=True):
            fact["record"] = _record(seal, each)
    opener.say({"rejects": facts}, lambda: "\n\n".join(map(_pairs, facts)) or _none(opener))


@COMMAND.command(name="drop")
@desk_command
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@narrowed
@click.option("--all", "everything", is_flag=True, help="All that the options name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(
    opener: Opener, *, keys: tuple[str, ...], everything: bool, yes: bool, **wanted: Any
) -> None:
    """Close rejects by hand and forget their records; nothing is sent."""
    _chosen(keys, everything=everything)
    rejects = opener.ledger.rejects
    found = rejects.matching(Filter(keys=keys, **wanted))
    if found and not yes:
        click.confirm(
            f"Close what was named ({len(found)}) and forget the records?", abort=True, err=True
        )
    rejects.shut([each.name for each in found], opener.clock.stamp())
    opener.say({"dropped": len(found)}, lambda: f"dropped: {len(found)}")


@COMMAND.command(name="replay")
@desk_command
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@narrowed
@click.option("--all", "everything", is_flag=True, help="All that the options name.")
def replay(opener: Opener, *, keys: tuple[str, ...], everything: bool, **wanted: Any) -> None:
    """Send refused records again, as they are mapped now.

    They go the way of any run: nothing is sent twice, and an older record overwrites nothing.
    """
    _chosen(keys, everything=everything)
    found = opener.ledger.rejects.matching(Filter(keys=keys, **wanted))
    tried = _replayed(opener, found[::-1])
    counts = Counter(each.outcome for each in tried)
    facts = {
        **counts,
        "rejects": [
            each.standing.shown() | {"outcome": each.outcome, "because": each.reason}
            for each in tried
        ],
    }
    opener.say(facts, lambda: _outcomes(tried) if tried else _none(opener))


def _replayed(opener: Opener, standings: Sequence[Standing]) -> "list[Tried]":
    """Send what is kept, the records of each platform through their own mapping."""
    tried: list[Tried] = []
    for platform in dict.fromkeys(each.original.platform for each in standings):
        of_platform = [each for each in standings if each.original.platform == platform]
        tried += _sent(opener, platform, of_platform)
    return tried


def _sent(opener: Opener, platform: str, standings: Sequence[Standing]) -> "list[Tried]":
    from target_brevo.again import Again  # noqa: PLC0415 - only what sends needs a load's parts
    from target_brevo.intake import Intake  # noqa: PLC0415 - as above
    from target_brevo.run import Run  # noqa: PLC0415 - as above

    settings = replace(
        opener.settings,
        platform=opener.settings.platform or platform,
        failed=True,
        max_reject_ratio=None,
        dry_run=False,
    )
    logger = logging.getLogger("target-brevo")
    run = Run(settings, opener.clock, lambda _state: None, logger)
    intake = Intake(settings, run, logger.warning)
    again = Again(intake, run, opener.clock.stamp)
    if platform not in ("", intake.platform):
        raise ConfigurationError(
            "platform setting",
            f"it is '{settings.platform}', and rejects of '{platform}' are meant",
            do="leave it out, or narrow the rejects down by --stream",
        )
    run.start()
    try:
        again.feed(standings)
        run.finish()
        return again.conclude()
    finally:
        run.close()


def _chosen(keys: tuple[str, ...], *, everything: bool) -> None:
    if bool(keys) == everything:
        raise ConfigurationError(
            "rejects",
            "it has to be said which",
            right="keys, or --all, which --stream, --kind and --reason narrow down",
        )


def _record(seal: Seal, standing: Standing) -> Any:
    line = standing.original.sealed and seal.open(standing.original.sealed, standing.key)
    return orjson.loads(line)["record"] if line else None


def _none(opener: Opener) -> str:
    return f"no such rejects (ledger {opener.database.shown})"


def _short(key: str) -> str:
    is_hash = len(key) == 32 and all(each in "0123456789abcdef" for each in key)  # noqa: PLR2004 - ledger.book.digest
    return key[:SHORT] if is_hash else key


def _table(found: Sequence[Standing]) -> str:
    head = ("stream", "kind", "key", "tries", "last seen", "state", "reason")
    return table(
        head,
        [
            (
                each.stream,
                each.kind,
                _short(each.shown_key),
                each.tries,
                each.last_seen[:19],
                "closed" if each.closed_at else "open",
                each.reason,
            )
            for each in found
        ],
    )


def _pairs(facts: dict[str, Any]) -> str:
    record = facts.pop("record", None)
    text = pairs([(name.replace("_", " "), value) for name, value in facts.items()])
    if record is None:
        return text
    return f"{text}\n{orjson.dumps(record, option=orjson.OPT_INDENT_2).decode()}"


def _outcomes(tried: "Sequence[Tried]") -> str:
    return table(
        ("stream", "kind", "key", "outcome", "reason"),
        [
            (
                each.standing.stream,
                each.standing.kind,
                _short(each.standing.shown_key),
                each.outcome,
                each.reason,
            )
            for each in tried
        ],
    )
