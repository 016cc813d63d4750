"""Being let in, and what the shop lets be seen: tokens, scopes, history, versions, approval."""

import logging

import pytest

from tajo_connector_sdk.errors import ConfigurationError

CLIENT = {
    "access_token": "",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-secret",
}


def grants(shop):
    return [entry for entry in shop.platform_requests if entry.what == "oauth"]


def test_client_credentials_ask_for_one_token(open_shop, read, gids):
    shop = open_shop(customers=30, orders=10)

    got = read(shop, **CLIENT)

    assert got.error is None
    assert sorted(got.ids("customers")) == gids(shop.store, "customers")
    assert len(grants(shop)) == 1


def test_a_token_that_dies_in_the_middle_is_renewed_once(open_shop, read, gids, by_pages):
    shop = open_shop(customers=100, orders=0)
    turns = iter(range(100))

    def revoke(entry):
        if entry.root == "customers" and next(turns) == 2:
            shop.platform_switches.revoke_issued()

    shop.platform_switches.on_request = revoke
    got = read(shop, connector=by_pages, only=("customers",), **CLIENT)

    assert got.error is None
    assert sorted(got.ids("customers")) == gids(shop.store, "customers")
    assert len(grants(shop)) == 2


def test_no_token_is_in_state_or_records(open_shop, read):
    shop = open_shop(customers=5, orders=5)

    got = read(shop, **CLIENT)

    said = str(got.states) + str(dict(got.rows)) + str(got.schemas)
    assert not [token for token in shop.platform_switches.issued if token in said]
    assert "sandbox-secret" not in said


# scopes that the app lacks, streams that are read, what the error names
LACKING = [
    ({"read_customers"}, ("customers",), "read_customers for customers"),
    ({"read_customers"}, ("orders",), "read_customers for orders.customer"),
    ({"read_orders"}, ("customers",), "read_orders for customers.lastOrder"),
    ({"read_orders"}, ("abandoned_checkouts",), "read_orders for abandoned_checkouts"),
    ({"read_products"}, ("orders",), "read_products for orders.lineItems"),
    ({"read_products"}, ("products", "collections"), "read_products for products, collections"),
]


@pytest.mark.parametrize(("lacking", "only", "words"), LACKING)
def test_a_missing_scope_is_named_with_what_needs_it(open_shop, read, lacking, only, words):
    shop = open_shop(customers=5, orders=5)
    shop.platform_switches.scopes -= lacking

    got = read(shop, only=only)

    assert isinstance(got.error, ConfigurationError)
    assert words in str(got.error)
    assert "dev.shopify.com" in str(got.error)
    assert got.rows == {}


def test_what_is_deselected_needs_no_scope(open_shop, read):
    shop = open_shop(customers=5, orders=5)
    shop.platform_switches.scopes -= {"read_orders", "read_products"}

    got = read(shop, only={"customers": {"firstName"}})

    assert got.error is None
    assert len(got.rows["customers"]) == 5


def test_who_may_write_may_read(open_shop, read):
    shop = open_shop(customers=5, orders=5)
    shop.platform_switches.scopes |= {"write_customers"}

    assert read(shop).error is None


@pytest.fixture
def without_history(open_shop):
    shop = open_shop(customers=20, orders=60)
    shop.platform_switches.scopes.discard("read_all_orders")
    return shop


@pytest.mark.parametrize("start", [None, "2024-01-01"])
def test_a_history_that_would_be_partial_stops_the_run(without_history, read, start):
    got = read(without_history, **({"start_date": start} if start else {}))

    assert isinstance(got.error, ConfigurationError)
    assert "only the last 60 days" in str(got.error)
    assert "allow_partial_history" in str(got.error)


def test_a_partial_history_that_is_allowed_is_told_once(without_history, read, caplog):
    with caplog.at_level(logging.WARNING):
        got = read(without_history, allow_partial_history=True)

    assert got.error is None
    (told,) = [text for text in caplog.messages if "60 days" in text]
    assert told == (
        "orders: without the scope read_all_orders Shopify shows only the last 60 days, and older "
        "ones are wanted; allow_partial_history is set"
    )


def test_a_recent_bookmark_needs_no_history(open_shop, read):
    shop = open_shop(customers=20, orders=20)
    first = read(shop)
    shop.platform_switches.scopes.discard("read_all_orders")

    assert read(shop, first.state).error is None


def test_another_version_than_was_asked_for_is_told(open_shop, read, caplog):
    shop = open_shop(customers=5, orders=5, answer_version="2026-07")

    got = read(shop, only=("products",))

    assert got.error is None
    assert "API version 2026-10 was asked for and 2026-07 answers" in caplog.text


def test_withheld_personal_data_is_told_once_for_a_stream(open_shop, read, caplog):
    shop = open_shop(customers=12, orders=12, protected_data=False)

    got = read(shop, only=("customers",))

    told = [text for text in caplog.messages if "protected customer data" in text]
    assert got.error is None
    assert len(told) == 1
    assert told[0].startswith("customers: ")
    assert "in all 12 rows" in told[0]


def test_nothing_is_told_where_personal_data_is_shown(open_shop, read, caplog):
    shop = open_shop(customers=12, orders=12)

    read(shop)

    assert "protected customer data" not in caplog.text


def test_the_bucket_is_never_overdrawn(open_shop, read, by_pages):
    shop = open_shop(customers=120, orders=0, maximum_available=1000.0, restore_rate=2000.0)

    got = read(shop, connector=by_pages, only=("customers",), session=None)

    assert got.error is None
    outcomes = {entry.outcome for entry in shop.platform_requests}
    assert outcomes == {"ok"}


def test_a_refusal_for_want_of_points_is_waited_out(open_shop, read, gids, by_pages):
    shop = open_shop(customers=60, orders=0)
    shop.platform_switches.fail("throttled", on="customers", times=3, skip=1)

    got = read(shop, connector=by_pages, only=("customers",))

    assert got.error is None
    assert sorted(got.ids("customers")) == gids(shop.store, "customers")


def test_a_page_that_is_too_costly_is_asked_for_in_halves(open_shop, read, gids, by_pages):
    shop = open_shop(customers=60, orders=0, max_query_cost=60)

    got = read(shop, connector=by_pages, only=("customers",))

    assert got.error is None
    assert sorted(got.ids("customers")) == gids(shop.store, "customers")


def test_a_row_that_is_too_costly_stops_the_run(open_shop, read, by_pages):
    shop = open_shop(customers=0, orders=10, max_query_cost=20)

    got = read(shop, connector=by_pages, only=("orders",))

    assert "too costly" in str(got.error)
