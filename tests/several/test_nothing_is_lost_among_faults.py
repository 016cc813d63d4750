"""Whatever fails and moves while a platform is read, in the end every row was given out.

Runs are repeated with their state until one ends well, as a schedule would. Faults and moves are
drawn by a seed: answers that refuse, break off, are empty, are another's page; orders, refunds and
changes in between. Held against one undisturbed read of everything at the end.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness
from small_pages import with_pages

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_connector_sdk.errors import ConnectorError
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store

KINDS = [
    *({"kind": "status", "status": status} for status in (500, 502, 503)),
    {"kind": "status", "status": 429, "retry_after": 1},
    *({"kind": "html", "status": status} for status in (200, 403, 404)),
    *({"kind": kind} for kind in ("empty", "reset", "truncated", "broken", "content_type")),
]
SEEDS = range(1, 3)
DISTURBED, MOST = 8, 20  # runs


def live(store, dice):
    """Let the store live a little, or not."""
    open_ones = [row for row in store.orders.values() if row.received and not row.refunds]
    moves = [
        lambda: store.change_customers(dice.randint(1, 3)),
        lambda: store.place_orders(1, guest=dice.random() < 0.3),
        lambda: store.touch(dice.choice(list(store.orders.values()))),
        lambda: store.touch(dice.choice(list(store.products.values()))),
        lambda: open_ones and store.refund(dice.choice(open_ones).gid, whole=False),
    ]
    if dice.random() < 0.2:
        dice.choice(moves)()


def keys_of(connector, reading):
    return {
        (row.name, *(str(record[name]) for name in row.key))
        for row in connector.streams
        for record in reading.rows[row.name]
    }


@pytest.mark.usefixtures("clean_shell")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_nothing_is_lost_among_faults(name, seed):
    dice = random.Random(f"{name} {seed}")  # noqa: S311 - the same faults again
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=24, orders=40, products=12, seed=seed, now=now)
    connector = with_pages(
        tap_harness.tables()[name], dice.choice([4, 6, 10]), lambda paging: hasattr(paging, "size")
    )
    swift = Switches(maximum_available=1e9, restore_rate=1e9, bulk_seconds=0.0)
    more = {"switches": swift} if name == "shopify" else {}
    with tajo_sandbox.running(
        platform=name, store=store, brevo=False, control=False, **more
    ) as sandbox:
        switches = sandbox.platform_switches

        def read(state=None):
            given = {**PLATFORMS[name].settings, "api_url": sandbox.platform_url}
            return tap_harness.read(connector, given, state)

        met, state, failed = set(), None, 0
        switches.on_request = lambda _entry: live(store, dice)
        for run in range(MOST):
            switches.faults.clear()
            if not run:  # the first one surely ends early
                switches.fail("html", status=404, skip=dice.randint(4, 9), times=100)
            for _ in range(dice.randint(1, 4) if run < DISTURBED else 0):
                skip, times = dice.randint(0, 12), dice.choice([1, 2, 5, 9])
                switches.fail(**dice.choice(KINDS), skip=skip, times=times)
            reading = read(state)
            met |= keys_of(connector, reading)
            state = reading.state if reading.states else state
            assert isinstance(reading.error, ConnectorError | None)
            failed += reading.error is not None
            if reading.error is None and run >= DISTURBED // 2:
                break
        switches.on_request = None
        switches.faults.clear()
        whole, last = read(), read(state)  # in this order: what is of this very second may wait
        met |= keys_of(connector, last)

    assert (last.error, whole.error) == (None, None)
    assert failed > 0
    assert keys_of(connector, whole) - met == set()
