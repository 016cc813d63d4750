"""What the catalog selects is asked for and given out, and nothing else."""

import pytest

from tap_shopify_tajo import TapShopify


def test_a_deselected_field_is_neither_asked_for_nor_given_out(open_shop, read, asked):
    shop = open_shop(customers=10, orders=0)

    got = read(shop, only={"customers": {"firstName", "tags"}})

    query = asked(shop, "customers")[0].query
    always = {"id", "updatedAt", "_tajo_store"}
    assert set(got.rows["customers"][0]) == {"firstName", "tags"} | always
    assert set(got.schemas["customers"]["schema"]["properties"]) == {"firstName", "tags"} | always
    assert "lastName" not in query
    assert "defaultEmailAddress" not in query


def test_part_of_an_object_can_be_selected(open_shop, read, asked):
    shop = open_shop(customers=10, orders=0)

    got = read(
        shop,
        only={"customers": {"defaultEmailAddress", "defaultEmailAddress.marketingState"}},
    )

    found = [row["defaultEmailAddress"] for row in got.rows["customers"]]
    assert {frozenset(one) for one in found if one} == {frozenset({"marketingState"})}
    assert "emailAddress " not in asked(shop, "customers")[0].query


def test_a_deselected_list_is_not_in_the_query(open_shop, read, asked):
    shop = open_shop(customers=5, orders=10)

    got = read(shop, only={"orders": {"name"}})

    assert "lineItems" not in asked(shop, "orders")[0].query
    assert "lineItems" not in got.rows["orders"][0]


def test_a_deselected_stream_is_not_read(open_shop, read, asked):
    shop = open_shop(customers=5, orders=10)

    got = read(shop, only=("customers",))

    assert set(got.rows) == {"customers"}
    assert asked(shop, "orders", "products") == []


def test_the_schema_requires_keys_and_nothing_else(open_shop, read):
    shop = open_shop(customers=5, orders=5)

    got = read(shop)

    for message in got.schemas.values():
        schema = message["schema"]
        assert schema["required"] == ["id"] == message["key_properties"]
        assert schema["properties"]["id"] == {"type": "string"}
        assert schema["additionalProperties"] is True
        others = {name: fact for name, fact in schema["properties"].items() if name != "id"}
        assert all("null" in fact["type"] for fact in others.values())


# stream_maps, what becomes of the customers
MAPS = [
    ({"customers": {"shout": "firstName.upper() if firstName else ''"}}, {"shout"}),
    ({"customers": {"__alias__": "people"}}, None),
    ({"customers": {"__filter__": "False"}}, None),
    ({"customers": None}, None),
]


@pytest.mark.parametrize(("maps", "added"), MAPS)
def test_stream_maps_work(open_shop, read, maps, added):
    shop = open_shop(customers=6, orders=0)

    got = read(shop, only=("customers",), stream_maps=maps)

    assert got.error is None
    config = maps["customers"] or {}
    if "__alias__" in config:
        assert len(got.rows["people"]) == 6
    elif added:
        assert added <= set(got.rows["customers"][0])
    else:
        assert got.rows == {}


def test_flattening_works(open_shop, read):
    shop = open_shop(customers=6, orders=0)

    got = read(shop, only=("customers",), flattening_enabled=True, flattening_max_depth=2)

    assert got.rows["customers"][0]["amountSpent__currencyCode"] == "EUR"


def test_a_tap_that_has_run_leaves_the_settings_of_its_table_as_they_were(open_shop, read):
    before = dict(TapShopify.config_jsonschema["properties"])
    read(open_shop(customers=1, orders=0), only=("customers",))
    TapShopify.append_builtin_config(TapShopify.config_jsonschema)

    assert TapShopify.config_jsonschema["properties"] == before
    assert "stream_maps" not in before
