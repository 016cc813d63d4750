"""The table and the stand-in against the vendor's description of the API."""

import json
import os
from pathlib import Path

import pytest

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
        assert {name.split("[")[0] for name, _ in entry.params} - known == set(), entry.root


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
