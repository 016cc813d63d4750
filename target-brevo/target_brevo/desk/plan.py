"""``target-brevo plan``: what a load costs in calls and hours, before it runs."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click
import orjson

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.brevo.tiers import TIERS, Tier, duration, own_tier, seconds_of, total
from target_brevo.desk.costs import KINDS, Amounts, Batches, by_bucket, costs, waiting
from target_brevo.desk.layout import table
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.ledger.amounts import amounts_of

_LETTER = "by the letter of Brevo's table (batches of events and orders are counted per hour)"
_KINDLY = "if Brevo counts batches with their single calls (the first answer tells)"
_NOTES = (
    "times are the least that Brevo's limits allow; its own time for imports is not published",
    "other integrations of the account draw on the same buckets",
    "a first load sends no event that happened before it: count only the events to come",
)
_BATCHES: tuple[Batches, ...] = ("hourly", "single")


@click.command(name="plan")
@desk_command
@click.option("--contacts", type=click.IntRange(0), help="Contacts that are new or changed.")
@click.option("--events", type=click.IntRange(0), help="Events that are to be sent.")
@click.option("--orders", type=click.IntRange(0), help="Orders that are new or changed.")
@click.option("--products", type=click.IntRange(0), help="Products that are new or changed.")
@click.option("--categories", type=click.IntRange(0), help="Categories that are new or changed.")
@click.option("--held", type=click.IntRange(0), help="Contacts that the account holds already.")
@click.option("--from-summary", type=click.Path(path_type=Path), help="Counts of a run's summary.")
@click.option("--from-ledger", is_flag=True, help="Counts of all that the ledger knows.")
@click.option("--account", is_flag=True, help="Ask Brevo (2 calls) for the account's own limits.")
def COMMAND(  # noqa: N802 - the name under which the desk finds it
    opener: Opener,
    *,
    from_summary: Path | None,
    from_ledger: bool,
    account: bool,
    **given: int | None,
) -> None:
    """Tell how many calls and hours a load takes, and what waits for which bucket."""
    amounts = _amounts(opener, from_summary, given, from_ledger=from_ledger)
    bodies = str(opener.config.get("import_bodies") or "json")
    tiers = dict(TIERS)
    if account:
        tiers |= _own(opener)
    facts: dict[str, Any] = {
        "amounts": asdict(amounts),
        "limits_as_of": "2026-08-13",
        "plans": [
            _plan(amounts, name, tier, batches, bodies)
            for batches in _BATCHES
            for name, tier in tiers.items()
        ],
    }
    opener.say(facts, lambda: _text(facts))


def _plan(amounts: Amounts, name: str, tier: Tier, batches: Batches, bodies: str) -> dict[str, Any]:
    found = costs(amounts, tier, batches, bodies)
    calls = by_bucket(found)
    seconds = seconds_of(calls, tier)
    return {
        "limits": name,
        "batches": batches,
        "seconds": total(seconds),
        "buckets": {
            bucket: {
                "calls": calls[bucket],
                "allowed": tier[bucket][0].words,
                "seconds": seconds[bucket],
                "waiting": list(waiting(found).get(bucket, ())),
            }
            for bucket in calls
        },
        "costs": [asdict(cost) for cost in found],
    }


def _amounts(
    opener: Opener, summary: Path | None, given: Mapping[str, int | None], *, from_ledger: bool
) -> Amounts:
    found = Amounts()
    if from_ledger:
        found = replace(found, **amounts_of(opener.ledger.database, opener.ledger.places.account))
    if summary is not None:
        found = replace(found, **_of_summary(summary))
    found = replace(found, **{name: count for name, count in given.items() if count is not None})
    if not any(getattr(found, kind) for kind in KINDS):
        raise ConfigurationError(
            "plan",
            "nothing to send was named",
            right="--contacts 250000 --orders 40000, or --from-summary FILE, or --from-ledger",
            do="give at least one count",
        )
    return found


def _of_summary(path: Path) -> dict[str, int]:
    """Return what a run of this summary had to send: all but what was unchanged."""
    try:
        streams = orjson.loads(path.read_bytes())["streams"].values()
        lines = [pair for stream in streams for pair in stream["kinds"].items()]
        found = dict.fromkeys(KINDS, 0)
        for kind, line in lines:
            name = "categories" if kind == "category" else f"{kind}s"
            if name in found:
                found[name] += int(line["sent"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(
            f"--from-summary {path}",
            "it is no summary of a run",
            right="a file that a run (or a dry run) wrote as summary_file",
            do="run with summary_file set, best with dry_run: true",
        ) from None
    return found


def _own(opener: Opener) -> dict[str, Tier]:
    """Ask two harmless questions, one for each sort of bucket, and read the headers."""
    client = opener.client
    client.get("/account")
    client.get("/contacts", {"limit": "1"})
    own = own_tier(client.pacer.windows)
    return {f"this account's ({own[0]})": own[1]} if own else {}


def _text(facts: Mapping[str, Any]) -> str:
    amounts = facts["amounts"]
    counts = [f"{amounts[each.name]:,} {each.name}" for each in fields(Amounts)]
    told = ", ".join(count for count in counts if not count.startswith("0 "))
    parts = [f"To send: {told.replace(' held', ' contacts held by the account')}"]
    for batches, title in zip(_BATCHES, (_LETTER, _KINDLY), strict=True):
        plans = [plan for plan in facts["plans"] if plan["batches"] == batches]
        parts += ["", f"{title[0].upper()}{title[1:]}:", _table(plans)]
    first = facts["plans"][0]["costs"]
    rows = [(cost["kind"], cost["what"], cost["bucket"], f"{cost['calls']:,}") for cost in first]
    parts += ["", "Calls at General limits, by the letter:"]
    parts += [table(("for", "call", "bucket", "calls"), rows)]
    notes = [f"limits: developers.brevo.com/docs/api-limits, {facts['limits_as_of']}", *_NOTES]
    return "\n".join([*parts, "", *(f"note: {note}" for note in notes)])


def _table(plans: list[Mapping[str, Any]]) -> str:
    rows = []
    for plan in plans:
        rows.append((plan["limits"], "all", "", "", duration(plan["seconds"]), ""))
        for name, each in plan["buckets"].items():
            waits = ", ".join(each["waiting"])
            time = duration(each["seconds"])
            rows.append(("", name, f"{each['calls']:,}", each["allowed"], time, waits))
    return table(("limits", "bucket", "calls", "allowed", "at least", "what draws on it"), rows)
