"""Pages, sort keys, searches and counts of the root lists."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.shopify import paging as paging_module
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOMY = {"maximum_available": 1e9, "restore_rate": 1e9, "max_query_cost": 10**9}


def served(customers=40, orders=60, **switches):
    store = Store.generate(customers, orders, seed=2, now=NOW)
    store.clock = lambda: NOW
    return store, Direct(shopify_app(store, Switches(**{**ROOMY, **switches})))


@pytest.fixture(scope="module")
def shop():
    return served(600, 900)[1]


@pytest.fixture(scope="module")
def store(shop):
    return shop.app.state.store


WALK = """
query ($first: Int, $after: String, $last: Int, $before: String, $query: String, $reverse: Boolean,
       $sort: {enum}) {{
  {root}(first: $first, after: $after, last: $last, before: $before, query: $query,
         reverse: $reverse, sortKey: $sort) {{
    nodes {{ id {fields} }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
  }}
}}
"""
LISTS = {
    "customers": ("CustomerSortKeys", "createdAt updatedAt"),
    "orders": ("OrderSortKeys", "createdAt updatedAt processedAt test cancelledAt closedAt"),
    "products": ("ProductSortKeys", "createdAt updatedAt status title"),
    "productVariants": ("ProductVariantSortKeys", "updatedAt sku"),
    "collections": ("CollectionSortKeys", "updatedAt title"),
    "abandonedCheckouts": ("AbandonedCheckoutSortKeys", "createdAt updatedAt completedAt"),
    "draftOrders": ("DraftOrderSortKeys", "updatedAt status"),
    "events": ("EventSortKeys", "... on BasicEvent { createdAt action subjectId subjectType }"),
}


def ask(shop, root, **variables):
    enum, fields = LISTS[root]
    query = WALK.format(root=root, enum=enum, fields=fields)
    answer = shop.query(query, {"reverse": False, **variables})
    assert "errors" not in answer, answer["errors"]
    return answer["data"][root]


def walk(shop, root, size=100, **variables):
    nodes, after = [], None
    while True:
        page = ask(shop, root, first=size, after=after, **variables)
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def refused(shop, query, variables=None):
    error = shop.query(query, variables)["errors"][0]
    return error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    ("root", "sort", "field"),
    [
        ("customers", "UPDATED_AT", "updatedAt"),
        ("customers", "CREATED_AT", "createdAt"),
        ("orders", "UPDATED_AT", "updatedAt"),
        ("orders", "PROCESSED_AT", "processedAt"),
        ("products", "UPDATED_AT", "updatedAt"),
        ("abandonedCheckouts", "CREATED_AT", "createdAt"),
        ("draftOrders", "UPDATED_AT", "updatedAt"),
        ("collections", "UPDATED_AT", "updatedAt"),
        ("events", "CREATED_AT", "createdAt"),
    ],
)
def test_a_walk_meets_every_row_once_in_order_both_ways(shop, root, sort, field):
    up = walk(shop, root, sort=sort, size=37)
    assert len({node["id"] for node in up}) == len(up)
    assert [node[field] for node in up] == sorted(node[field] for node in up)
    down = walk(shop, root, sort=sort, size=41, reverse=True)
    assert down == up[::-1]


def test_walks_cover_what_the_store_holds(shop, store):
    held = {
        "customers": store.customers,
        "orders": store.orders,
        "products": store.products,
        "productVariants": list(store.variants()),
        "abandonedCheckouts": store.checkouts,
    }
    for root, rows in held.items():
        assert len(walk(shop, root, size=250, sort="ID")) == len(rows), root


def test_orders_are_sorted_by_processed_at_unless_told(shop):
    nodes = shop.query("{ orders(first: 200) { nodes { processedAt } } }")["data"]["orders"][
        "nodes"
    ]
    times = [node["processedAt"] for node in nodes]
    assert times == sorted(times)


def test_pages_from_the_end_and_backwards(shop):
    last = ask(shop, "customers", last=10, sort="ID")
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
    before = ask(shop, "customers", last=10, before=last["pageInfo"]["startCursor"], sort="ID")
    everything = walk(shop, "customers", sort="ID")
    assert before["nodes"] + last["nodes"] == everything[-20:]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "one of first or last"),
        ("(first: 2, last: 2)", "one of first or last"),
        ("(first: 251)", "0 to 250"),
        ("(last: 1000)", "0 to 250"),
        ("(first: -1)", "0 to 250"),
        ('(first: 2, after: "bm9wZQ==")', "Invalid cursor"),
    ],
)
def test_bad_page_arguments_are_refused(shop, arguments, says):
    code, message = refused(shop, f"{{ customers{arguments} {{ nodes {{ id }} }} }}")
    assert code == "BAD_REQUEST"
    assert says in message


def test_a_cursor_of_another_sort_key_is_refused(shop):
    cursor = ask(shop, "customers", first=1, sort="ID")["pageInfo"]["endCursor"]
    query = (
        "query ($c: String) "
        "{ customers(first: 1, after: $c, sortKey: UPDATED_AT) { nodes { id } } }"
    )
    assert refused(shop, query, {"c": cursor})[0] == "BAD_REQUEST"


def test_abandoned_checkouts_cannot_be_sorted_by_update(shop):
    answer = shop.query("{ abandonedCheckouts(first: 1, sortKey: UPDATED_AT) { nodes { id } } }")
    assert "UPDATED_AT" in answer["errors"][0]["message"]


def test_customers_are_filtered_by_whole_days_and_orders_to_the_second(shop, store):
    customer = sorted(store.customers.values(), key=lambda row: row.updated_at)[300]
    order = sorted(store.orders.values(), key=lambda row: row.updated_at)[450]
    for root, row, rows in (
        ("customers", customer, store.customers),
        ("orders", order, store.orders),
    ):
        moment = row.updated_at
        found = walk(shop, root, query=f"updated_at:>='{moment}'", sort="UPDATED_AT", size=250)
        edge = f"{moment[:10]}T00:00:00Z" if root == "customers" else moment
        assert len(found) == sum(other.updated_at >= edge for other in rows.values())
    day = customer.updated_at[:10]
    within = walk(shop, "customers", query=f"updated_at:'{day}T17:00:00Z'", sort="ID")
    assert {node["updatedAt"][:10] for node in within} == {day}
    before = walk(shop, "customers", query=f"updated_at:<'{day}T23:59:59Z'", sort="UPDATED_AT")
    assert max(node["updatedAt"] for node in before) < f"{day}T00:00:00Z"
    after = walk(shop, "customers", query=f"updated_at:>'{day}T00:00:00Z'", sort="UPDATED_AT")
    assert min(node["updatedAt"] for node in after) > f"{day}T23:59:59Z"


UNSOLD = {"DRAFT", "UNLISTED"}


def closed(node):
    return node["closedAt"] is not None and node["cancelledAt"] is None


def in_june(node):
    """June by the shop's clock, three hours ahead of UTC."""
    return "2026-05-31T21" <= node["createdAt"] < "2026-06-30T21"


@pytest.mark.parametrize(
    ("root", "query", "holds"),
    [
        ("orders", "test:true", lambda node: node["test"]),
        ("orders", "test:false status:closed", lambda n: not n["test"] and closed(n)),
        ("orders", "status:cancelled", lambda node: node["cancelledAt"]),
        ("orders", "-status:cancelled", lambda node: not node["cancelledAt"]),
        ("orders", "NOT status:cancelled", lambda node: not node["cancelledAt"]),
        ("products", "status:draft,archived", lambda n: n["status"] in {"DRAFT", "ARCHIVED"}),
        ("products", "status:DRAFT OR status:UNLISTED", lambda n: n["status"] in UNSOLD),
        ("products", "wool", lambda node: "wool" in node["title"].lower()),
        ("abandonedCheckouts", "status:closed", lambda node: node["completedAt"]),
        ("abandonedCheckouts", "recovery_state:not_recovered", lambda n: not n["completedAt"]),
        ("draftOrders", "status:open", lambda node: node["status"] == "OPEN"),
        (
            "events",
            "action:destroy AND subject_type:PRODUCT",
            lambda n: n["action"] == "destroy" and n["subjectType"] == "PRODUCT",
        ),
        ("orders", "created_at:>=2026-06 created_at:<2026-07", in_june),
    ],
)  # fmt: skip
def test_searches_find_what_holds_and_leave_out_what_does_not(shop, root, query, holds):
    everything = walk(shop, root, sort="ID", size=250)
    found = walk(shop, root, sort="ID", size=250, query=query)
    assert found
    assert found == [node for node in everything if holds(node)]
    assert len(found) < len(everything)


def test_id_ranges_page_through_a_list(shop, store):
    numbers = sorted(store.orders)
    middle = numbers[len(numbers) // 2]
    found = walk(shop, "orders", query=f"id:>{middle}", sort="ID", size=250)
    assert [node["id"] for node in found] == [
        f"gid://shopify/Order/{n}" for n in numbers if n > middle
    ]


def test_a_time_without_an_offset_is_the_shops_own_time(shop, store):
    order = sorted(store.orders.values(), key=lambda row: row.created_at)[300]
    local = datetime.fromisoformat(order.created_at) + timedelta(hours=3)
    found = walk(shop, "orders", query=f"created_at:'{local:%Y-%m-%dT%H:%M:%S}'", sort="ID")
    assert [node["id"] for node in found] == [order.gid]


@pytest.mark.parametrize("query", ["updated_at:>", "updated_at:>=", "status:", "updated_at:>=soon"])
def test_an_empty_or_impossible_value_is_an_internal_error(shop, query):
    text = "query ($q: String) { orders(first: 1, query: $q) { nodes { id } } }"
    code, message = refused(shop, text, {"q": query})
    assert code == "INTERNAL_SERVER_ERROR"
    assert "Internal error" in message


def test_an_unknown_search_field_is_ignored_with_a_warning(shop):
    text = "{ orders(first: 250, query: \"updatedAt:>'2026-11-01'\") { nodes { id } } }"
    answer = shop.query(text)
    assert len(answer["data"]["orders"]["nodes"]) == 250
    warning = answer["extensions"]["search"][0]
    assert (warning["path"], warning["field"]) == (["orders"], "updatedAt")


def test_a_walk_cannot_pass_the_depth_limit(monkeypatch):
    monkeypatch.setattr(paging_module, "MAX_DEPTH", 30)
    _, shop = served()
    first = ask(shop, "customers", first=20, sort="ID")
    second = ask(shop, "customers", first=20, sort="ID", after=first["pageInfo"]["endCursor"])
    assert len(second["nodes"]) == 10
    assert second["pageInfo"]["hasNextPage"]
    query = "query ($c: String) { customers(first: 20, after: $c, sortKey: ID) { nodes { id } } }"
    code, _ = refused(shop, query, {"c": second["pageInfo"]["endCursor"]})
    assert code == "PAGINATION_LIMIT_EXCEEDED"
    later = ask(shop, "customers", first=20, sort="ID", query="id:>6000000983040")
    assert later["nodes"]


def test_a_row_that_changes_during_a_walk_moves_to_its_end():
    store, shop = served()
    first = ask(shop, "customers", first=20, sort="UPDATED_AT")
    moved = first["nodes"][3]["id"]
    store.customer(moved).note = "changed"
    store.touch(store.customer(moved))
    rest = []
    after = first["pageInfo"]["endCursor"]
    while after:
        page = ask(shop, "customers", first=20, sort="UPDATED_AT", after=after)
        rest += page["nodes"]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert rest[-1]["id"] == moved
    assert len(rest) == 21


def test_rows_can_be_changed_between_two_pages_by_the_switch():
    store, shop = served()
    seen = []

    def meddle(entry):
        seen.append(entry.root)
        store.change_customers(1)

    shop.app.state.switches.on_request = meddle
    walk(shop, "customers", sort="UPDATED_AT", size=20)
    assert len(seen) >= 2


def test_the_timeline_is_kept_for_a_year_and_shows_deleted_products(shop, store):
    edge = f"{NOW - timedelta(days=365):%Y-%m-%dT%H:%M:%SZ}"
    nodes = walk(shop, "events", sort="CREATED_AT")
    kept = [row for row in store.happenings.values() if row.created_at >= edge]
    assert 0 < len(nodes) == len(kept) < len(store.happenings)
    product = next(iter(store.products.values()))
    fresh, other = served()
    fresh.delete_product(product.gid)
    gone = walk(other, "events", sort="ID", query="action:destroy subject_type:PRODUCT")
    assert gone[-1] == {
        "id": gone[-1]["id"],
        "createdAt": "2026-11-24T12:00:00Z",
        "action": "destroy",
        "subjectId": product.gid,
        "subjectType": "PRODUCT",
    }


@pytest.mark.parametrize(
    ("text", "count", "precision"),
    [
        ("customersCount", 600, "EXACT"),
        ("customersCount(limit: 100)", 100, "AT_LEAST"),
        ("customersCount(limit: null)", 600, "EXACT"),
        ("productsCount", 60, "EXACT"),
        ("draftOrdersCount", 12, "EXACT"),
        ('ordersCount(query: "id:<0")', 0, "EXACT"),
    ],
)
def test_counts_are_exact_up_to_their_limit(shop, text, count, precision):
    data = shop.query(f"{{ {text} {{ count precision }} }}")["data"]
    assert next(iter(data.values())) == {"count": count, "precision": precision}


def test_counts_stop_at_twenty_five_thousand():
    shop = served(25_010, 0)[1]
    answer = shop.query("{ customersCount(limit: null) { count precision } }")
    assert answer["data"]["customersCount"] == {"count": 25_001, "precision": "AT_LEAST"}


def test_nested_lists_are_paged_too(shop, store):
    product = max(store.products.values(), key=lambda row: len(row.variants))
    text = (
        "query ($id: ID!, $c: String) { product(id: $id) { variants(first: 2, after: $c) "
        "{ nodes { id } pageInfo { hasNextPage endCursor } } } }"
    )
    first = shop.query(text, {"id": product.gid})["data"]["product"]["variants"]
    rest = shop.query(text, {"id": product.gid, "c": first["pageInfo"]["endCursor"]})
    nodes = first["nodes"] + rest["data"]["product"]["variants"]["nodes"]
    assert [node["id"] for node in nodes] == [variant.gid for variant in product.variants[:4]]
    code, _ = refused(shop, "{ products(first: 1) { nodes { variants { nodes { id } } } } }")
    assert code == "BAD_REQUEST"


def test_objects_are_found_by_id_and_strangers_are_null(shop, store):
    order = next(row for row in store.orders.values() if row.refunds)
    product = next(iter(store.products.values()))
    gids = [
        order.gid,
        product.gid,
        product.variants[0].gid,
        order.refunds[0].gid,
        "gid://shopify/Order/1",
    ]
    text = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Order { name } } }"
    nodes = shop.query(text, {"ids": gids})["data"]["nodes"]
    assert [node and node["__typename"] for node in nodes] == [
        "Order", "Product", "ProductVariant", "Refund", None,
    ]  # fmt: skip
    assert nodes[0]["name"] == f"#{order.index}"
    customer = next(row for row in store.customers.values() if row.email)
    text = "query ($m: String) { customerByIdentifier(identifier: {emailAddress: $m}) { id } }"
    found = shop.query(text, {"m": customer.email.upper()})["data"]["customerByIdentifier"]
    assert found == {"id": customer.gid}
