"""What becomes of records, case by case (``cases/<platform>.yml``, ``cases/overlays.yml``)."""

from pathlib import Path

import pytest

from tajo_mapping.compiled import compile_mapping, platforms
from tajo_mapping.errors import MappingError

MAPPINGS = Path(__file__).resolve().parents[2] / "mapping"


@pytest.mark.parametrize_cases("shopify.yml")
def test_shopify_records_become_what_the_case_says(
    case, shopify, make_record, outcomes_as_data, compare
):
    operations = shopify.bind(case["stream"], "bound-store")

    found = outcomes_as_data(operations(make_record(case)))

    assert compare(case["becomes"], found) == []


@pytest.mark.parametrize_cases("woocommerce.yml", "paypal.yml", "stripe.yml")
def test_records_of_the_other_platforms_become_what_the_case_says(
    case, make_record, outcomes_as_data, compare
):
    key = tuple(case.get("key", ["id"]))
    operations = compile_mapping(case["platform"]).bind(case["stream"], "bound-store", key)

    found = outcomes_as_data(operations(make_record(case)))

    assert compare(case["becomes"], found) == []


@pytest.mark.parametrize_cases("magento.yml")
def test_magento_records_become_what_the_case_says(case, make_record, outcomes_as_data, compare):
    bound = compile_mapping("magento").bind(case["stream"], "s", tuple(case.get("key", ["id"])))

    found = outcomes_as_data(bound(make_record(case)))

    assert compare(case["becomes"], found) == []


@pytest.mark.parametrize_cases("bigcommerce.yml")
def test_bigcommerce_records_become_what_the_case_says(
    case, make_record, outcomes_as_data, compare
):
    mapping = compile_mapping("bigcommerce", overlay=case.get("overlay"))
    bound = mapping.bind(case["stream"], "s", tuple(case.get("key", ["id"])))

    found = outcomes_as_data(bound(make_record(case)))

    assert compare(case["becomes"], found) == []


@pytest.mark.parametrize_cases("overlays.yml")
def test_a_users_file_is_laid_over_the_default(case, make_record, outcomes_as_data, compare):
    overlay = case.get("overlay") or MAPPINGS / case["file"]
    mapping = compile_mapping("shopify", overlay=overlay)
    record = make_record({"base": "customer", **case})

    found = outcomes_as_data(mapping.bind(case.get("stream", "customers"), "s")(record))

    assert compare(case["becomes"], found) == []
    assert compare(case.get("attributes", {}), mapping.attributes) == []
    assert compare(case.get("left_out", []), list(mapping.left_out)) == []
    assert not {*mapping.streams} & {*mapping.left_out}


def test_operations_is_the_same_as_calling_the_binding(shopify, record_of):
    bound = shopify.bind("customers", "s", ("id",))
    record = record_of("customer")

    assert bound.operations(record) == bound(record)


def test_mapping_a_record_changes_nothing_in_it(shopify, record_of):
    for base, stream in {"customer": "customers", "order": "orders", "product": "products"}.items():
        record = record_of(base)
        shopify.bind(stream, "s")(record)
        assert record == record_of(base)


def test_several_key_fields_are_one_id(shopify, record_of):
    bound = shopify.bind("customers", "s", ("legacyResourceId", "locale"))

    assert bound(record_of("customer"))[0].source.id == "71/fr"


def test_another_mapping_has_another_version(shopify):
    same = compile_mapping("shopify", overlay={"email": "email"})
    other = compile_mapping("shopify", overlay={"note": "NOTE"})

    assert shopify.version == compile_mapping("shopify").version == same.version
    assert shopify.version != other.version


def test_a_file_is_compiled_once_and_anew_when_it_says_something_else(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text("note: NOTE")
    first = compile_mapping("shopify", overlay=file)
    assert compile_mapping("shopify", overlay=file) is first

    file.write_text("note: REMARK")
    assert "REMARK" in compile_mapping("shopify", overlay=file).attributes

    same = compile_mapping("shopify", overlay={"'1'": "ONE"})
    assert compile_mapping("shopify", overlay={"'1'": "ONE"}) is same
    assert compile_mapping("shopify", overlay={"`1`": "ONE"}) is not same


def test_a_schema_is_checked_once_and_its_idle_lines_are_told_each_time(shopify):
    schema = {"properties": {"id": {}, "defaultEmailAddress": {"type": "object"}}}

    assert shopify.check("customers", schema)
    assert shopify.check("customers", schema) == shopify.check("customers", dict(schema))
    for _ in range(2):
        with pytest.raises(MappingError):
            shopify.check("customers", {"properties": {"id": {}}})


def test_the_mapping_tells_what_it_can_write(shopify):
    assert "shopify" in platforms()
    assert shopify.platform == "shopify"
    assert shopify.mailing_lists == ("Shopify newsletter",)
    assert shopify.kinds("orders") == ("contact", "event", "order")
    assert shopify.kinds("nothing") == ()
    assert shopify.attributes["TOTAL_SPENT"] == "float"
    assert shopify.attributes["LAST_ORDER_DATE"] == "date"
    assert shopify.attributes["WHATSAPP_CONSENT"] == "text"
    assert set(shopify.streams) == {
        "customers", "orders", "products", "collections", "abandoned_checkouts"
    }  # fmt: skip
