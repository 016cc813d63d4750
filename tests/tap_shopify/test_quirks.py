"""What Shopify does, as pure functions."""

from datetime import UTC, datetime

import pytest

from tajo_connector_sdk.bulk import Operation, Started, Status
from tajo_connector_sdk.graphql import Fault, Search
from tajo_connector_sdk.incremental import Window
from tajo_connector_sdk.pacing import Cost
from tap_shopify_tajo import quirks

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
FILTERS = [
    (Search(), ""),
    (Search(name="updated_at", window=Window(None, AT)), "updated_at:<'2026-11-01T12:00:00Z'"),
    (
        Search(name="updated_at", window=Window(AT, AT)),
        "updated_at:>='2026-11-01T12:00:00Z' updated_at:<'2026-11-01T12:00:00Z'",
    ),
    (Search(terms=("a:b",), above="gid://shopify/Order/12?x=1"), "a:b id:>12"),
]


@pytest.mark.parametrize(("wanted", "text"), FILTERS)
def test_filters(wanted, text):
    assert quirks.search(wanted) == text


@pytest.mark.parametrize(
    ("gid", "kind", "number"),
    [
        ("gid://shopify/Order/12", "Order", "12"),
        ("gid://shopify/MailingAddress/12?model_name=CustomerAddress", "MailingAddress", "12"),
    ],
)
def test_ids(gid, kind, number):
    assert quirks.kind_of(gid) == kind
    assert quirks.number_of(gid) == number


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("THROTTLED", Fault.THROTTLED),
        ("MAX_COST_EXCEEDED", Fault.TOO_COSTLY),
        ("ACCESS_DENIED", Fault.DENIED),
        ("INTERNAL_SERVER_ERROR", Fault.LATER),
        ("undefinedField", Fault.OTHER),
        (None, Fault.OTHER),
    ],
)
def test_errors(code, fault):
    assert quirks.fault({"extensions": {"code": code}}) is fault
    assert quirks.fault({}) is Fault.OTHER


def test_cost():
    bucket = {"maximumAvailable": 2000.0, "currentlyAvailable": 1500, "restoreRate": 100.0}
    said = {"extensions": {"cost": {"requestedQueryCost": 12, "throttleStatus": bucket}}}

    assert quirks.cost(said) == Cost(12, 1500, 2000, 100)
    assert quirks.cost({}) is None
    assert quirks.cost({"extensions": {"cost": {"requestedQueryCost": 12}}}) is None


@pytest.mark.parametrize(
    ("codes", "started"),
    [
        ([], Started("gid://x/1")),
        (["LIMIT_REACHED"], Started(None, busy=True, errors=("LIMIT_REACHED",))),
        (["OPERATION_IN_PROGRESS"], Started(None, busy=True, errors=("OPERATION_IN_PROGRESS",))),
        ([None], Started(None, errors=("INVALID",))),
    ],
)
def test_starting_a_bulk_operation(codes, started):
    operation = None if codes else {"id": "gid://x/1"}
    errors = [{"code": code} for code in codes]
    said = {"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": errors}}

    assert quirks.bulk_started(said) == started


@pytest.mark.parametrize("word", list(quirks.STATUSES))
def test_the_state_of_a_bulk_operation(word):
    said = {"id": "x", "status": word, "objectCount": "12", "url": None, "errorCode": None}

    assert quirks.bulk_state({"bulkOperation": said}) == Operation(
        "x", quirks.STATUSES[word], objects=12
    )
    assert quirks.bulk_state({"bulkOperation": None}) is None


def test_partial_data_has_no_way_in():
    said = {
        "id": "x",
        "status": "FAILED",
        "objectCount": "3",
        "errorCode": "ACCESS_DENIED",
        "partialDataUrl": "https://storage.example/x",
    }

    found = quirks.bulk_state({"bulkOperation": said})

    assert found == Operation("x", Status.FAILED, objects=3, code="ACCESS_DENIED", denied=True)


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ({"action": "destroy", "subjectId": "gid://x/1"}, {"id": "gid://x/1"}),
        ({"action": "update", "subjectId": "gid://x/1"}, None),
        ({"action": "destroy"}, None),
    ],
)
def test_deletions(event, key):
    assert quirks.deletion(event) == key
