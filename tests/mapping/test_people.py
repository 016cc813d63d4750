"""``tajo-mapping check`` and ``tajo-mapping try``, as a person uses them."""

import json

import pytest

from tajo_mapping.commands import run

SHOPIFY = ("--platform", "shopify")
NAMES = "{email: email, first_name: FIRSTNAME, total_spent: TOTAL_SPENT}"


@pytest.fixture
def file(tmp_path):
    def write(text, name="mine.yml"):
        (tmp_path / name).write_text(text if isinstance(text, str) else json.dumps(text))
        return str(tmp_path / name)

    return write


@pytest.fixture
def say(capsys, caplog):
    """Run the command; return its exit code, what it printed and what it logged."""

    def speak(*arguments):
        code = run([*arguments, *(() if "platform" in str(arguments) else SHOPIFY)])
        return code, capsys.readouterr().out, caplog.text

    return speak


def test_check_shows_what_a_right_file_writes(file, say):
    code, out, _ = say("check", file(NAMES))

    assert code == 0
    assert out.startswith("mine.yml is right (platform shopify, version ")
    assert "  customers: contact\n" in out
    assert "  TOTAL_SPENT: float\n" in out
    assert "Shopify newsletter" in out


def test_check_asks_for_the_platform_where_nothing_says_it(file, capsys, caplog):
    code = run(["check", file(NAMES)])

    assert (code, capsys.readouterr().out) == (2, "")
    assert "mine.yml: does not say its platform; --platform, one of " in caplog.text


def test_check_tells_a_mistake_in_one_line(file, say):
    code, out, log = say("check", file("{first_name: FirstName}"))

    assert (code, out) == (2, "")
    assert "mine.yml: streams.customers.contact.field_mapping.first_name: " in log
    assert "attributes are in capitals: FIRSTNAME" in log


def test_check_with_a_catalog_checks_the_fields(file, say):
    fields = {"id": {}, "defaultEmailAddress": {"properties": {"emailAddress": {}}}}
    catalog = {"streams": [{"tap_stream_id": "customers", "schema": {"properties": fields}}]}
    there = file(catalog, "catalog.json")

    code, out, _ = say("check", file("{email: email}"), "--catalog", there)
    assert code == 0
    assert "the stream has no field 'firstName'" in out

    code, _, log = say("check", file("{'lower(idd)': X}"), "--catalog", there)
    assert code == 2
    assert "unknown field 'idd'; did you mean 'id'?" in log


def test_try_shows_what_becomes_of_a_record(file, say, record_of):
    code, out, _ = say("try", file(NAMES), file(record_of("customer"), "record.json"))

    assert code == 0
    assert json.loads(out)["contacts"]["FIRSTNAME"] == "Ada"


def test_try_reads_a_record_message_and_shows_every_outcome(file, say, record_of):
    message = {"type": "RECORD", "stream": "orders", "record": record_of("order", test=True)}

    code, out, _ = say("try", file("platform: shopify"), file(message, "record.json"))

    assert code == 0
    assert out.count('"filtered"') == 4
    assert "a test order" in out


def test_try_ends_with_1_when_the_record_is_refused(file, say, record_of):
    bad = record_of("customer", **{"amountSpent.amount": "much"})

    code, out, _ = say("try", file(NAMES), file(bad, "record.json"))

    assert code == 1
    assert json.loads(out)["refused"]["reason"] == "the text is not a decimal number"
    assert "much" not in out


@pytest.mark.parametrize(
    ("text", "says"),
    [("[]", "not an object"), ("{", "not JSON"), (None, "cannot be read")],
)
def test_try_tells_a_record_that_is_none(file, say, text, says, tmp_path):
    path = file(text, "record.json") if text else str(tmp_path / "none.json")

    code, _, log = say("try", file(NAMES), path)

    assert code == 2
    assert says in log


def test_try_tells_a_stream_that_is_not_mapped(file, say):
    code, _, log = say("try", file(NAMES), file({}, "record.json"), "--stream", "custmers")

    assert code == 2
    assert "did you mean 'customers'?" in log


def test_show_prints_the_function_of_a_stream(file, say):
    code, out, _ = say("show", file(NAMES), "--python", "customers")

    assert code == 0
    assert out.startswith("def map_customers(record, store):\n")
    assert "# first_name: FIRSTNAME\n" in out
    compile(out, "shown", "exec")

    code, _, log = say("show", file(NAMES), "--python", "custmers")
    assert code == 2
    assert "did you mean 'customers'?" in log
