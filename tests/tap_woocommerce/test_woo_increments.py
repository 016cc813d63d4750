"""What is read again, what is not, and what moves while one reads."""

from datetime import UTC, datetime, timedelta

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from tajo_sandbox.store import Store
from tajo_sandbox.woocommerce.shapes import small


def test_filters_are_asked_in_utc_without_a_mark(open_shop, read, asked):
    shop = open_shop(2, 5)
    first = read(shop)
    before = len(asked(shop))

    read(shop, first.state)

    known = first.state["bookmarks"]["orders"]["replication_key_value"]
    low = datetime.fromisoformat(known) - timedelta(minutes=5, seconds=1)
    again = [entry.params for entry in asked(shop, "orders")[-9:] if entry.params.get("orderby")]
    assert len(asked(shop)) > before
    assert low.strftime("%Y-%m-%dT%H:%M:%S") in {one.get("modified_after") for one in again}
    assert {one["dates_are_gmt"] for one in again} == {"true"}


@pytest.mark.parametrize("zone", [1, -8])
def test_a_site_that_reads_times_in_its_own_zone_is_found_out(open_shop, read, zone):
    shop = open_shop(3, 12, ignores_gmt=True, zone_hours=zone)

    error = read(shop).error

    assert isinstance(error, ConfigurationError)
    assert "another time zone than UTC" in str(error)
    assert "update WooCommerce" in str(error)


def test_a_site_that_ignores_the_filter_is_found_out(open_shop, read):
    error = read(open_shop(3, 12, ignores_filters=True)).error

    assert isinstance(error, ConfigurationError)
    assert "it has no effect" in str(error)


@pytest.mark.parametrize("zone", [1, -8, 0])
def test_the_zone_of_a_site_that_keeps_to_gmt_does_not_matter(open_shop, read, zone):
    shop = open_shop(3, 12, zone_hours=zone)
    first = read(shop)
    order = shop.store.place_orders(1)[0]

    second = read(shop, first.state)

    assert len(first.rows["orders"]) >= 12
    assert second.ids("orders") == [small("order", int(order.rpartition("/")[2]))]
    assert second.rows["orders"][0]["date_modified_gmt"].endswith("Z")
    assert "date_modified" not in second.rows["orders"][0]


def test_the_second_of_the_bookmark_is_read_again_although_the_filter_leaves_it_out(
    open_shop, read
):
    shop = open_shop(3, 12)
    first = read(shop)
    high = datetime.fromisoformat(first.state["bookmarks"]["orders"]["replication_key_value"])
    order = next(iter(shop.store.orders.values()))
    order.updated_at = (high - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")

    second = read(shop, first.state)

    assert second.ids("orders") == [small("order", order.number)]


def test_of_customers_only_the_changed_go_on_although_every_buyers_stamp_moves(open_shop, read):
    shop = open_shop(300, 40)
    first = read(shop)
    store = shop.store
    moved = list(store.customers.values())[:150]
    for row in moved:
        store.touch(row)  # an order, a login: the stamp moves, nothing else
    changed = moved[7]
    changed.first_name = "Somebody"

    second = read(shop, first.state)

    assert len(first.rows["customers"]) == 301
    assert small("customer", changed.number) in second.ids("customers")
    assert len(second.rows["customers"]) < 30


def test_rows_of_one_second_in_an_order_that_changes_are_all_found(open_shop, read):
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=0, orders=230, products=5, now=now)
    for order in store.orders.values():
        order.updated_at = "2026-01-05T10:00:00Z"
    shop = open_shop(store=store)

    reading = read(shop)

    assert reading.error is None
    drafts = sum(not cart.completed_at for cart in store.checkouts.values())
    assert len(reading.ids("orders")) == len(set(reading.ids("orders"))) == 230 + drafts


@pytest.mark.parametrize("late", [0, 1, 2])
@pytest.mark.parametrize("moves", [2, 4, 40])
def test_orders_that_move_while_they_are_read_are_missed_by_nobody(open_shop, read, late, moves):
    """The first ``late`` moves bear a time within the window that is read, the others a later."""
    shop = open_shop(20, 350)
    store, began = shop.store, datetime.now(UTC)
    store.clock = lambda: began
    orders = sorted(store.orders.values(), key=lambda row: row.updated_at)
    turns = iter(range(1000))

    def move(entry):
        if entry.params.get("per_page") == "100" and 0 < (turn := next(turns)) <= moves:
            store.clock = lambda: began + timedelta(hours=turn > late)
            for row in orders[turn * 3 - 3 :][:3]:
                store.touch(row)

    shop.platform_switches.on_request = move
    first = read(shop, only=["orders"])
    shop.platform_switches.on_request = None
    store.clock = lambda: began + timedelta(hours=2)
    second = read(shop, first.state, only=["orders"])

    assert (first.error, second.error) == (None, None)
    got = set(first.ids("orders")) | set(second.ids("orders"))
    assert got >= {small("order", number) for number in store.orders}


def test_the_end_is_the_number_of_pages_and_not_an_empty_one(open_shop, read, asked):
    shop = open_shop(197, 0)  # and an administrator: two full pages, of which a row is the same

    read(shop, only=["customers"])

    assert [entry.params["page"] for entry in asked(shop, "customers")] == ["1", "2"]


def test_what_lies_in_the_trash_comes_as_a_deletion(open_shop, read):
    shop = open_shop(3, 12)
    first = read(shop)
    order = next(iter(shop.store.orders.values()))
    product = next(iter(shop.store.products.values()))
    shop.platform_switches.gone_orders[order.number] = shop.store.now()
    shop.store.delete_product(product.gid)

    second = read(shop, first.state)

    assert [row["id"] for row in second.gone["orders"]] == [small("order", order.number)]
    assert small("product", product.number) in [row["id"] for row in second.gone["products"]]
    assert small("order", order.number) not in second.ids("orders")


def test_refunds_have_their_own_time_and_whose_order_it_was(open_shop, read, asked):
    shop = open_shop(10, 30)
    first = read(shop)
    order = shop.store.place_orders(1)[0]
    shop.store.refund(order, whole=False)
    before = len(asked(shop, "refunds"))

    second = read(shop, first.state)

    row = shop.store.order(order)
    assert (
        len(first.rows["refunds"])
        == sum(len(one.refunds) for one in shop.store.orders.values()) - 1
    )
    made = second.rows["refunds"]
    assert [one["order_id"] for one in made] == [small("order", row.number)]
    assert made[0]["date_created_gmt"] == row.refunds[0].created_at
    assert made[0]["billing"]["email"] == row.email
    assert float(made[0]["amount"]) > 0 > float(second.rows["orders"][0]["refunds"][0]["total"])
    assert len(asked(shop, "refunds")) == before + 1


def test_variations_are_read_of_variable_products_that_changed(open_shop, read, asked):
    shop = open_shop(2, 2)
    first = read(shop)
    varied = [row for row in shop.store.products.values() if len(row.variants) > 1]
    shop.store.touch(varied[0])
    before = len(asked(shop, "variations"))

    second = read(shop, first.state)

    assert len(first.rows["variations"]) == sum(len(row.variants) for row in varied)
    assert {one["parent_id"] for one in second.rows["variations"]} == {
        small("product", varied[0].number)
    }
    assert len(asked(shop, "variations")) == before + 1


def test_all_roles_are_read_and_an_administrator_has_no_time_of_change(open_shop, read):
    rows = read(open_shop(3, 0)).rows["customers"]

    staff = next(row for row in rows if row["role"] == "administrator")
    assert staff["date_modified_gmt"] is None
    assert len(rows) == 4


@pytest.mark.parametrize("products", [6, 700])
def test_a_product_that_bears_no_time_is_read_with_all_and_stops_nothing(open_shop, read, products):
    shop = open_shop(1, 1, products=products)
    numbers = [row.number for row in shop.store.products.values()]
    undated = {numbers[0], numbers[len(numbers) // 2], numbers[-1]}
    shop.platform_switches.undated_products = undated

    first = read(shop, only=["products", "variations"])
    second = read(shop, first.state, only=["products", "variations"])

    assert first.error is None
    assert second.error is None
    assert set(first.ids("products")) == {small("product", number) for number in numbers}
    without = {row["id"] for row in first.rows["products"] if not row["date_modified_gmt"]}
    assert without == {small("product", number) for number in undated}
    behind = {row["parent_id"] for row in first.rows["variations"]}
    assert behind == {row["id"] for row in first.rows["products"] if row["variations"]}


def test_refunds_behind_a_page_of_a_proxy_are_not_taken_for_none(open_shop, read):
    shop = open_shop(4, 60)
    behind = read(shop, only=["refunds"])
    shop.platform_switches.fail("html", on="refunds", status=404)

    reading = read(shop, only=["refunds"])

    assert behind.rows["refunds"]
    assert "HTTP 404" in str(reading.error)


def test_a_bookmark_ahead_of_the_shops_time_is_not_waited_for(open_shop, read, caplog):
    shop = open_shop(3, 12)
    first = read(shop, only=["orders"])
    ahead = (datetime.now(UTC) + timedelta(hours=6)).isoformat()
    first.state["bookmarks"]["orders"]["replication_key_value"] = ahead
    shop.store.place_orders(1)

    second = read(shop, first.state, only=["orders"])

    assert len(second.ids("orders")) == len(first.ids("orders")) + 1
    assert [one for one in caplog.records if "after the platform's own time" in one.getMessage()]
    assert second.state["bookmarks"]["orders"]["replication_key_value"] < ahead


def test_a_state_of_another_shop_is_not_gone_on_with(open_shop, read, caplog):
    shop = open_shop(3, 12)
    first = read(shop, site_url="https://trial.example")

    second = read(shop, first.state, site_url="https://shop.example")
    third = read(shop, second.state, site_url="https://shop.example")

    for name in ("customers", "orders", "products", "variations"):
        assert sorted(second.ids(name)) == sorted(first.ids(name))
        assert first.ids(name)
    assert [one for one in caplog.records if "another store's" in one.getMessage()]
    assert third.ids("customers") == third.ids("products") == []


def test_a_state_that_does_not_say_whose_it_is_is_gone_on_with(open_shop, read):
    shop = open_shop(3, 12)
    first = read(shop)
    for kept in first.state["bookmarks"].values():
        del kept["of"]

    second = read(shop, first.state)

    assert second.ids("products") == []
    assert second.state["bookmarks"]["products"]["of"]


def test_names_are_given_as_people_read_them(open_shop, read):
    shop = open_shop(4, 40)
    for row in shop.store.products.values():
        row.title = "Bed & Bath"
    for order in shop.store.orders.values():
        for line in order.lines:
            line.title = "Bed & Bath"

    reading = read(shop)

    lines = [line for name in ("orders", "refunds") for row in reading.rows[name]
             for line in row["line_items"]]  # fmt: skip
    goods = reading.rows["products"]
    names = [one["name"] for one in [*goods, *lines, *reading.rows["variations"]]]
    names += [one["name"] for row in goods for one in row["categories"]]
    assert {row["name"] for row in goods} == {"Bed & Bath"}
    assert [line for line in lines if line["name"].startswith("Bed & Bath \u2013 ")]
    assert not [name for name in names if ";" in name]
