"""The table and the stand-in against the vendor's description of the API."""

import json
import os
from pathlib import Path

import pytest

from tajo_connector_sdk.fields import Connection, Scalar, unix_time
from tajo_connector_sdk.values import finish_of
from tap_stripe_tajo import STRIPE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts")) / "stripe"
NAMES = {"checkout_sessions": "checkout.session", "charges": "charge"}
OURS = {"amount_net", "mrr"}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's contract is not here: set TAJO_CONTRACTS"
)


def kind_of(stream):
    return NAMES.get(stream, stream.removesuffix("s"))


@pytest.fixture(scope="module")
def described():
    return json.loads((FOLDER / "resources.2026-10-28.endive.json").read_text())


@pytest.fixture(scope="module")
def examples():
    return json.loads((FOLDER / "examples" / "fixtures3.json").read_text())["resources"]


def described_kinds(field):
    """What a field may hold, of what kind its list is, and what an expandable one becomes."""
    said = field["type"]
    if field.get("enum") == []:  # Literal[True], of what is deleted
        return {"boolean", "string"}
    if said == "expandable":
        return {"string", "object"}
    if said.startswith("list_object"):
        return {"list"}
    if said in {"string", "integer", "boolean", "array"}:
        return {said}
    return {"string"} if said in {"Decimal", "decimal"} else {"number"} if said == "float" else {
        "object"}  # fmt: skip


def kind_in_table(field):
    if isinstance(field, Scalar):
        return "integer" if field is unix_time else field.type
    if isinstance(field, Connection):
        return "list"
    return "array" if isinstance(field, list) else "object"


def kinds_of(value, *, listed):
    """What a value of a record is; lists inside are whole there, and times are text."""
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    if isinstance(value, list):
        return {"list" if listed else "array"}
    return {"object"} if isinstance(value, dict) else {"string"}


@pytest.mark.parametrize("stream", [row.name for row in STRIPE.streams])
def test_every_field_is_of_the_kind_that_the_vendor_describes(described, stream):
    row = STRIPE.stream(stream)
    fields = described["resources"][kind_of(stream)]["fields"]

    wrong = {
        name: (kind_in_table(field), described_kinds(fields[name]))
        for name, field in row.fields.items()
        if name not in OURS and kind_in_table(field) not in described_kinds(fields[name])
    }
    assert wrong == {}


def test_what_the_stand_in_answers_is_of_the_kinds_that_the_vendor_describes(
    described, open_account, read
):
    reading = read(open_account(24, 40))

    wrong = set()
    for row in STRIPE.streams:
        fields = described["resources"][kind_of(row.name)]["fields"]
        times = {name for name, field in row.fields.items() if field is unix_time}
        for record in reading.rows[row.name]:
            for name, value in record.items():
                if value is None or name in OURS or name not in fields or name in times:
                    continue
                wanted = described_kinds(fields[name])
                if not kinds_of(value, listed="list" in wanted) & wanted:
                    wrong.add((row.name, name, type(value).__name__, str(wanted)))
            for name, value in record.items():
                needed = fields.get(name, {"nullable": True})
                if value is None and not needed.get("nullable") and name not in OURS:
                    wrong.add((row.name, name, "null", "never"))
    assert wrong == set()


@pytest.mark.parametrize("stream", [row.name for row in STRIPE.streams])
def test_every_field_and_event_is_one_that_the_vendor_describes(described, stream):
    row = STRIPE.stream(stream)
    fields = described["resources"][kind_of(stream)]["fields"]

    assert set(row.fields) - set(fields) - OURS == set()
    types = getattr(row.incremental, "types", ())
    assert set(types) - set(described["webhook_event_types"]) == set()


def test_every_question_is_one_that_the_vendor_describes(described, open_account, read):
    account = open_account(6, 8)
    first = read(account)
    account.store.change_customers(2)
    read(account, first.state)

    for entry in account.platform_requests:
        kind = "checkout.session" if "sessions" in entry.root else entry.root.removesuffix("s")
        if entry.root in {"account", "inner"} or entry.path.count("/") > entry.root.count("/") + 2:
            continue
        lists = described["resources"][kind]["list_params"]
        known = set().union(*(each for each in lists.values()))
        assert {name.split("[")[0] for name, _ in entry.pairs} - known == set(), entry.root


def test_what_the_stand_in_answers_is_what_the_vendor_describes(described, open_account, read):
    account = open_account(24, 40)
    reading = read(account)

    for stream, rows in reading.rows.items():
        fields = described["resources"][kind_of(stream)]["fields"]
        assert set().union(*rows) - set(fields) - OURS <= {
            "_tajo_store", "_sdc_deleted_at", "object", "livemode",
        }, stream  # fmt: skip


@pytest.mark.parametrize("stream", [row.name for row in STRIPE.streams])
def test_the_vendors_examples_take_the_tables_shape(examples, stream):
    row = STRIPE.stream(stream)
    example = json.loads(json.dumps(examples[kind_of(stream)]))
    finish_of(row.fields)(example)

    assert example["created"] == "2009-02-13T23:31:30Z"
    if row.adds:
        assert set(row.adds(examples[kind_of(stream)], {})) <= OURS
