"""A row leaves a list and another comes, between two pages: no third one is hidden.

The platform's total stays as it was, so nothing but the rows themselves can tell.
"""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import tap_harness
from small_pages import with_pages

import tajo_sandbox
from tajo.demo.platforms import PLATFORMS
from tajo_sandbox.store import Store


@dataclasses.dataclass(frozen=True)
class Case:
    """A stream, the list that is asked for, and which of the store's rows stand behind it.

    ``key`` tells the stream's rows apart; ``newest``: the platform lists the newest row first.
    """

    platform: str
    stream: str
    asked: str
    behind: str
    key: str = "id"
    newest: bool = False


CASES = [
    Case("woocommerce", "customers", "customers", "customers"),
    Case("woocommerce", "categories", "categories", "collections"),
    Case("woocommerce", "variations", "products", "products"),
    Case("woocommerce", "refunds", "orders", "orders"),
    Case("bigcommerce", "subscribers", "subscribers", "customers"),
    Case("bigcommerce", "variants", "variants", "products"),
    Case("bigcommerce", "categories", "categories", "collections", key="category_id"),
    Case("bigcommerce", "refunds", "refunds", "orders"),
    Case("magento", "categories", "categories", "collections"),
    Case("paypal", "products", "products", "products", newest=True),
    Case("paypal", "invoices", "invoices", "drafts", newest=True),
]


def page_of(entry):
    asked = entry.params
    return int(asked.get("page") or asked.get("searchCriteria[currentPage]") or 1)


@pytest.fixture
def store():
    now = datetime.now(UTC) - timedelta(days=1)
    made = Store.generate(customers=30, orders=60, products=25, seed=5, now=now)
    for order in [order for order in made.orders.values() if order.received and not order.refunds]:
        made.refund(order.gid, whole=False)
    return made


@pytest.mark.usefixtures("clean_shell")
@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.platform} {case.stream}")
def test_a_row_that_leaves_while_another_comes_hides_no_third(case, place, store):
    # Three rows wherever a page is a place.
    table = with_pages(tap_harness.tables()[case.platform], 3, lambda paging: paging.places)
    given = PLATFORMS[case.platform].settings
    rows = getattr(store, case.behind)
    whole = dict(rows)
    listed = list(whole)[:: -1 if case.newest else 1]
    leaves, comes = listed[place], listed[-1 - place]

    def show(*without):
        rows.clear()
        rows.update({number: row for number, row in whole.items() if number not in without})

    with tajo_sandbox.running(
        platform=case.platform, store=store, brevo=False, control=False
    ) as sandbox:

        def read():
            settings = {**given, "api_url": sandbox.platform_url}
            reading = tap_harness.read(table, settings, only=[case.stream])
            assert reading.error is None
            return {row[case.key] for row in reading.rows[case.stream]}

        show(leaves, comes)
        always = read()
        show(comes)
        moved = []

        def move(entry):
            if entry.root == case.asked and page_of(entry) > 1 and not moved:
                moved.append(entry)
                show(leaves)

        sandbox.platform_switches.on_request = move
        met = read()

    assert len(always) > 4
    assert moved
    assert always <= met
