"""Runs the tap of any table in this process, against whatever listens; for the tests of taps."""

import contextlib
import dataclasses
import importlib
import io
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector
from tajo_connector_sdk.tap import make_tap

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Reading:
    """What a tap wrote; ``gone`` are the deletions."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    states: list[dict[str, Any]] = field(default_factory=list)
    schemas: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    error: Exception | None = None

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
    """Waits for nothing; ``naps`` are the seconds that it would have waited."""

    naps: list[float]

    def __init__(self, policy):
        self.naps = []
        super().__init__(policy, sleep=self.nap)

    def nap(self, seconds):
        """Give the core away: a pacer looks at the real clock and asks again until it is time."""
        self.naps.append(seconds)
        time.sleep(min(seconds, 0.01))


def read(connector, settings, state=None, *, catalog=None, only=None, session=Hasty):
    """Run the tap of a table to its end and return what it wrote, its error among it.

    ``only`` selects streams by name, or fields by stream; ``session`` makes the HTTP session
    (None: the tap's own).
    """
    tap_class = make_tap(at_once(connector) if session is Hasty else connector)
    if only:
        catalog = selection(tap_class, only)
    tap = tap_class(config=settings, state=json.loads(json.dumps(state or {})), catalog=catalog)
    if session:
        tap.session = session
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    reading = Reading()
    try:
        with contextlib.redirect_stdout(out):
            tap.sync_all()
    except Exception as error:  # noqa: BLE001 - the tests look at it
        reading.error = error
    out.seek(0)
    return reading.take(out.read())


def at_once(connector):
    """The table without a rate: who waits for nothing would only turn round until it is time."""
    if not isinstance(connector.transport, REST):
        return connector
    rate = dataclasses.replace(connector.transport.rate, per_second=None)
    transport = dataclasses.replace(connector.transport, rate=rate)
    return dataclasses.replace(connector, transport=transport)


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


def tables():
    """The table of every tap in ``taps/``, by the connector's name."""
    found = {}
    for project in sorted((ROOT / "taps").glob("tap-*-tajo/pyproject.toml")):
        module = importlib.import_module(project.parent.name.replace("-", "_"))
        made = [each for each in vars(module).values() if isinstance(each, Connector)]
        assert len(made) == 1, f"{module.__name__} exports {len(made)} tables, not one"
        found[made[0].name] = made[0]
    return found


@dataclass
class Loaded:
    """What a load left: the loader's summary, its states, its error."""

    summary: dict[str, Any]
    states: list[dict[str, Any]]
    error: Exception | None = None


def load(lines, sandbox, folder, **settings):
    """Load what a tap wrote into the sandbox's Brevo; ``folder`` keeps the ledger between loads."""
    from target_brevo.target import TargetBrevo  # noqa: PLC0415 - only pipes need the loader

    given = {
        "api_key": "xkeysib-sandbox",
        "api_url": sandbox.brevo_url,
        "ledger_url": f"sqlite:///{folder / 'ledger.db'}",
        "platform": sandbox.platform,
        **settings,
    }
    target, out, error = TargetBrevo(config=given), io.StringIO(), None
    try:
        with contextlib.redirect_stdout(out):
            target.listen(io.StringIO(lines))
    except Exception as raised:  # noqa: BLE001 - the tests look at it
        error = raised
        target.sum_up()
    target.run.close()
    sandbox.brevo.settle()
    return Loaded(target.summary, [json.loads(line) for line in out.getvalue().splitlines()], error)
