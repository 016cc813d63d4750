"""Settings: what is given is checked in words, never showing a value."""

import dataclasses

import pytest

from tajo_connector_sdk import settings
from tajo_connector_sdk.command import ConfigFiles
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.tap import make_tap
from tap_shopify_tajo import SHOPIFY

GOOD = {"host": "me.acme.example", "token": "hunter2"}

# settings, words of the error
WRONG = [
    ({**GOOD, "tokn": "hunter2"}, "setting tokn: unknown; did you mean 'token'?"),
    ({**GOOD, "tries": "3"}, "setting tries: a value of the wrong kind, str; integer"),
    ({**GOOD, "tries": True}, "setting tries: a value of the wrong kind, bool; integer"),
    ({**GOOD, "tries": -3}, "setting tries: less than nothing; 0 or more"),
    ({**GOOD, "token": 5}, "setting token: a value of the wrong kind, int; string"),
    ({**GOOD, "token": ["hunter2"]}, "setting token: a value of the wrong kind, list; string"),
    ({**GOOD, "host": "me.acme.example.evil"}, "setting host: not what it has to be; name.acme"),
    ({"token": "hunter2"}, "setting host: missing; Your host."),
    ({"host": "me.acme.example"}, "settings token, client_id, client_secret: missing"),
    ({"host": "me.acme.example", "client_id": "x"}, "settings client_secret: missing"),
    ({**GOOD, "start_date": "yesterday"}, "setting start_date: not a time"),
    ({**GOOD, "api_url": "hunter2"}, "setting api_url: not an address"),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_a_wrong_setting_is_told_without_its_value(connector, given, words):
    with pytest.raises(ConfigurationError) as caught:
        settings.checked(connector, given, ())

    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_defaults_are_filled_in_and_empty_values_left_out(connector):
    made = settings.checked(connector, {**GOOD, "client_id": "", "start_date": None}, ())

    assert made == {**GOOD, "tries": 3}


def test_settings_of_others_pass(connector):
    given = {**GOOD, "stream_maps": {}, "something_of_mine": 1}

    assert settings.checked(connector, given, ("stream_maps",))["something_of_mine"] == 1


def test_a_stand_in_needs_no_host_of_the_platform(connector):
    given = {"token": "t", "api_url": "http://127.0.0.1:8081/some/path"}

    made = settings.checked(connector, given, ())

    assert settings.base_url(connector, made) == "http://127.0.0.1:8081"
    assert settings.base_url(connector, GOOD) == "https://me.acme.example"


@pytest.mark.parametrize("host", ["shop.example", "shop.example/folder", "", "//", "a b"])
def test_a_stand_in_stands_in_for_an_address_that_is_none(connector, host):
    odd = dataclasses.replace(connector, base_url="{host}")

    made = settings.base_url(odd, {"host": host, "api_url": "http://127.0.0.1:8081"})

    assert made in {"http://127.0.0.1:8081", "http://127.0.0.1:8081/"}


@pytest.mark.parametrize("number", ["three", "3.5", ""])
def test_a_number_in_the_environment_that_is_none_is_named(connector, monkeypatch, number):
    monkeypatch.setenv("TAP_ACME_TAJO_TRIES", number)

    with pytest.raises(ConfigurationError, match="TAP_ACME_TAJO_TRIES: not a whole number"):
        make_tap(connector).of_command(ConfigFiles({}, parse_env=True))


BAD_SHOPS = [
    "evil.com#.myshopify.com",
    "evil.com/.myshopify.com",
    "evil.com?.myshopify.com",
    "a.myshopify.com.evil.com",
    "a.myshopify.com@evil.com",
    "user@a.myshopify.com",
    "a@b.myshopify.com",
    "a.b.myshopify.com",
    "evil.com\\.myshopify.com",
    "a.myshopify.com:8080",
    "a.myshopify.com/admin",
    "a.myshopify.com\n",
    "a.myshopify.com\r\nHost: evil.com",
    " a.myshopify.com",
    "a.myshopify.com ",
    "A.myshopify.com",
    "-a.myshopify.com",
    "ä.myshopify.com",
    "а.myshopify.com",  # noqa: RUF001 - a Cyrillic letter
    "a.myshopify。com",
    "a%00.myshopify.com",
    "a%2e.myshopify.com",
    "http://a.myshopify.com",
    "https://a.myshopify.com",
    "//a.myshopify.com",
    ".myshopify.com",
    "myshopify.com",
    "amyshopify.com",
    "a.myshopify.co",
    "a.myshopify.com.",
    "127.0.0.1",
    "localhost",
    "169.254.169.254",
    "[::1]",
    "2130706433",
    "{shop_url}",
    "{access_token}.myshopify.com",
    "x" * 61 + ".myshopify.com",
]


@pytest.mark.parametrize("shop", BAD_SHOPS)
def test_only_shops_of_the_platform_are_talked_to(shop):
    with pytest.raises(ConfigurationError, match="shop_url: not what it has to be"):
        settings.checked(SHOPIFY, {"shop_url": shop, "access_token": "t"}, ())


@pytest.mark.parametrize("shop", ["a.myshopify.com", "my-store-2.myshopify.com", "0.myshopify.com"])
def test_a_shop_is_a_shop(shop):
    made = settings.checked(SHOPIFY, {"shop_url": shop, "access_token": "t"}, ())

    assert settings.base_url(SHOPIFY, made) == f"https://{shop}"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com@127.0.0.1:8081",
        "http://127.0.0.1:8081?x=1",
        "http://",
        "http://:80",
        "http://[::1",
        "http://127.0.0.1:port",
        "file:///etc/passwd",
    ],
)
def test_a_stand_in_has_a_plain_address(url):
    with pytest.raises(ConfigurationError, match="api_url: not an address"):
        settings.checked(SHOPIFY, {"api_url": url, "access_token": "t"}, ())


def test_the_schema_says_what_is_secret_and_where_to_find_it(connector):
    properties = settings.schema_of(connector)["properties"]

    assert properties["token"]["secret"] is True
    assert properties["start_date"]["format"] == "date-time"
    assert properties["tries"] == {
        "type": ["integer", "null"],
        "title": "Tries",
        "description": "How often.",
        "default": 3,
    }
    assert settings.secrets_in(connector, GOOD) == ["hunter2"]
