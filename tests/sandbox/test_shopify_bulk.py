"""Bulk operations: what is accepted, how they go, what their files hold, how they fail."""

import threading
from datetime import UTC, datetime

import orjson
import pytest

from tajo_sandbox.shopify import Direct, Switches, shopify_app
from tajo_sandbox.store import Store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CUSTOMERS = "{ customers { edges { node { id updatedAt } } } }"
ORDERS = """{ orders(sortKey: UPDATED_AT) { edges { node {
  id name updatedAt refunds { id createdAt }
  lineItems { edges { node { id title quantity } } }
} } } }"""
PRODUCTS = """{ products { nodes { id
  variants { nodes { id sku } } collections { nodes { id handle } } media { nodes { id } } } } }"""
RUN = """mutation ($q: String!, $g: Boolean! = false) {
  bulkOperationRunQuery(query: $q, groupObjects: $g) {
    bulkOperation { id status url objectCount } userErrors { code field message } } }"""
POLL = """query ($id: ID!) { bulkOperation(id: $id) {
  id type status errorCode createdAt completedAt objectCount rootObjectCount fileSize url
  partialDataUrl } }"""


class Shop(Direct):
    """A client that knows bulk operations."""

    @property
    def switches(self):
        return self.app.state.switches

    def run(self, query, *, grouped=False):
        answer = self.query(RUN, {"q": query, "g": grouped})
        return answer["data"]["bulkOperationRunQuery"]

    def start(self, query, **options):
        answer = self.run(query, **options)
        assert answer["userErrors"] == []
        return answer["bulkOperation"]["id"]

    def poll(self, gid):
        return self.query(POLL, {"id": gid})["data"]["bulkOperation"]

    def result(self, gid):
        url = self.poll(gid)["url"]
        heard = Direct(self.app, None).send("GET", url.removeprefix("http://127.0.0.1:8081"))
        assert heard.status == 200
        return [orjson.loads(line) for line in heard.body.splitlines()]


@pytest.fixture
def shop():
    store = Store.generate(50, 120, seed=6, now=NOW)
    store.clock = lambda: NOW
    return Shop(shopify_app(store, Switches(bulk_seconds=0)))


@pytest.fixture
def store(shop):
    return shop.app.state.store


def test_a_result_holds_every_object_once_and_says_how_many(shop, store):
    gid = shop.start(ORDERS)
    done = shop.poll(gid)
    lines = shop.result(gid)
    parents = [line for line in lines if "__parentId" not in line]
    children = [line for line in lines if "__parentId" in line]
    assert (done["status"], done["errorCode"]) == ("COMPLETED", None)
    assert done["objectCount"] == str(len(lines))
    assert done["rootObjectCount"] == str(len(parents)) == str(len(store.orders))
    assert len(children) == sum(len(order.lines) for order in store.orders.values())
    assert int(done["fileSize"]) == sum(len(orjson.dumps(line)) + 1 for line in lines)
    assert {line["__parentId"] for line in children} <= {line["id"] for line in parents}
    by_parent = {}
    for line in children:
        by_parent.setdefault(line["__parentId"], set()).add(line["id"])
    for order in store.orders.values():
        assert by_parent[order.gid] == {line.gid for line in order.lines}


def test_lines_equal_what_pages_show(shop):
    gid = shop.start(ORDERS)
    page = shop.query(
        "{ orders(first: 120, sortKey: UPDATED_AT) "
        "{ nodes { id name updatedAt refunds { id createdAt } } } }"
    )
    lines = [line for line in shop.result(gid) if "__parentId" not in line]
    assert lines == page["data"]["orders"]["nodes"]


def test_children_stand_before_and_far_from_their_parents(shop):
    lines = shop.result(shop.start(ORDERS))
    place = {line["id"]: at for at, line in enumerate(lines)}
    distance = [
        place[line["__parentId"]] - at for at, line in enumerate(lines) if "__parentId" in line
    ]
    assert sum(gap > 0 for gap in distance) > len(distance) / 4
    assert max(map(abs, distance)) > len(lines) / 3


def test_children_follow_their_parents_when_grouped(shop):
    parent = None
    for line in shop.result(shop.start(ORDERS, grouped=True)):
        if "__parentId" in line:
            assert line["__parentId"] == parent
        else:
            parent = line["id"]


def test_several_connections_below_one_root_come_together_in_one_file(shop, store):
    lines = shop.result(shop.start(PRODUCTS))
    kinds = {}
    for line in lines:
        kinds[line["id"].split("/")[3]] = kinds.get(line["id"].split("/")[3], 0) + 1
    assert kinds["ProductVariant"] == len(list(store.variants()))
    assert kinds["Product"] == len(store.products)
    memberships = sum(len(row.products) for row in store.collections.values())
    assert kinds["Collection"] == memberships


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{ shop { name } }", "top-level field must be a connection"),
        ("{ orders { edges { node { id } } } customers { edges { node { id } } } }", "multiple"),
        (
            (
                "{ orders { edges { node { id refunds { id refundLineItems { edges { node "
                "{ quantity } } } } } } } }"
            ),
            "connection field within a list field",
        ),
        ("query ($n: String) { orders(query: $n) { edges { node { id } } } }", "variables"),
        ("{ orders { edges { node { idd } } } }", "Cannot query field 'idd'"),
        ("{ orders { edges { node { id } }", "Syntax Error"),
        ("mutation { bulkOperationCancel(id: 1) { userErrors { message } } }", "exactly one query"),
        (
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            "must select the 'id' field",
        ),
        (
            "{ orders { edges { node { key: id lineItems { edges { node { id } } } } } } }",
            "must select the 'id' field",
        ),
        ("{ orders { pageInfo { hasNextPage } } }", "select nodes"),
        (
            (
                "{ products { nodes { id variants { nodes { id product { id "
                "collections { nodes { id } } } } } } } }"
            ),
            "Product.collections",
        ),
        (
            (
                "{ products { nodes { id a: media { nodes { id } } b: media { nodes { id } } "
                "c: media { nodes { id } } d: media { nodes { id } } "
                "e: media { nodes { id } } } } }"
            ),
            "more than 5 connections",
        ),
        (
            (
                "{ collections { nodes { id products { nodes { id "
                "collections { nodes { id products { nodes { id } } } } } } } } }"
            ),
            "nested deeper than 2",
        ),
    ],
)
def test_a_query_that_breaks_a_rule_is_refused_in_user_errors(shop, query, says):
    answer = shop.run(query)
    assert answer["bulkOperation"] is None
    error = answer["userErrors"][0]
    assert (error["code"], error["field"]) == ("INVALID", ["query"])
    assert says in error["message"]


def test_pages_sizes_are_ignored_and_two_levels_below_the_root_are_allowed(shop, store):
    query = (
        "{ collections(first: 2) { edges { node { id products(first: 1) { edges { node { id "
        "variants { edges { node { id } } } } } } } } } }"
    )
    lines = shop.result(shop.start(query))
    assert sum(line["id"].startswith("gid://shopify/Collection/") for line in lines) == 7
    chosen = [store.products[n] for row in store.collections.values() for n in row.products]
    assert len(lines) == 7 + len(chosen) + sum(len(product.variants) for product in chosen)


def test_at_most_five_run_at_once(shop):
    shop.switches.bulk_seconds = 600.0
    gids = [shop.start(CUSTOMERS) for _ in range(5)]
    refused = shop.run(CUSTOMERS)
    assert refused["userErrors"][0]["code"] == "LIMIT_REACHED"
    shop.query(
        "mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }",
        {"id": gids[0]},
    )
    assert shop.app.state.desk.jobs.find(gids[0]).done.wait(10)
    assert shop.poll(gids[0])["status"] == "CANCELED"
    assert shop.run(CUSTOMERS)["userErrors"] == []


def test_a_job_is_created_runs_and_completes_by_the_clock(shop):
    seconds = [10.0]
    shop.switches.clock = lambda: seconds[0]
    shop.switches.bulk_seconds = 20.0
    answer = shop.run(CUSTOMERS)["bulkOperation"]
    gid = answer["id"]
    assert (answer["status"], answer["url"], answer["objectCount"]) == ("CREATED", None, "0")
    assert shop.app.state.desk.jobs.find(gid).done.wait(10)
    seconds[0] += 1
    assert shop.poll(gid)["status"] == "CREATED"
    seconds[0] += 5
    running = shop.poll(gid)
    assert (running["status"], running["url"], running["completedAt"]) == ("RUNNING", None, None)
    seconds[0] += 15
    done = shop.poll(gid)
    assert (done["status"], done["objectCount"]) == ("COMPLETED", "50")
    assert done["completedAt"] == "2026-11-24T12:00:00Z"


def test_a_search_applies_and_an_empty_result_has_no_address(shop, store):
    day = sorted(row.updated_at for row in store.customers.values())[25][:10]
    text = CUSTOMERS.replace("customers", f"customers(query: \"updated_at:>='{day}'\")")
    wanted = [row for row in store.customers.values() if row.updated_at >= f"{day}T00:00:00Z"]
    assert len(shop.result(shop.start(text))) == len(wanted)
    done = shop.poll(shop.start(CUSTOMERS.replace("customers", 'customers(query: "id:<0")')))
    assert (done["status"], done["objectCount"], done["url"]) == ("COMPLETED", "0", None)


def test_an_empty_filter_value_fails_the_job(shop):
    done = shop.poll(shop.start(CUSTOMERS.replace("customers", 'customers(query: "updated_at:>")')))
    assert (done["status"], done["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")


def test_a_missing_scope_fails_the_job(shop):
    shop.switches.scopes.discard("read_customers")
    done = shop.poll(shop.start("{ orders { edges { node { id customer { id } } } } }"))
    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "ACCESS_DENIED", None)


def test_operations_are_listed_newest_first_and_by_status(shop):
    first, second = shop.start(CUSTOMERS), shop.start(ORDERS)
    text = "query ($q: String) { bulkOperations(first: 5, query: $q) { nodes { id status } } }"
    found = shop.query(text, {"q": "status:completed operation_type:query"})
    assert [node["id"] for node in found["data"]["bulkOperations"]["nodes"]] == [second, first]
    found = shop.query(text, {"q": "status:running"})
    assert found["data"]["bulkOperations"]["nodes"] == []


def test_a_finished_job_cannot_be_canceled_and_an_unknown_one_is_an_error(shop):
    text = "mutation ($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }"
    for gid, says in ((shop.start(CUSTOMERS), "cannot be canceled"), ("x", "does not exist")):
        answer = shop.query(text, {"id": gid})["data"]["bulkOperationCancel"]
        assert says in answer["userErrors"][0]["message"]
    assert shop.poll("gid://shopify/BulkOperation/1") is None


def test_a_token_sent_to_a_result_is_an_offence(shop):
    url = shop.poll(shop.start(CUSTOMERS))["url"]
    path = url.removeprefix("http://127.0.0.1:8081")
    assert Direct(shop.app, None).send("GET", path).status == 200
    assert shop.switches.offences == []
    shop.send("GET", path)
    Direct(shop.app, None).send("GET", path, headers={"authorization": "Bearer x"})
    assert [offence.path for offence in shop.switches.offences] == [path, path]


@pytest.mark.parametrize(
    ("kind", "status", "has_url"),
    [
        ("bulk_failed", "FAILED", False),
        ("bulk_canceled", "CANCELED", False),
        ("bulk_expired", "EXPIRED", False),
        ("bulk_link_expired", "COMPLETED", True),
        ("bulk_link_gone", "COMPLETED", True),
        ("bulk_link_html", "COMPLETED", True),
    ],
)
def test_jobs_end_as_told_once_and_only_for_the_stream_told(shop, kind, status, has_url):
    shop.switches.fail(kind, on="customers", code="TIMEOUT")
    assert shop.poll(shop.start(ORDERS))["status"] == "COMPLETED"
    done = shop.poll(shop.start(CUSTOMERS))
    assert (done["status"], done["url"] is not None) == (status, has_url)
    assert done["errorCode"] == ("TIMEOUT" if kind == "bulk_failed" else None)
    assert shop.poll(shop.start(CUSTOMERS))["url"]


def test_a_failed_job_leaves_partial_data(shop):
    shop.switches.fail("bulk_failed")
    done = shop.poll(shop.start(CUSTOMERS))
    path = done["partialDataUrl"].removeprefix("http://127.0.0.1:8081")
    lines = Direct(shop.app, None).send("GET", path).body.splitlines()
    assert 0 < len(lines) < 50
    shop.switches.fail("bulk_failed", partial=False)
    assert shop.poll(shop.start(CUSTOMERS))["partialDataUrl"] is None


@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("bulk_link_expired", 403, b"ExpiredToken"),
        ("bulk_link_gone", 404, b"NoSuchKey"),
        ("bulk_link_html", 200, b"<!DOCTYPE html>"),
    ],
)
def test_an_address_can_stop_giving_the_result(shop, kind, status, says):
    shop.switches.fail(kind)
    url = shop.poll(shop.start(CUSTOMERS))["url"]
    heard = Direct(shop.app, None).send("GET", url.removeprefix("http://127.0.0.1:8081"))
    assert heard.status == status
    assert says in heard.body


def test_a_result_can_point_or_redirect_elsewhere(shop):
    inside = "http://169.254.169.254/latest/meta-data"
    shop.switches.fail("bulk_link_elsewhere", address=inside)
    assert shop.poll(shop.start(CUSTOMERS))["url"] == inside
    shop.switches.fail("bulk_link_redirect", address=inside)
    url = shop.poll(shop.start(CUSTOMERS))["url"]
    heard = Direct(shop.app, None).send("GET", url.removeprefix("http://127.0.0.1:8081"))
    assert (heard.status, heard.headers["location"]) == (302, inside)


@pytest.mark.parametrize(
    ("kind", "lines"), [("bulk_fewer_lines", 47), ("bulk_duplicate_lines", 53)]
)
def test_a_file_can_hold_fewer_or_more_lines_than_the_count_says(shop, kind, lines):
    shop.switches.fail(kind, lines=3)
    gid = shop.start(CUSTOMERS)
    assert len(shop.result(gid)) == lines
    assert shop.poll(gid)["objectCount"] == "50"


def test_a_result_is_complete_while_the_store_lives_on(shop, store):
    shop.switches.bulk_seconds = 0.01
    gid = shop.start(ORDERS)
    changer = threading.Thread(target=store.place_orders, args=(20,))
    changer.start()
    changer.join()
    assert shop.app.state.desk.jobs.find(gid).done.wait(20)
    shop.switches.clock = lambda: float("inf")
    lines = shop.result(gid)
    roots = {line["id"] for line in lines if "__parentId" not in line}
    assert len(roots) in {120, 140}


def test_the_folder_of_results_goes_with_the_stand_in(shop):
    jobs = shop.app.state.desk.jobs
    shop.start(CUSTOMERS)
    folder = next(iter(jobs.all.values())).path.parent
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
    jobs.close()
    assert not folder.exists()
