"""What a run did, as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from target_brevo.brevo.client import Calls
from target_brevo.brevo.tiers import duration
from target_brevo.tally import VERDICTS, Tally

_HEAD = ("stream", "kind", "made", *VERDICTS)


def summary_of(
    tally: Tally,
    calls: Calls | None,
    *,
    seconds: float,
    streams: Sequence[str],
    bookmarks: Mapping[str, str],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return all figures of a run as JSON values.

    ``streams`` were declared by the tap, ``bookmarks`` say how far each was read,
    ``about`` names the account, the ledger and whether it was a dry run.
    """
    found: dict[str, Any] = {}
    for stream in dict.fromkeys((*streams, *(stream for stream, _ in tally.lines))):
        kinds = {kind: line.as_dict() for (of, kind), line in tally.lines.items() if of == stream}
        found[stream] = {"records": tally.records[stream], "kinds": kinds}
        if not tally.records[stream]:
            since = bookmarks.get(stream)
            found[stream]["why_none"] = (
                f"the tap has read up to {since}" if since else "the tap sent none"
            )
    return {
        **about,
        "seconds": round(seconds, 3),
        "streams": found,
        "calls": {
            "all": calls.all if calls else 0,
            "writing": calls.writing if calls else 0,
            "repeated": calls.repeated if calls else 0,
            "by_bucket": dict(calls.by_bucket) if calls else {},
        },
        "possible_automation_starts": dict(tally.starts),
        "unknown_outcomes": tally.unknown,
        "undelivered": tally.undelivered,
        "notes": dict(tally.notes),
    }


def as_text(summary: Mapping[str, Any]) -> str:
    """Return the summary as a table with its reasons below."""
    rows: list[tuple[str, ...]] = [_HEAD]
    reasons: list[str] = []
    for stream, of_stream in summary["streams"].items():
        for kind, line in of_stream["kinds"].items():
            rows.append((stream, kind, *(str(line[name]) for name in ("made", *VERDICTS))))
            reasons += _reasons(stream, kind, line.get("reasons", {}))
        if "why_none" in of_stream:
            rows.append((stream, "-", "0", *["" for _ in VERDICTS]))
            reasons.append(f"{stream}: 0 rows, {of_stream['why_none']}")
    title = "What this run would have done (dry run: nothing was written)"
    head = title if summary.get("dry_run") else "What this run did"
    return "\n".join(
        [
            f"{head}, in {summary['seconds']:.1f} s",
            *(_aligned(rows) if len(rows) > 1 else ["  nothing came in"]),
            *reasons,
            *_forecast(summary.get("forecast")),
            *_feet(summary),
        ]
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    text_columns = 2
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if column < text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def _reasons(stream: str, kind: str, reasons: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [
        f"{stream}, {kind}: {count} {verdict}: {reason}"
        for verdict, counts in reasons.items()
        for reason, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]


def _forecast(forecast: Mapping[str, Any] | None) -> list[str]:
    """Return what a run would change, and how long that takes, as lines."""
    if forecast is None:
        return []
    would = ", ".join(f"{what} {count}" for what, count in forecast["would"].items() if count)
    lines = [f"contacts, compared with what Brevo holds: {would or 'nothing'}"]
    for name, counts in forecast["attributes"].items():
        how = ", ".join(f"{how} {count}" for how, count in sorted(counts.items()))
        lines.append(f"  {name}: {how}")
    buckets = ", ".join(
        f"{name} {each['calls']} in {duration(each['seconds'])}"
        for name, each in forecast["buckets"].items()
    )
    compared = forecast["calls_to_compare"]
    lines.append(
        f"the calls of a run take {duration(forecast['seconds'])} at {forecast['limits']} limits "
        f"({buckets}), and Brevo's own time for imports comes on top; "
        f"{compared} {'call was' if compared == 1 else 'calls were'} made to compare"
    )
    return lines


def _feet(summary: Mapping[str, Any]) -> list[str]:
    calls = summary["calls"]
    buckets = ", ".join(f"{name} {count}" for name, count in sorted(calls["by_bucket"].items()))
    starts = summary["possible_automation_starts"]
    started = ", ".join(f"{count} {what}" for what, count in sorted(starts.items())) or "none"
    lines = [
        f"calls to Brevo: {calls['all']}, of them writing {calls['writing']}"
        + (f" ({buckets})" if buckets else ""),
        f"automations that may have started: {started}",
    ]
    if summary["unknown_outcomes"]:
        lines.append(
            f"outcome unknown: {summary['unknown_outcomes']} events (sent without an answer, not "
            "found in Brevo, not sent twice)"
        )
    if summary["undelivered"]:
        lines.append(f"not delivered: {summary['undelivered']} (the next run sends them)")
    for text, count in sorted(summary["notes"].items()):
        lines.append(f"note: {'once' if count == 1 else f'{count} times'}: {text}")
    if summary.get("rejects_open"):
        lines.append(f"rejects: {summary['rejects_open']} open, in the ledger {summary['ledger']}")
    return lines
