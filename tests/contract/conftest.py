"""Every table, and a stage for each: its stand-in with a small store, and a way to read it."""

import contextlib
import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import tap_harness

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector
from tajo_sandbox.store import Store

TABLES = tap_harness.tables()
# Where a platform meters by time, so much room that a test need not wait.
ROOM = {"shopify": {"maximum_available": 1e9, "restore_rate": 1e9}}


@pytest.fixture(params=TABLES, scope="module")
def connector(request):
    """The table of each tap."""
    return TABLES[request.param]


@dataclass
class Stage:
    """A table's stand-in that runs, as its tap sees it."""

    connector: Connector
    sandbox: Any
    settings: dict[str, Any]

    def read(self, state=None, *, connector=None, only=None, **settings):
        given = {**self.settings, "api_url": self.sandbox.platform_url, **settings}
        return tap_harness.read(connector or self.connector, given, state, only=only)

    @property
    def switches(self):
        return self.sandbox.platform_switches

    @property
    def secrets(self):
        named = {each.name for each in self.connector.settings if each.secret}
        return [str(value) for name, value in self.settings.items() if name in named]


@pytest.fixture(scope="module")
def stage(connector):
    """One stage for all tests of a table: a test that sets a fault takes it away."""
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=12, orders=24, products=8, seed=5, now=now)
    store.clock = lambda: now
    for order in store.place_orders(2):
        store.refund(order, whole=False)
    store.clock = lambda: datetime.now(UTC)
    with tajo_sandbox.running(
        platform=connector.name, store=store, brevo=False, control=False
    ) as sandbox:
        sandbox.platform_switches.apply(ROOM.get(connector.name, {}))
        yield Stage(connector, sandbox, dict(PLATFORMS[connector.name].settings))


@pytest.fixture(scope="module")
def first(stage):
    """What a first run of the stage wrote."""
    reading = stage.read()
    assert reading.error is None, reading.error
    return reading


@pytest.fixture
def failing(stage):
    """A function that lets the stage fail, until the test is over."""
    with contextlib.ExitStack() as stack:

        def fail(kind, **details):
            stack.callback(stage.switches.faults.clear)
            return stage.switches.fail(kind, **details)

        yield fail


def in_small_pages(connector, most=3):
    """A table whose pages hold so few rows that every walk has to turn them."""
    if not isinstance(connector.transport, REST):
        facts = dataclasses.replace(connector.transport, bulk=None, page_limit=most)
        return dataclasses.replace(connector, transport=facts)

    def less(paging):
        return paging and dataclasses.replace(paging, most=min(most, paging.most))

    facts = dataclasses.replace(connector.transport, paging=less(connector.transport.paging))
    streams = tuple(dataclasses.replace(row, paging=less(row.paging)) for row in connector.streams)
    return dataclasses.replace(connector, transport=facts, streams=streams)


@pytest.fixture
def small_pages():
    return in_small_pages
