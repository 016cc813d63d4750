"""A shop to read, and a way to read it in this process."""

import contextlib
import dataclasses
import io
import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import tajo_sandbox
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.tap import make_tap
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import SHOPIFY


@pytest.fixture(autouse=True)
def no_settings_from_the_shell(monkeypatch):
    """Keep what a person has exported for the tap out of its tests."""
    for name in [name for name in os.environ if name.startswith("TAP_SHOPIFY_TAJO_")]:
        monkeypatch.delenv(name)


@dataclass
class Reading:
    """What a tap wrote; ``gone`` are the deletions."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    states: list[dict[str, Any]] = field(default_factory=list)
    schemas: dict[str, Any] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def state(self):
        return self.states[-1]

    def ids(self, stream):
        return [row["id"] for row in self.rows[stream]]

    def take(self, text):
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
    """Waits for nothing longer than a bulk operation of the sandbox takes."""

    naps: list[float]

    def __init__(self, policy):
        self.naps = []
        super().__init__(policy, sleep=self.naps.append)


@pytest.fixture
def open_shop():
    """A function that runs a shop: rows in its store, or a store of the test's own."""
    with contextlib.ExitStack() as stack:

        def opened(customers=0, orders=0, *, store=None, age_days=1, **switches):
            now = datetime.now(UTC) - timedelta(days=age_days)
            store = store or Store.generate(customers=customers, orders=orders, now=now)
            given = {"maximum_available": 1e9, "restore_rate": 1e9, "bulk_seconds": 0.0}
            running = tajo_sandbox.running(
                store=store,
                brevo=False,
                control=False,
                switches=Switches(**{**given, **switches}),
            )
            return stack.enter_context(running)

        yield opened


@pytest.fixture
def connector_with():
    """A function that gives Shopify's table with other facts of its transport."""

    def changed(**facts):
        return dataclasses.replace(
            SHOPIFY, transport=dataclasses.replace(SHOPIFY.transport, **facts)
        )

    return changed


@pytest.fixture
def by_pages(connector_with):
    """Shopify without bulk operations, in small pages."""
    return connector_with(bulk=None, page_limit=20)


@pytest.fixture
def read():
    """A function that runs a tap to its end and returns what it wrote."""

    def run(shop, state=None, *, connector=SHOPIFY, catalog=None, only=None, hasty=True, **config):
        given = {
            "shop_url": "demo-store.myshopify.com",
            "api_url": shop.platform_url,
            "access_token": "shpat_sandbox",
            **config,
        }
        tap_class = make_tap(connector)
        if only:
            catalog = selection(tap_class, only)
        tap = tap_class(config=given, state=json.loads(json.dumps(state or {})), catalog=catalog)
        if hasty:
            tap.session = Hasty
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        reading = Reading()
        try:
            with contextlib.redirect_stdout(out):
                tap.sync_all()
        except Exception as error:  # noqa: BLE001 - the tests look at it
            reading.error = error
        out.seek(0)
        return reading.take(out.read())

    return run


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


@pytest.fixture
def select():
    return selection


@pytest.fixture
def asked():
    """A function that gives the requests a shop has got, by root field."""

    def of(shop, *roots):
        return [entry for entry in shop.platform_requests if entry.root in roots]

    return of


@pytest.fixture
def gids():
    """A function that gives the ids of a stream's rows in a store."""

    kinds = {row.name: row.kind for row in SHOPIFY.streams}

    def of(store, stream):
        return sorted(row.gid for row in store.shelf(kinds[stream]).values())

    return of
