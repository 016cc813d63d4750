"""What the demo ends in: a picture of what landed, as a page and as a short table."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from tajo.demo.stage import Stage
from tajo.report import Bucket, Count, Picture, Run

SAMPLES = 6
PERIODS = {1: "a second", 3600: "an hour"}


def picture_of(stage: Stage, runs: Iterable[Run]) -> Picture:
    """Put together what the store holds, what Brevo holds and what the runs did."""
    state = stage.ask("/state.json")
    store, brevo = state["store"], state["brevo"]
    return Picture(
        made_at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        shop=store["shop"],
        store=(),
        brevo=(
            Count("Contacts", brevo["contacts"], f"of {store['customers']:,} customers and guests"),
            Count("Orders", brevo["orders"], f"of {store['orders']:,}, test orders left out"),
            Count("Products", brevo["products"], f"of {store['products']:,}"),
            Count("Categories", brevo["categories"], f"of {store['collections']:,} collections"),
        ),
        consent=(
            Count("store: subscribed", store["subscribed"]),
            Count("store: said no", store["unsubscribed"]),
            Count("Brevo: mail blocked", brevo["email_blocked"]),
            Count("Brevo: SMS blocked", brevo["sms_blocked"]),
        ),
        lists=tuple(Count(each["name"], each["contacts"]) for each in brevo["lists"]),
        events=tuple(Count(name, count) for name, count in brevo["events"].items()),
        runs=tuple(runs),
        buckets=tuple(buckets(brevo["limits"])),
        samples=tuple(sample(each) for each in stage.ask(f"/brevo/contacts.json?limit={SAMPLES}")),
    )


def buckets(limits: Mapping[str, Any]) -> Iterable[Bucket]:
    """Return the hourly windows of Brevo's buckets that were used."""
    for name, windows in limits.items():
        widest = max(windows, key=lambda window: window["seconds"])
        if widest["used"]:
            seconds = widest["seconds"]
            period = PERIODS.get(seconds, f"in {seconds} s")
            yield Bucket(name, widest["used"], widest["limit"], period)


def sample(contact: Mapping[str, Any]) -> dict[str, str]:
    """Return a contact of the sandbox as a row for the page."""
    attributes = contact["attributes"]
    return {
        "e-mail": contact.get("email") or "",
        "name": f"{attributes.get('FIRSTNAME', '')} {attributes.get('LASTNAME', '')}".strip(),
        "orders": str(attributes.get("ORDER_COUNT", "")),
        "spent": str(attributes.get("TOTAL_SPENT", "")),
        "mail": "blocked" if contact["emailBlacklisted"] else "open",
    }


def table_of(picture: Picture) -> Table:
    """Return the short table for a terminal."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("run", no_wrap=True)
    for name in ("s", "calls", "writes", "sent", "unchanged", "refused", "filtered"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("checks", no_wrap=True)
    for run in picture.runs:
        figures = (sum(getattr(line, word) for line in run.lines) for word in SUMS)
        good = all(check.holds for check in run.checks)
        table.add_row(
            run.title,
            f"{run.seconds:.1f}",
            f"{run.calls:,}",
            f"{run.writing_calls:,}",
            *(f"{figure:,}" for figure in figures),
            "[green]hold[/]" if good else "[red]FAIL[/]",
        )
    return table


SUMS = ("sent", "unchanged", "rejected", "filtered")
