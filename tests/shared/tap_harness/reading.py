"""Runs the tap of any table in this process, against whatever listens."""

import contextlib
import io
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from hand_clock import HandClock

from tajo_connector_sdk import rest
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.rates import Pacer
from tajo_connector_sdk.tap import make_tap


@dataclass
class Reading:
    """What a tap wrote; ``gone`` are the deletions."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    states: list[dict[str, Any]] = field(default_factory=list)
    schemas: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    error: Exception | None = None
    loaded: Any = None

    @property
    def state(self):
        return self.states[-1]

    def ids(self, stream):
        return [row["id"] for row in self.rows[stream]]

    def take(self, text):
        self.text = text
        for line in text.splitlines():
            message = json.loads(line)
            if message["type"] == "RECORD":
                record = message["record"]
                kept = self.gone if record.get("_sdc_deleted_at") else self.rows
                kept[message["stream"]].append(record)
            elif message["type"] == "STATE":
                self.states.append(message["value"])
            else:
                self.schemas[message["stream"]] = message
        return self


class Hasty(HttpSession):
    """Waits for nothing."""

    def __init__(self, policy):
        # Gives the core away: what is waited for may be a thread of this process.
        super().__init__(policy, sleep=lambda seconds: time.sleep(min(seconds, 0.01)))


def hasty_pacer(rate, **_seams):
    """The tap's pacer in a time that passes only while it waits."""
    hand = HandClock()
    return Pacer(rate, clock=hand.monotonic, sleep=hand.sleep)


def read(connector, settings, state=None, *, catalog=None, only=None, session=Hasty):
    """Run the tap of a table to its end and return what it wrote, its error among it.

    ``only`` selects streams by name, or fields by stream; ``session`` makes the HTTP session
    (None: the tap's own, which really waits).
    """
    tap_class = make_tap(connector)
    if only:
        catalog = selection(tap_class, only)
    tap = tap_class(config=settings, state=json.loads(json.dumps(state or {})), catalog=catalog)
    if session:
        tap.session = session
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    reading = Reading()
    pacer = hasty_pacer if session else Pacer
    try:
        with contextlib.redirect_stdout(out), mock.patch.object(rest, "Pacer", pacer):
            tap.sync_all()
    except Exception as error:  # noqa: BLE001 - the tests look at it
        reading.error = error
    out.seek(0)
    return reading.take(out.read())


def selection(tap_class, only):
    """A catalog that selects the streams of these names, or their fields."""
    catalog = tap_class(config={}, validate_config=False).catalog_dict
    for stream in catalog["streams"]:
        wanted = only.get(stream["tap_stream_id"]) if isinstance(only, dict) else None
        for entry in stream["metadata"]:
            breadcrumb = entry["breadcrumb"]
            if not breadcrumb:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in only
            elif wanted is not None:
                entry["metadata"]["selected"] = ".".join(breadcrumb[1::2]) in wanted
    return catalog
