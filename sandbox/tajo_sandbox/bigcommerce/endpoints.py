"""The lists that can be read: their paths, the scope each needs, what they take and hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tajo_sandbox.bigcommerce import catalog, people, sales
from tajo_sandbox.bigcommerce.numbers import order_id, refund_id, small
from tajo_sandbox.bigcommerce.questions import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tajo_sandbox.bigcommerce.questions import Question
    from tajo_sandbox.bigcommerce.switches import Switches
    from tajo_sandbox.store import Store

CUSTOMERS, ORDERS = "store_v2_customers_read_only", "store_v2_orders_read_only"
PRODUCTS, CHANNELS = "store_v2_products_read_only", "store_channel_settings_read_only"
MODIFIED = {"date_modified:min": "low", "date_modified:max": "high"}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A row that may be asked for: its id, its time, what filters by ids look at, how it looks."""

    id: int
    at: str
    of: dict[str, int]
    show: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What rows are made from: the store, the switches, the question and the API's own address."""

    store: Store
    switches: Switches
    question: Question
    base: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One list; `name` is how the log calls it."""

    name: str
    path: str
    scope: str
    rules: Rules
    rows: Callable[[Scene], Iterator[Shelved]]


def _customers(scene: Scene) -> Iterator[Shelved]:
    include, many = scene.question.include, scene.switches.many
    for row in scene.store.customers.values():
        number = small("customer", row.number)
        show = partial(people.customer, row, include, many)
        yield Shelved(number, row.updated_at, {"id": number}, show)


def _inside(make: Callable[..., list[dict[str, Any]]], scene: Scene) -> Iterator[Shelved]:
    for row in scene.store.customers.values():
        of = {"customer_id": small("customer", row.number)}
        for found in make(row, scene.switches.many):
            yield Shelved(found["id"], row.updated_at, of, partial(dict, found))


def _subscribers(scene: Scene) -> Iterator[Shelved]:
    for number, at, shown in people.subscribers(scene.store):
        yield Shelved(number, at, {"id": number}, partial(dict, shown))


def _orders(scene: Scene) -> Iterator[Shelved]:
    include = set(scene.question.include)
    if scene.question.other.get("consignment_structure") != "object":
        include.clear()
    if "consignments.line_items" in include:
        include.add("consignments")
    for row in scene.store.orders.values():
        number = order_id(row)
        archived = number in scene.switches.archived
        show = partial(sales.order, row, scene.store, include, scene.base, archived=archived)
        yield Shelved(number, row.updated_at, {"id": number}, show)


def _refunds(scene: Scene) -> Iterator[Shelved]:
    for order in scene.store.orders.values():
        for row in order.refunds:
            number = refund_id(row.number)
            of = {"id": number, "order_id": order_id(order)}
            yield Shelved(number, row.created_at, of, partial(sales.refund, row, order))


def _products(scene: Scene) -> Iterator[Shelved]:
    for row in scene.store.products.values():
        number = small("product", row.number)
        show = partial(catalog.product, row, scene.store, scene.question.include)
        yield Shelved(number, row.updated_at, {"id": number}, show)


def _variants(scene: Scene) -> Iterator[Shelved]:
    for row in scene.store.variants():
        number, product = small("variant", row.number), small("product", row.product)
        of = {"id": number, "product_id": product}
        yield Shelved(number, row.updated_at, of, partial(catalog.variant, row))


def _categories(scene: Scene) -> Iterator[Shelved]:
    for row in scene.store.collections.values():
        number = small("category", row.number)
        of = {"category_id": number}
        yield Shelved(number, row.updated_at, of, partial(catalog.category, row))


def _channels(scene: Scene) -> Iterator[Shelved]:
    for shown in catalog.channels(scene.store):
        yield Shelved(shown["id"], shown["date_modified"], {}, partial(dict, shown))


ORDER_TIMES = {"min_date_modified": "low", "max_date_modified": "high"}
V2_ORDERS = Rules(
    times=ORDER_TIMES,
    sorts={"id": "id", "date_modified": "at"},
    includes=frozenset({"consignments", "consignments.line_items", "fees"}),
    above={"min_id": 0},
    more=frozenset({"consignment_structure"}),
    lenient=True,
)
ENDPOINTS = (
    Endpoint(
        "customers",
        "/v3/customers",
        CUSTOMERS,
        Rules(
            ids={"id:in": "id"},
            times=MODIFIED,
            sorts={"date_modified": "at"},
            includes=frozenset({"addresses", "storecredit", "attributes", "formfields"}),
        ),
        _customers,
    ),
    Endpoint(
        "addresses",
        "/v3/customers/addresses",
        CUSTOMERS,
        Rules(ids={"customer_id:in": "customer_id"}),
        partial(_inside, people.addresses),
    ),
    Endpoint(
        "attribute-values",
        "/v3/customers/attribute-values",
        CUSTOMERS,
        Rules(ids={"customer_id:in": "customer_id"}),
        partial(_inside, people.attributes),
    ),
    Endpoint(
        "subscribers",
        "/v3/customers/subscribers",
        CUSTOMERS,
        Rules(ids={"id:in": "id"}, times=MODIFIED),
        _subscribers,
    ),
    Endpoint("orders", "/v2/orders", ORDERS, V2_ORDERS, _orders),
    Endpoint(
        "count",
        "/v2/orders/count",
        ORDERS,
        Rules(times=ORDER_TIMES, above={"min_id": 0}, lenient=True, paged=False),
        _orders,
    ),
    Endpoint(
        "refunds",
        "/v3/orders/payment_actions/refunds",
        ORDERS,
        Rules(
            ids={"id:in": "id", "order_id:in": "order_id"},
            times={"created:min": "low", "created:max": "high"},
        ),
        _refunds,
    ),
    Endpoint(
        "products",
        "/v3/catalog/products",
        PRODUCTS,
        Rules(
            ids={"id:in": "id"},
            times=MODIFIED,
            sorts={"id": "id", "date_modified": "at"},
            includes=frozenset({"variants", "primary_image", "channels", "images"}),
            above={"id:min": 0, "id:greater": 1},
            more=frozenset({"direction"}),
            today=True,
        ),
        _products,
    ),
    Endpoint(
        "variants",
        "/v3/catalog/variants",
        PRODUCTS,
        Rules(ids={"product_id:in": "product_id"}),
        _variants,
    ),
    Endpoint(
        "categories",
        "/v3/catalog/trees/categories",
        PRODUCTS,
        Rules(ids={"category_id:in": "category_id"}),
        _categories,
    ),
    Endpoint("channels", "/v3/channels", CHANNELS, Rules(times=MODIFIED), _channels),
)
BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}
