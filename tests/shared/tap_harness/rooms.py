"""Fixtures that every tap's room has: a store on its platform, and ways to read it and to look."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

import tajo_sandbox
from tajo_sandbox.platforms import platform as row_of
from tajo_sandbox.store import Store
from tap_harness.loads import ByHand, load
from tap_harness.reading import read


def opening(platform, usual=None, **made):
    """A fixture: a function that runs a platform's store of so many rows, or one of the test's own.

    ``made`` says what a store is like where a test does not (customers, orders, products, seed),
    ``usual`` how the stand-in is switched. Its history ends ``age_days`` ago.
    """

    @pytest.fixture
    def opened():
        with contextlib.ExitStack() as stack:

            def run(
                customers=None, orders=None, *,
                store=None, products=None, age_days=1, brevo=False, **switches,
            ):  # fmt: skip
                asked = {"customers": customers, "orders": orders, "products": products}
                wanted = {name: count for name, count in asked.items() if count is not None}
                size = {"customers": 0, "orders": 0, **made, **wanted}
                now = datetime.now(UTC) - timedelta(days=age_days)
                running = tajo_sandbox.running(
                    platform=platform,
                    store=store or Store.generate(**size, now=now),
                    brevo=brevo,
                    control=False,
                    switches=row_of(platform).switches(**{**(usual or {}), **switches}),
                    brevo_switches=ByHand(),
                )
                return stack.enter_context(running)

            yield run

    return opened


def reads(table, settings):
    """A fixture: a function that runs the tap to its end and returns what it wrote."""

    @pytest.fixture
    def made():
        def run(store, state=None, *, connector=table, **more):
            ways = {name: more.pop(name) for name in ("catalog", "only", "session") if name in more}
            given = {**settings, "api_url": store.platform_url, **more}
            return read(connector, given, state, **ways)

        return run

    return made


@pytest.fixture
def carry(read, tmp_path):
    """A function that reads a store and loads what was read into its Brevo, both to the end.

    It returns what the tap wrote; ``loaded`` of it is what the load left.
    """

    def run(store, state=None, **more):
        reading = read(store, state, **more)
        assert reading.error is None
        reading.loaded = load(reading.text, store, tmp_path)
        assert reading.loaded.error is None
        return reading

    return run


@pytest.fixture
def asked():
    """A function that gives the requests a store has got for these lists, or for all."""

    def of(store, *names):
        got = store.platform_requests
        return [entry for entry in got if not names or entry.root in names]

    return of
