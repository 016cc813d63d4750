"""Consent out of meta data, whose values are of any kind."""

import pytest

from tap_woocommerce_tajo import quirks

KEYS = "marketing_opt_in, _newsletter.accepted"


def meta(**values):
    return {"meta_data": [{"id": 1, "key": key, "value": value} for key, value in values.items()]}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (meta(marketing_opt_in="yes"), "yes"),
        (meta(marketing_opt_in=" No "), "no"),
        (meta(marketing_opt_in=True), "true"),
        (meta(marketing_opt_in=0), "0"),
        (meta(_newsletter={"accepted": True, "list": [1, 2]}), "true"),
        (meta(marketing_opt_in="", _newsletter={"accepted": False}), "false"),
        (meta(marketing_opt_in={"what": "ever"}), None),
        (meta(marketing_opt_in=[1]), None),
        (meta(_newsletter="yes"), None),
        (meta(other="yes"), None),
        ({"meta_data": None}, None),
        ({}, None),
    ],
)
def test_consent_is_read_from_the_keys_that_are_set(row, said):
    assert quirks.with_consent(row, {"consent_meta_keys": KEYS}) == {"marketing_consent": said}


def test_without_keys_nothing_is_known():
    row = meta(marketing_opt_in="yes")

    assert quirks.with_consent(row, {}) == {"marketing_consent": None}


def test_a_key_may_have_dots_of_its_own():
    row = {"meta_data": [{"key": "shop.news", "value": "yes"}]}

    assert (
        quirks.with_consent(row, {"consent_meta_keys": "shop.news"})["marketing_consent"] == "yes"
    )


@pytest.mark.parametrize("keys", ["", "marketing_opt_inn"])
def test_keys_that_no_customer_has_are_told_with_what_to_do(open_shop, read, caplog, keys):
    shop = open_shop(30, 2)
    first = read(shop, only=["customers"], consent_meta_keys=keys)
    told = [one.getMessage() for one in caplog.records if "came empty" in one.getMessage()]
    caplog.clear()
    shop.store.change_customers(2)

    read(shop, first.state, only=["customers"], consent_meta_keys=keys)
    read(shop, only=["customers"])

    assert len(told) == 1
    assert "marketing_consent came empty in all 31 rows" in told[0]
    assert "consent_meta_keys has to name the keys" in told[0]
    assert not [one for one in caplog.records if "came empty" in one.getMessage()]
