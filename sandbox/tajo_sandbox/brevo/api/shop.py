"""Orders, products, categories, and the switch that turns e-commerce on."""

from typing import Any

from tajo_sandbox.brevo.answers import Answer, Refusal, absent, invalid
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.state.shop import item_problem, order_problem, product_shown, put_item


def activate(call: Call) -> Answer:
    """``POST /ecommerce/activate``: 200 at once; e-commerce is there a while later."""
    account = call.account
    if not account.ecommerce_ready() and account.activated_at is None:
        account.activated_at = account.switches.clock() + account.switches.activation_seconds
    return Answer(200)


def read_currency(call: Call) -> Answer:
    """``GET /ecommerce/config/displayCurrency``: 403 while e-commerce is off."""
    _ready(call)
    return Answer(200, {"code": "EUR"})


def create_order(call: Call) -> Answer:
    """``POST /orders/status``: 204. A single order is live: it starts automations."""
    _ready(call)
    problem = order_problem(call.body)
    if problem:
        raise invalid(problem)
    call.account.put_order(call.body, historical=False)
    return Answer(204)


def create_orders(call: Call) -> Answer:
    """``POST /orders/status/batch``: 202; one bad order refuses the whole batch."""
    _ready(call)
    orders = call.body["orders"]
    for index, order in enumerate(orders):
        problem = order_problem(order)
        if problem:
            raise invalid(f"orders[{index}]: {problem}")
    historical = call.body.get("historical", True)
    batch = call.account.queue_orders(orders, historical=historical)
    return Answer(202, {"batchId": batch.id, "count": len(orders)})


def read_orders(call: Call) -> Answer:
    """``GET /orders``: a page, newest first."""
    return _page(call, list(call.account.shop.orders.values()), "orders", 100, "createdAt")


def create_product(call: Call) -> Answer:
    """``POST /products``: 201 created, 204 updated."""
    return _create_item(call, call.account.shop.products)


def create_products(call: Call) -> Answer:
    """``POST /products/batch``: 201 with counts; all or nothing."""
    return _create_items(call, call.account.shop.products, "products")


def read_products(call: Call) -> Answer:
    """``GET /products``: a page, newest first."""
    shown = [product_shown(each) for each in call.account.shop.products.values()]
    return _page(call, shown, "products", 1000, "createdAt")


def read_product(call: Call) -> Answer:
    """``GET /products/{id}``."""
    return Answer(200, product_shown(_item(call, call.account.shop.products)))


def create_category(call: Call) -> Answer:
    """``POST /categories``: 201 created, 204 updated."""
    return _create_item(call, call.account.shop.categories)


def create_categories(call: Call) -> Answer:
    """``POST /categories/batch``: 201 with counts; all or nothing."""
    return _create_items(call, call.account.shop.categories, "categories")


def read_categories(call: Call) -> Answer:
    """``GET /categories``: a page, newest first."""
    found = list(call.account.shop.categories.values())
    return _page(call, found, "categories", 100, "createdAt")


def read_category(call: Call) -> Answer:
    """``GET /categories/{id}``."""
    return Answer(200, _item(call, call.account.shop.categories))


def _ready(call: Call) -> None:
    if not call.account.ecommerce_ready():
        raise Refusal(403, "permission_denied", "eCommerce is not activated for this account")


def _create_item(call: Call, items: dict[str, dict[str, Any]]) -> Answer:
    _ready(call)
    update = call.body.get("updateEnabled", False)
    created = put_item(items, call.body, call.account.at(), update=update)
    return Answer(201, {"id": len(items)}) if created else Answer(204)


def _create_items(call: Call, items: dict[str, dict[str, Any]], name: str) -> Answer:
    _ready(call)
    rows, update = call.body[name], call.body.get("updateEnabled", False)
    if not rows:
        raise invalid(f"{name} is empty")
    if len({row["id"] for row in rows}) < len(rows):
        raise invalid(f"{name} hold an id twice")
    for row in rows:
        item_problem(row)
        if row["id"] in items and not update:
            raise invalid("an item with this id exists already")
        if row["id"] not in items and not row.get("name"):
            raise invalid("name is required on creation")
    at = call.account.at()
    created = sum(put_item(items, row, at, update=True) for row in rows)
    return Answer(201, {"createdCount": created, "updatedCount": len(rows) - created})


def _item(call: Call, items: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = items.get(call.path["id"])
    if found is None:
        raise absent("id does not exist")
    return found


def _page(call: Call, found: list[dict[str, Any]], name: str, most: int, created: str) -> Answer:
    _ready(call)
    for parameter, field in (("modifiedSince", "modifiedAt"), ("createdSince", created)):
        since = call.since(parameter)
        if since is not None:
            found = [each for each in found if each[field] > since]
    ids = set(call.query.get("ids", ()))
    if ids:
        found = [each for each in found if each["id"] in ids]
    page = call.page(found, 50, most)
    return Answer(200, {name: page, "count": len(found)})
