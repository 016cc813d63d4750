"""Who is let in, what an error says, and a quota that others use too."""

import logging

import pytest

from tajo_connector_sdk import command
from tajo_connector_sdk.errors import ConfigurationError
from tap_bigcommerce_tajo import BIGCOMMERCE, TapBigcommerce

# switches of the store, words of the one line
ERRORS = [
    ({"tokens": {"another"}}, ["HTTP 401", "the access_token is none of this store"]),
    ({"store_hash": "another1"}, ["HTTP 403", "store_hash is another store's"]),
    ({"scopes": {"store_v2_customers"}},
     ["HTTP 403, it needs store_v2_orders_read_only", "Store-level API accounts"]),
]  # fmt: skip


@pytest.mark.parametrize(("switches", "words"), ERRORS)
def test_an_error_says_what_to_do(open_shop, read, switches, words):
    shop = open_shop(customers=2, orders=2, **switches)

    error = read(shop).error

    assert isinstance(error, ConfigurationError)
    assert [word for word in words if word not in str(error)] == []
    assert "bc_sandbox" not in str(error)


# settings, words of the error
WRONG = [
    ({"store_hash": "stores/abc123", "access_token": "t"}, "abc123: without stores/"),
    ({"access_token": "t"}, "store_hash"),
    ({"store_hash": "abc123"}, "access_token"),
]


@pytest.mark.parametrize(("settings", "words"), WRONG)
def test_a_wrong_setting_is_told_before_anything_is_sent(settings, words):
    with pytest.raises(ConfigurationError, match=words):
        TapBigcommerce(config=settings)


def test_a_trial_says_which_streams_can_be_read(open_shop, caplog):
    shop = open_shop(customers=2, orders=2, scopes={"store_v2_customers", "store_v2_products"})
    tap = TapBigcommerce(
        config={
            "store_hash": "sandbox1",
            "access_token": "bc_sandbox",
            "api_url": shop.platform_url,
        }
    )

    with caplog.at_level(logging.INFO):
        code = command.trial(tap)

    said = [record.getMessage() for record in caplog.records]
    assert code == 2
    assert any(line.startswith("customers: can be read") for line in said)
    assert any("/v2/orders: HTTP 403, it needs store_v2_orders_read_only" in line for line in said)
    assert any("it needs store_channel_settings_read_only" in line for line in said)
    assert [line.partition(":")[0] for line in said] == [row.name for row in BIGCOMMERCE.streams]


def test_a_stream_that_is_not_selected_needs_no_scope(open_shop, read):
    shop = open_shop(customers=2, orders=2, scopes={"store_v2_customers_read_only"})

    assert read(shop, only=["customers", "subscribers"]).error is None


def test_a_quota_that_other_apps_use_is_never_overrun(open_shop, read, in_pages):
    shop = open_shop(orders=30, quota=20, others=2, window_ms=150)

    reading = read(shop, connector=in_pages(10), session=None)

    assert reading.error is None
    assert len(reading.rows["orders"]) == 30
    assert [entry.status for entry in shop.platform_requests if entry.status == 429] == []


def test_a_refusal_for_want_of_quota_is_waited_out_as_told(open_shop, read, in_pages):
    """Others take the rest of the window at once: nothing was left to be told before."""
    shop = open_shop(orders=30, quota=8, others=7, window_ms=100)

    reading = read(shop, connector=in_pages(10), only=["orders"], session=None)

    assert reading.error is None
    assert len(reading.rows["orders"]) == 30


def test_a_429_without_headers_is_waited_out(open_shop, read):
    shop = open_shop(orders=5)
    shop.platform_switches.fail("status", status=429, times=1, on="orders")

    assert read(shop, only=["orders"]).error is None
