"""``target-brevo rejects``: what was refused, and why."""

from dataclasses import asdict
from typing import Any

import click

from target_brevo.desk.commands import NearestGroup
from target_brevo.desk.layout import table
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.ledger.rejects import Filter, Standing


@click.group(name="rejects", cls=NearestGroup)
def COMMAND() -> None:  # noqa: N802 - the name under which the desk finds it
    """Look at what was refused, send it again, or set it aside."""


@COMMAND.command(name="list")
@desk_command
@click.option("--stream", default="", help="Only those of this stream.")
@click.option("--kind", default="", help="contact, event, order, product, category or record.")
@click.option("--reason", default="", help="Only those whose reason holds this text.")
@click.option("--all/--open", "closed", default=False, help="Also those that are closed.")
def listed(opener: Opener, **wanted: Any) -> None:
    """List refused records, the newest first."""
    found = opener.ledger.rejects.matching(Filter(**wanted))
    place = opener.database.shown
    facts = {"ledger": place, "rejects": [asdict(each) for each in found]}
    opener.say(facts, lambda: _table(found) if found else f"no rejects (ledger {place})")


def _table(found: list[Standing]) -> str:
    head = ("stream", "kind", "key", "tries", "last seen", "", "reason")
    rows = [
        (
            each.stream,
            each.kind,
            each.shown_key,
            each.tries,
            each.last_seen[:19],
            "closed" if each.closed_at else "open",
            each.reason,
        )
        for each in found
    ]
    return table(head, rows)
