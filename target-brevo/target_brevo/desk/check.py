"""``target-brevo check``: whether a run could do its work, before it begins."""

from dataclasses import asdict
from typing import Any

import click

from target_brevo.desk.examination import examined, stopping
from target_brevo.desk.layout import table
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.desk.scene import Finding, Scene

_MARKS = {"ok": "ok", "note": "note", "warning": "WARN", "stop": "STOP"}
_STOPPED = 2


@click.command(name="check")
@desk_command
def COMMAND(opener: Opener) -> None:  # noqa: N802 - the name under which the desk finds it
    """Look at settings, ledger, key, attributes, lists, permissions and limits; write nothing.

    Ends with 2 when something would stop a run. Costs about ten calls, four of them of the hourly
    limit.
    """
    scene = Scene(
        opener.settings, opener.client, opener.clock, lambda: opener.database, opener.files
    )
    found = examined(scene)
    stops = len(list(stopping(found)))
    facts: dict[str, Any] = {"stops": stops, "findings": [asdict(each) for each in found]}
    opener.say(facts, lambda: _text(found, stops))
    if stops:
        raise click.exceptions.Exit(_STOPPED)


def _text(found: list[Finding], stops: int) -> str:
    rows = []
    for each in found:
        rows.append((_MARKS[each.state], each.what, each.says))
        if each.do:
            rows.append(("", "", f"→ {each.do}"))
    end = f"{stops} of these would stop a run" if stops else "a run can begin"
    return f"{table(('', 'of', 'found'), rows)}\n{end}"
