"""The stand-in against the vendor's own description: paths, bodies, answers."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from tajo_sandbox.brevo.api.table import OPERATIONS

WRONG_VALUES: tuple[Any, ...] = (None, 1.5, 7, True, "text", [], {}, [1.5], ["text"], {"a": {}})
RETIRED = ("POST", "/contacts/batch")
EVENT = {
    "event_name": "order_completed",
    "event_date": "2026-11-01T10:00:00Z",
    "identifiers": {"email_id": "known@example.com", "ext_id": "known"},
    "contact_properties": {"FIRSTNAME": "Ada"},
    "event_properties": {"total": 12.5, "items": [{"id": "1"}], "paid": True, "note": "x"},
    "object": {"type": "order", "identifiers": {"ext_id": "1"}},
}
ORDER = {
    "id": "order-1",
    "createdAt": "2026-11-01T10:00:00Z",
    "updatedAt": "2026-11-01T10:00:00Z",
    "status": "completed",
    "amount": 12.5,
    "storeId": "shop",
    "identifiers": {"email_id": "known@example.com", "ext_id": "known"},
    "products": [{"productId": "1", "price": 12.5, "quantity": 1, "variantId": "2"}],
    "billing": {"city": "Paris", "countryCode": "FR", "phone": "33612345678"},
    "coupons": ["TEN"],
    "metaInfo": {"currency": "EUR", "lines": 1, "gift": False},
}
PRODUCT = {
    "id": "product-1",
    "name": "Cup",
    "url": "https://example.com/cup",
    "price": 12.5,
    "stock": 3,
    "sku": "CUP",
    "categories": ["cups"],
    "isDeleted": False,
    "metaInfo": {"vendor": "Potter", "weight": 3},
}
CATEGORY = {"id": "cups", "name": "Cups", "url": "https://example.com/cups", "isDeleted": False}
CONTACT = {
    "email": "new@example.com",
    "ext_id": "new",
    "attributes": {"FIRSTNAME": "Ada", "SMS": "+33612345679"},
    "listIds": [2],
    "emailBlacklisted": False,
    "smsBlacklisted": False,
    "updateEnabled": True,
}

# Operation: (path as called, body that both sides take, status of the answer).
GOOD: dict[tuple[str, str], tuple[str, Any, int]] = {
    ("GET", "/account"): ("/account", None, 200),
    ("GET", "/processes"): ("/processes", None, 200),
    ("GET", "/processes/{processId}"): ("/processes/1", None, 200),
    ("GET", "/contacts/attributes"): ("/contacts/attributes", None, 200),
    ("POST", "/contacts/attributes/{attributeCategory}/{attributeName}"): (
        "/contacts/attributes/normal/TOTAL_SPENT",
        {"type": "float"},
        201,
    ),
    ("PUT", "/contacts/attributes/{attributeCategory}/{attributeName}"): (
        "/contacts/attributes/category/DOUBLE_OPT-IN",
        {"enumeration": [{"value": 1, "label": "Yes"}]},
        204,
    ),
    ("DELETE", "/contacts/attributes/{attributeCategory}/{attributeName}"): (
        "/contacts/attributes/normal/JOB_TITLE",
        None,
        204,
    ),
    ("GET", "/contacts/folders"): ("/contacts/folders", None, 200),
    ("POST", "/contacts/folders"): ("/contacts/folders", {"name": "Tajo"}, 201),
    ("GET", "/contacts/folders/{folderId}"): ("/contacts/folders/1", None, 200),
    ("GET", "/contacts/folders/{folderId}/lists"): ("/contacts/folders/1/lists", None, 200),
    ("GET", "/contacts/lists"): ("/contacts/lists", None, 200),
    ("POST", "/contacts/lists"): ("/contacts/lists", {"name": "Mail", "folderId": 1}, 201),
    ("GET", "/contacts/lists/{listId}"): ("/contacts/lists/2", None, 200),
    ("DELETE", "/contacts/lists/{listId}"): ("/contacts/lists/2", None, 204),
    ("GET", "/contacts/lists/{listId}/contacts"): ("/contacts/lists/2/contacts", None, 200),
    ("POST", "/contacts/lists/{listId}/contacts/add"): (
        "/contacts/lists/2/contacts/add",
        {"emails": ["known@example.com", "nobody@example.com"]},
        201,
    ),
    ("POST", "/contacts/lists/{listId}/contacts/remove"): (
        "/contacts/lists/2/contacts/remove",
        {"emails": ["listed@example.com"]},
        201,
    ),
    ("POST", "/contacts/import"): (
        "/contacts/import",
        {
            "jsonBody": [{"email": "i@example.com", "attributes": {"FIRSTNAME": "Ada"}}],
            "listIds": [2],
            "emailBlacklist": False,
            "smsBlacklist": False,
            "updateExistingContacts": True,
            "emptyContactsAttributes": False,
            "disableNotification": True,
        },
        202,
    ),
    ("GET", "/contacts"): ("/contacts?limit=1000&sort=asc", None, 200),
    ("POST", "/contacts"): ("/contacts", CONTACT, 201),
    ("GET", "/contacts/{identifier}"): ("/contacts/known@example.com", None, 200),
    ("GET", "/contacts/{identifier}/campaignStats"): (
        "/contacts/known@example.com/campaignStats",
        None,
        200,
    ),
    ("PUT", "/contacts/{identifier}"): (
        "/contacts/known?identifierType=ext_id",
        {"attributes": {"LASTNAME": "L"}, "emailBlacklisted": True, "unlinkListIds": [2]},
        204,
    ),
    ("DELETE", "/contacts/{identifier}"): ("/contacts/known@example.com", None, 204),
    ("POST", "/events"): ("/events", EVENT, 204),
    ("POST", "/events/batch"): ("/events/batch", {"events": [EVENT, EVENT]}, 202),
    ("GET", "/events"): ("/events?event_name=seen&limit=10", None, 200),
    ("POST", "/ecommerce/activate"): ("/ecommerce/activate", None, 200),
    ("GET", "/ecommerce/config/displayCurrency"): ("/ecommerce/config/displayCurrency", None, 200),
    ("POST", "/orders/status"): ("/orders/status", ORDER, 204),
    ("POST", "/orders/status/batch"): (
        "/orders/status/batch",
        {"orders": [ORDER], "historical": True},
        202,
    ),
    ("GET", "/orders"): ("/orders?limit=100", None, 200),
    ("POST", "/products"): ("/products", {**PRODUCT, "updateEnabled": True}, 201),
    ("POST", "/products/batch"): (
        "/products/batch",
        {"products": [PRODUCT], "updateEnabled": True},
        201,
    ),
    ("GET", "/products"): ("/products?limit=1000", None, 200),
    ("GET", "/products/{id}"): ("/products/shelved", None, 200),
    ("POST", "/categories"): ("/categories", {**CATEGORY, "updateEnabled": True}, 201),
    ("POST", "/categories/batch"): (
        "/categories/batch",
        {"categories": [CATEGORY], "updateEnabled": True},
        201,
    ),
    ("GET", "/categories"): ("/categories?limit=100", None, 200),
    ("GET", "/categories/{id}"): ("/categories/shelved", None, 200),
}
MORE_GOOD_BODIES = (
    ("POST", "/contacts", {"attributes": {"SMS": "0033612345670"}}, 201),
    ("POST", "/contacts", {"ext_id": "only-an-id"}, 201),
    ("POST", "/contacts/import", {"fileBody": "EMAIL;FIRSTNAME\nf@example.com;F", "listIds": [2]}),
    (
        "POST",
        "/contacts/import",
        {
            "jsonBody": [{"attributes": {"EXT_ID": "z", "FIRSTNAME": None}}],
            "newList": {"listName": "Made", "folderId": 1},
        },
    ),
    ("POST", "/events", {"event_name": "seen", "identifiers": {"contact_id": 1}}),
    ("POST", "/products", {"id": "p2", "name": "Only a name"}),
    ("POST", "/categories", {"id": "c2", "name": "Only a name"}),
)
# Statuses that every operation may have and that the description leaves out.
UNDECLARED = {401, 403, 404, 413, 429}


@pytest.fixture(scope="module")
def api(contracts):
    described = json.loads((contracts / "brevo" / "openapi.json").read_text())
    return {**described, "compiled": {}}


def as_json_schema(node: Any, *, answer: bool) -> Any:
    """OpenAPI 3.0 as JSON Schema.

    Two places of the description refuse what Brevo does: `oneOf` over objects without required
    fields matches every branch (members of a list), and an empty array matches two branches of an
    answer. The first is read as "exactly one of these keys", the second as `anyOf`.
    """
    if isinstance(node, list):
        return [as_json_schema(each, answer=answer) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: as_json_schema(value, answer=answer) for key, value in node.items()}
    made.pop("format", None) if isinstance(made.get("format"), str) else None
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if isinstance(made.get("oneOf"), list):
        if answer:
            made["anyOf"] = made.pop("oneOf")
        elif all("properties" in each for each in made["oneOf"]):
            for each in made["oneOf"]:
                each["required"] = list(each["properties"])
    return made


def validator(api: dict[str, Any], schema: dict[str, Any], *, answer: bool):
    key = (json.dumps(schema, sort_keys=True), answer)
    if key not in api["compiled"]:
        whole = {**schema, "components": api["components"]}
        made = jsonschema_rs.validator_for(as_json_schema(whole, answer=answer))
        api["compiled"][key] = made
    return api["compiled"][key]


def body_schema(api, method, path):
    operation = api["paths"][path][method.lower()]
    return operation["requestBody"]["content"]["application/json"]["schema"]


def answer_schema(api, method, path, status):
    response = api["paths"][path][method.lower()]["responses"].get(str(status))
    if response and "$ref" in response:
        response = api["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if response is None:
        return None
    return response.get("content", {}).get("application/json", {}).get("schema", {})


def furnish(brevo) -> None:
    """What the good calls presuppose."""
    brevo("POST", "/contacts", {"email": "known@example.com", "ext_id": "known"})
    brevo("POST", "/contacts", {"email": "listed@example.com", "listIds": [2]})
    event = {"event_name": "seen", "identifiers": {"contact_id": 1}}
    brevo("POST", "/events", {**event, "object": {"type": "page"}})
    brevo.import_rows({"email": "broken"}, {"email": "fine@example.com"})
    brevo("POST", "/products", {**PRODUCT, "id": "shelved"})
    brevo("POST", "/categories", {**CATEGORY, "id": "shelved"})
    brevo("POST", "/orders/status", {**ORDER, "id": "placed"})


def fits_answer(api, method, path, answer) -> None:
    schema = answer_schema(api, method, path, answer.status_code)
    if schema is None:
        assert answer.status_code in UNDECLARED, (method, path, answer.status_code)
        schema = {"$ref": "#/components/schemas/errorModel"}
    if path == "/events/batch" and answer.status_code == 400 and "code" in answer.json():
        # Described is only the 400 of a whole batch of bad rows, not the one of a bad envelope.
        schema = {"$ref": "#/components/schemas/errorModel"}
    if answer.content:
        validator(api, schema, answer=True).validate(answer.json())


def mutated(body: Any) -> Iterator[Any]:
    """The body with one thing wrong: each value replaced by others, each key left out."""
    for where in places(body):
        for wrong in WRONG_VALUES:
            yield changed(
                body, where, lambda holder, key, wrong=wrong: holder.__setitem__(key, wrong)
            )
        yield changed(body, where, lambda holder, key: holder.__delitem__(key))
    yield from ([], "text", None, [body])


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def changed(body: Any, where: tuple[Any, ...], change) -> Any:
    made = copy.deepcopy(body)
    holder = made
    for key in where[:-1]:
        holder = holder[key]
    change(holder, where[-1])
    return made


def test_every_operation_exists_in_the_description(api):
    missing = [
        (each.method, each.path)
        for each in OPERATIONS
        if each.method.lower() not in api["paths"].get(each.path, {})
    ]
    assert missing == []


def test_every_operation_has_a_good_call():
    assert {(each.method, each.path) for each in OPERATIONS} - {RETIRED} == set(GOOD)


@pytest.mark.parametrize("operation", GOOD, ids=" ".join)
def test_a_good_call_is_taken_by_both_and_its_answer_is_as_described(api, brevo, operation):
    method, path = operation
    called, body, status = GOOD[operation]
    furnish(brevo)
    if body is not None:
        validator(api, body_schema(api, method, path), answer=False).validate(body)
    answer = brevo(method, called, body)
    assert answer.status_code == status, answer.text
    fits_answer(api, method, path, answer)


@pytest.mark.parametrize("case", MORE_GOOD_BODIES, ids=lambda case: f"{case[1]} {list(case[2])}")
def test_other_good_bodies_are_taken_by_both(api, brevo, case):
    method, path, body = case[:3]
    furnish(brevo)
    validator(api, body_schema(api, method, path), answer=False).validate(body)
    assert brevo(method, path, body).ok


@pytest.mark.parametrize(
    "operation", [each for each in GOOD if GOOD[each][1] is not None], ids=" ".join
)
def test_a_body_that_the_description_refuses_is_refused(api, brevo, operation):
    method, path = operation
    called, body, _ = GOOD[operation]
    furnish(brevo)
    check = validator(api, body_schema(api, method, path), answer=False)
    let_through, refused = [], 0
    for wrong in mutated(body):
        if check.is_valid(wrong):
            continue
        answer = brevo(method, called, wrong)
        taken = answer.status_code < 400 and answer.status_code != 207
        if taken:
            let_through.append(wrong)
        else:
            refused += 1
            fits_answer(api, method, path, answer)
    assert let_through == []
    assert refused >= 5


@pytest.mark.parametrize(
    ("path", "name", "row", "most"),
    [
        ("/events/batch", "events", EVENT, 200),
        ("/orders/status/batch", "orders", ORDER, 1000),
        ("/products/batch", "products", PRODUCT, 100),
        ("/categories/batch", "categories", CATEGORY, 100),
    ],
)
def test_one_row_more_than_described_is_refused(api, brevo, path, name, row, most):
    furnish(brevo)
    rows = [{**row, "id": str(number)} for number in range(most + 1)]
    check = validator(api, body_schema(api, "POST", path), answer=False)
    assert check.is_valid({name: rows[:most]})
    assert not check.is_valid({name: rows})
    assert brevo("POST", path, {name: rows[:most]}).ok
    assert brevo("POST", path, {name: rows}).status_code == 400


@pytest.mark.parametrize("path", ["/contacts/import", "/events/batch", "/orders/status/batch"])
def test_a_body_larger_than_described_is_refused(api, brevo, path):
    described = api["paths"][path]["post"]["x-max-body-bytes"]
    operation = next(each for each in OPERATIONS if each.path == path and each.method == "POST")
    assert operation.largest == described
    answer = brevo.session.post(
        brevo.url + path,
        data=b" " * (described + 1),
        headers={"api-key": "xkeysib-sandbox"},
        timeout=10,
    )
    assert answer.status_code == operation.too_large


def test_the_rate_table_is_the_described_one(api):
    from tajo_sandbox.brevo.limits import ALLOWED  # noqa: PLC0415 (only this test needs it)

    names = {
        "events": "POST /events",
        "contacts": "/contacts/*",
        "orders": "POST /orders/status",
        "products": "POST /products",
        "other": "other",
    }
    words = {1: "s", 3600: "h"}
    for tier, described in api["x-rate-limits"]["tiers"].items():
        ours = {
            bucket: ", ".join(f"{limit}/{words[length]}" for length, limit in windows)
            for bucket, windows in ALLOWED[tier].items()
        }
        assert ours == {bucket: described[name] for bucket, name in names.items()}
