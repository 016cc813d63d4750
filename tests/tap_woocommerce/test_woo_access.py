"""Ways in, permissions, and what a host in between does."""

import logging

import pytest

from tajo_connector_sdk.errors import ConfigurationError

SECRETS = ("ck_sandbox", "cs_sandbox", "cs_other")


def test_on_plain_http_every_request_is_signed_and_no_secret_is_sent(open_shop, read, asked):
    shop = open_shop(5, 8)

    reading = read(shop)

    assert reading.error is None
    assert {entry.way for entry in asked(shop)} == {"oauth"}
    assert not [entry for entry in asked(shop) if "cs_sandbox" in str(entry.params)]


def test_on_https_the_key_goes_by_basic(open_shop, read, asked):
    shop = open_shop(5, 8)

    assert read(shop, tls=True).error is None
    assert {entry.way for entry in asked(shop)} == {"basic"}


def test_where_the_host_strips_the_header_the_key_goes_in_the_query(open_shop, read, asked, caplog):
    shop = open_shop(5, 8, strips_header=True)

    with caplog.at_level(logging.DEBUG):
        reading = read(shop, tls=True)

    assert reading.error is None
    assert len(reading.rows["customers"]) == 6
    ways = [entry.way for entry in asked(shop)]
    assert ways[:2] == ["", "query"]
    assert set(ways[2:]) == {"query"}
    # The library below is made silent by the command line (redaction.hide).
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("urllib3")]
    assert ours
    assert not [secret for secret in SECRETS if secret in "".join(ours)]


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("wrong", [{"consumer_key": "ck_x"}, {"consumer_secret": "cs_other"}])
def test_a_wrong_key_is_told_with_all_that_it_can_be(open_shop, read, tls, wrong):
    error = read(open_shop(2, 2), tls=tls, **wrong).error

    assert isinstance(error, ConfigurationError)
    for word in ("HTTP 401", "consumer_key or consumer_secret", "strips the Authorization header"):
        assert word in str(error)
    assert not [secret for secret in SECRETS if secret in str(error)]


def test_a_closed_stream_is_left_out_aloud_and_the_others_go_on(open_shop, read, caplog):
    shop = open_shop(5, 8, closed={"coupons", "customers"})

    reading = read(shop)

    assert reading.error is None
    assert reading.rows["orders"]
    assert not reading.rows["coupons"]
    said = [record.getMessage() for record in caplog.records]
    for name in ("coupons", "customers"):
        assert any(f"{name}: the platform denies access" in line for line in said)
    assert reading.state["bookmarks"]["customers"] == {}


def test_closed_orders_do_not_hold_back_the_rest(open_shop, read):
    reading = read(open_shop(5, 8, closed={"orders"}))

    assert reading.error is None
    assert len(reading.rows["customers"]) == 6
    assert not reading.rows["orders"]


def test_pages_that_the_host_is_too_slow_for_are_asked_for_by_half(open_shop, read, asked):
    shop = open_shop(120, 10, slow_above=30)

    reading = read(shop)

    assert reading.error is None
    assert len(set(reading.ids("customers"))) == 121
    sizes = {int(entry.params["per_page"]) for entry in asked(shop, "customers")}
    assert sizes >= {100, 50, 25}
    assert [entry.outcome for entry in asked(shop, "customers")].count("slow") == 4


@pytest.mark.parametrize("status", [403, 501])
def test_a_firewalls_page_is_no_answer_of_the_shop(open_shop, read, status):
    shop = open_shop(120, 4)
    shop.platform_switches.fail("html", on="customers", status=status, times=3)

    reading = read(shop)

    assert reading.error is None
    assert len(set(reading.ids("customers"))) == 121


@pytest.mark.parametrize(
    ("site", "says"),
    [
        ("shop.example", "https://shop.example"),
        ("https://shop.example/", "no slash at the end"),
        ("https://shop.example/?page_id=2", "no slash at the end"),
        ("ftp://shop.example", "https://shop.example"),
        ("", "setting site_url: missing"),
    ],
)
def test_a_wrong_address_is_told_before_anything_is_sent(site, says):
    import tap_harness  # noqa: PLC0415 - the one test that needs no shop

    from tap_woocommerce_tajo import WOOCOMMERCE  # noqa: PLC0415 - as above

    given = {"site_url": site, "consumer_key": "ck_x", "consumer_secret": "cs_other"}
    with pytest.raises(ConfigurationError, match="site_url") as raised:
        tap_harness.read(WOOCOMMERCE, given)
    assert says in str(raised.value)


def test_a_store_is_its_host_and_folder(open_shop, read):
    shop = open_shop(1, 0)

    stores = {
        row["_tajo_store"] for row in read(shop, site_url="https://Shop.example").rows["customers"]
    }
    assert stores == {"shop.example"}


@pytest.mark.parametrize("times", [5, 13])
def test_after_a_while_of_trouble_pages_are_as_large_as_before(open_shop, read, asked, times):
    shop = open_shop(1200, 4)
    shop.platform_switches.fail("status", on="customers", status=503, times=times, skip=2)

    reading = read(shop, only=["customers"])

    assert reading.error is None
    assert len(set(reading.ids("customers"))) == 1201
    sizes = [int(entry.params["per_page"]) for entry in asked(shop, "customers")]
    assert min(sizes) < 51
    assert max(sizes[-3:]) > 90
    assert len(sizes) < 60


def test_a_host_that_wants_to_be_left_alone_is_not_asked_by_less(open_shop, read, asked):
    shop = open_shop(600, 4)
    shop.platform_switches.fail(
        "status", on="customers", status=429, times=4, skip=2, retry_after=1
    )

    reading = read(shop, only=["customers"])

    assert reading.error is None
    assert len(set(reading.ids("customers"))) == 601
    assert min(int(entry.params["per_page"]) for entry in asked(shop, "customers")) > 90
    assert len(asked(shop, "customers")) == 7 + 4


def test_a_shop_that_is_away_when_a_run_begins_is_waited_for(open_shop, read):
    shop = open_shop(5, 4)
    shop.platform_switches.fail("status", on="orders", status=503, times=4)

    assert read(shop, only=["customers"]).error is None
