"""Orders, products and categories: upserted, historical unless they are news."""

import pytest

from tajo_mapping.operations import Order, Source
from target_brevo.target import TargetBrevo


@pytest.fixture
def order(row, clock):
    def made(number, at=None, status="paid", updated=None, **more):
        at = at or clock.text(minutes=1)
        return row(
            "orders", id=f"o{number}", email="p@example.org", createdAt=at, updatedAt=updated or at,
            updated_at=updated or at, at=at, status=status, amount=10.5,
            products=[{"productId": "p1", "price": 10.5, "quantity": 1}], **more,
        )  # fmt: skip

    return made


def lives(bench):
    return [start.name for start in bench.account.automations if start.kind == "order"]


@pytest.mark.parametrize("count", [1, 30, 1100])
def test_orders_of_the_past_are_historical_and_start_nothing(bench, schema, order, clock, count):
    rows = [order(i, at=clock.text(days=-30)) for i in range(count)]
    outcome = bench.load(schema("orders"), *rows)
    assert outcome.verdicts("orders", "order") == {"sent": count}
    assert len(bench.account.orders) == count
    assert lives(bench) == []
    assert all(body["historical"] is True for body in bench.bodies("/orders/status/batch"))
    assert not bench.bodies("/orders/status")


@pytest.mark.parametrize("count", [1, 30])
def test_a_new_order_is_live_once_and_its_updates_are_not(bench, schema, order, clock, count):
    rows = [order(i) for i in range(count)]
    outcome = bench.load(schema("orders"), *rows)
    assert outcome.summary["possible_automation_starts"] == {"orders": count}
    created = clock.text(minutes=1)
    clock.move(minutes=5)
    updates = [order(i, at=created, status="refunded", updated=clock.text()) for i in range(count)]
    outcome = bench.load(schema("orders"), *updates)
    assert outcome.verdicts("orders", "order") == {"sent": count}
    assert {each["status"] for each in bench.account.orders.values()} == {"refunded"}
    assert len(lives(bench)) == count


def test_an_order_first_sent_as_historical_is_never_live_later(bench, schema, order, clock):
    bench.load(schema("orders"), order(1))
    clock.move(days=10)
    placed = clock.text(hours=-30)
    bench.load(schema("orders"), order(2, at=placed))
    update = order(2, at=placed, status="refunded", updated=clock.text())
    outcome = bench.load(schema("orders"), update, event_max_age=72)
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    assert lives(bench) == ["o1"]


def test_unchanged_orders_cost_no_call_and_older_ones_are_superseded(bench, schema, order, clock):
    old = order(1, at=clock.text(days=-2), updated=clock.text(days=-1))
    new = order(1, at=clock.text(days=-2), updated=clock.text(), status="shipped")
    bench.load(schema("orders"), new)
    bench.account.mark()
    assert bench.load(schema("orders"), new).verdicts("orders", "order") == {"unchanged": 1}
    assert bench.load(schema("orders"), old).verdicts("orders", "order") == {"superseded": 1}
    assert not bench.account.writes()
    assert bench.account.orders["o1"]["status"] == "shipped"


@pytest.mark.parametrize("live", [True, False])
def test_one_bad_order_of_a_refused_batch_is_one_reject(bench, clock, live):
    at = clock.text(minutes=1) if live else clock.text(days=-3)
    target = TargetBrevo(config=bench.config(), clock=clock.clock)
    for i in range(40):
        body = {"createdAt": at, "updatedAt": at, "status": "paid", "amount": 1, "products": []}
        body |= {"metaInfo": {"decimals": 1.5}} if i == 7 else {}
        source = Source("shopify", "store", "orders", str(i))
        target.run.accept(Order(source, f"o{i}", at, "p@example.org", None, body), "orders")
    target.run.finish()
    line = target.run.summary(())["streams"]["orders"]["kinds"]["order"]
    target.run.close()
    assert (line["sent"], line["rejected"]) == (39, 1)
    assert len(bench.account.orders) == 39
    assert len(lives(bench)) == (39 if live else 0)


def test_a_live_order_without_an_answer_is_stored_but_never_live_twice(bench, schema, order):
    bench.switches.fail("/orders/status", "reset", method="POST", applied=True)
    outcome = bench.load(schema("orders"), order(1))
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    assert len(bench.account.orders) == 1
    assert len(lives(bench)) == 1
    assert any("no answer" in note for note in outcome.summary["notes"])


def test_e_commerce_is_switched_on_once_where_it_is_off(bench, schema, row, order, clock):
    bench.switches.ecommerce_active = False
    bench.switches.activation_seconds = 300.0
    products = [row("products", id=f"p{i}", name="Cup") for i in range(3)]
    outcome = bench.load(
        schema("products"), schema("orders"), *products, order(1, at=clock.text(days=-1))
    )
    assert outcome.verdicts("products", "product") == {"sent": 3}
    assert outcome.verdicts("orders", "order") == {"sent": 1}
    paths = [each.path for each in bench.account.requests]
    assert paths.count("/ecommerce/activate") == 1


@pytest.mark.parametrize(("stream", "kind"), [("products", "product"), ("categories", "category")])
def test_products_and_categories_go_by_hundreds_and_only_when_changed(
    bench, schema, row, stream, kind
):
    rows = [row(stream, id=f"x{i}", name=f"thing {i}") for i in range(250)]
    outcome = bench.load(schema(stream), *rows)
    assert outcome.verdicts(stream, kind) == {"sent": 250}
    assert [len(body[stream]) for body in bench.bodies(f"/{stream}/batch")] == [100, 100, 50]
    rows[3]["record"]["name"] = "another name"
    bench.account.mark()
    outcome = bench.load(schema(stream), *rows)
    assert outcome.verdicts(stream, kind) == {"sent": 1, "unchanged": 249}
    assert len(bench.account.writes()) == 1
    assert getattr(bench.account, stream)["x3"]["name"] == "another name"


def test_one_bad_product_of_a_refused_batch_is_one_reject(bench, schema, row):
    rows = [row("products", id=f"x{i}", name=f"thing {i}") for i in range(20)]
    rows[5]["record"]["metaInfo"] = {f"m{i}": "x" * 1500 for i in range(15)}
    outcome = bench.load(schema("products"), *rows)
    assert outcome.verdicts("products", "product") == {"sent": 19, "rejected": 1}
    assert len(bench.account.products) == 19


def test_what_others_name_goes_first(bench, schema, row, order, clock):
    bench.load(
        schema("orders"), schema("products"), schema("categories"), schema("contacts"),
        order(1, at=clock.text(days=-1)),
        row("products", id="p1", name="Cup", categories=["k1"]),
        row("categories", id="k1", name="Cups"),
        row("contacts", id="c1", email="p@example.org"),
    )  # fmt: skip
    writes = [each.path for each in bench.account.requests if each.method != "GET"]
    order_of = [writes.index(path) for path in (
        "/categories/batch", "/products/batch", "/contacts", "/orders/status/batch")]  # fmt: skip
    assert order_of == sorted(order_of)
    assert list(bench.account.orders) == ["o1"]
    assert bench.account.shop.order_contacts["o1"] is not None


@pytest.mark.parametrize(("stream", "kind"), [("products", "product"), ("categories", "category")])
def test_a_deletion_of_what_brevo_never_held_is_left_out_with_its_reject(
    bench, schema, row, clock, stream, kind
):
    # Its name is missing, so Brevo refuses it.
    refused = bench.load(schema(stream), row(stream, id="b", name=""))
    assert refused.verdicts(stream, kind) == {"rejected": 1}
    gone = [row(stream, id=f"g{i}", _sdc_deleted_at=clock.text()) for i in range(120)]
    gone += [row(stream, id="b", _sdc_deleted_at=clock.text())]

    outcome = bench.load(schema(stream), *gone)

    assert outcome.verdicts(stream, kind) == {"filtered": 121}
    assert outcome.summary["rejects_open"] == 0
    assert getattr(bench.account, stream) == {}
    read = [each for each in bench.account.requests if each.method == "GET"]
    assert sum(each.path == f"/{stream}" for each in read) == 3, "fifty at once"


@pytest.mark.parametrize(("stream", "kind"), [("products", "product"), ("categories", "category")])
def test_a_deletion_of_what_brevo_holds_is_sent_although_the_ledger_is_gone(
    bench, schema, row, clock, stream, kind
):
    bench.load(schema(stream), *(row(stream, id=f"x{i}", name=f"thing {i}") for i in range(3)))
    ledger = f"sqlite:///{bench.folder / 'another' / 'ledger.db'}"
    gone = [row(stream, id=f"x{i}", _sdc_deleted_at=clock.text()) for i in (1, 7)]

    outcome = bench.load(schema(stream), *gone, ledger_url=ledger)

    assert outcome.verdicts(stream, kind) == {"sent": 1, "filtered": 1}
    held = getattr(bench.account, stream)
    assert [key for key, item in held.items() if item.get("isDeleted")] == ["x1"]
    assert set(held) == {"x0", "x1", "x2"}
