"""How the tap is let in: signatures, bearer tokens, Adobe IMS; what it says where it is not."""

import pytest
import tap_harness

from tajo_connector_sdk.command import trial
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.tap import make_tap
from tap_magento_tajo import MAGENTO

IMS = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "ims_org_id": "1@AdobeOrg"}
BEARER = {"bearer_token": "at-sandbox"}


@pytest.mark.parametrize(
    ("keys", "switches", "way"),
    [(None, {}, "oauth"), (BEARER, {"bearer": True}, "bearer"), (IMS, {}, "ims")],
)
def test_each_way_in_reads_everything(open_shop, read, asked, keys, switches, way):
    shop = open_shop(5, 9, **switches)

    reading = read(shop, keys=keys)

    assert reading.error is None
    assert len(reading.rows["orders"]) == 9
    assert {entry.way for entry in asked(shop) if entry.root != "token"} == {way}


def test_a_bracketed_query_is_signed_as_it_goes_out_also_when_it_is_tried_again(
    open_shop, read, asked
):
    shop = open_shop(5, 9)
    shop.platform_switches.fail("status", status=503, on="orders")
    first = read(shop)

    second = read(shop, first.state)  # times with a space in the filter

    assert (first.error, second.error) == (None, None)
    assert {entry.outcome for entry in asked(shop)} == {"ok", "status"}


WRONG = [
    ({"consumer_secret": "no"}, None, "System > Extensions > Integrations"),
    ({"access_token": "no"}, None, "HTTP 401"),
    ({}, BEARER, "Allow OAuth Access Tokens to be used as standalone"),
    ({}, {"bearer_token": "no"}, "bearer token is refused as well where"),
    ({}, {**IMS, "client_secret": "no"}, "the platform gave no token (HTTP 400, invalid_client)"),
]


@pytest.mark.parametrize(("settings", "keys", "says"), WRONG)
def test_a_wrong_key_stops_the_run_and_says_what_to_do(open_shop, read, settings, keys, says):
    shop = open_shop(2, 2)

    reading = read(shop, keys=keys, **settings)

    assert isinstance(reading.error, ConfigurationError)
    assert says in str(reading.error)
    assert not any(reading.rows.values())


def test_a_stream_without_permission_is_left_out_and_named(open_shop, read, caplog):
    shop = open_shop(4, 6, closed={"carts", "stores"})

    reading = read(shop)

    assert reading.error is None
    assert len(reading.rows["customers"]) == 4
    assert not reading.rows["carts"]
    assert "carts: the platform denies access to it (HTTP 401); grant Sales > " in caplog.text
    assert caplog.text.count("a bearer token is refused as well") == 1


def test_the_trial_says_which_streams_can_be_read_and_what_to_grant(open_shop, caplog):
    shop = open_shop(4, 6, closed={"creditmemos"})
    settings = {"rest_url": "https://shop.example/rest/all", "consumer_key": "ck-sandbox",
                "consumer_secret": "cs-sandbox", "access_token": "at-sandbox",
                "access_token_secret": "as-sandbox", "api_url": shop.platform_url}  # fmt: skip
    tap = make_tap(MAGENTO)(config=settings)
    tap.session = tap_harness.Hasty

    with caplog.at_level("INFO"):
        code = trial(tap)

    assert code == 2
    assert "customers: can be read" in caplog.text
    assert "creditmemos: the platform denies access" in caplog.text
    assert "Magento_Sales::sales_creditmemo" in caplog.text


@pytest.mark.parametrize(
    "url",
    ["shop.example/rest/all", "https://shop.example", "https://shop.example/rest/all/",
     "https://shop.example/rest/all/V1"],
)  # fmt: skip
def test_an_address_that_is_not_the_api_is_told_before_anything_is_sent(url):
    keys = {"bearer_token": "x"}

    with pytest.raises(
        ConfigurationError, match=r"setting rest_url.*https://shop.example.com/rest"
    ):
        make_tap(MAGENTO)(config={"rest_url": url, **keys})


@pytest.mark.parametrize(
    ("url", "store"),
    [("https://shop.example/rest/all", "shop.example"),
     ("https://example.org/fr/rest/default", "example.org/fr"),
     ("https://na1.api.commerce.adobe.com/AbC123", "na1.api.commerce.adobe.com/AbC123")],
)  # fmt: skip
def test_a_shop_is_known_by_its_address_whatever_the_store_view(url, store):
    assert MAGENTO.transport.account(None, {"rest_url": url}).store == store
