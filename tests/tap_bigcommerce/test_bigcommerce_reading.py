"""What a first run reads: both APIs' shapes, lists inside rows, lists beside them."""

import re

from tajo_sandbox.bigcommerce import people
from tajo_sandbox.bigcommerce.numbers import order_id, small

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_times_of_both_apis_become_utc(open_shop, read):
    shop = open_shop()

    reading = read(shop)

    assert reading.error is None
    for stream, name in (
        ("orders", "date_modified"),
        ("orders", "date_created"),
        ("customers", "date_modified"),
        ("products", "date_modified"),
        ("refunds", "created"),
    ):
        times = [row[name] for row in reading.rows[stream]]
        assert times
        assert [at for at in times if not UTC.fullmatch(at)] == [], stream
    shipped = {row["date_shipped"] for row in reading.rows["orders"]}
    assert "" not in shipped
    wanted = {order_id(row): row.updated_at for row in shop.store.orders.values()}
    assert {row["id"]: row["date_modified"] for row in reading.rows["orders"]} == wanted


def test_every_row_of_the_store_is_read(open_shop, read, in_pages):
    shop = open_shop(customers=30, orders=40)
    store = shop.store

    rows = read(shop, connector=in_pages(7)).rows

    assert {row["id"] for row in rows["customers"]} == {
        small("customer", number) for number in store.customers
    }
    assert {row["id"] for row in rows["orders"]} == set(map(order_id, store.orders.values()))
    assert {row["id"] for row in rows["products"]} == {
        small("product", number) for number in store.products
    }
    assert len(rows["variants"]) == len(list(store.variants()))
    assert len(rows["categories"]) == len(store.collections)
    assert len(rows["refunds"]) == len(list(store.refunds()))
    assert len(rows["subscribers"]) == len(list(people.subscribers(store)))
    assert [row["id"] for row in rows["channels"]] == [1, 2]


def test_line_items_come_with_the_page_of_orders(open_shop, read, asked):
    shop = open_shop(orders=30)

    orders = read(shop, only=["orders"]).rows["orders"]

    assert len(asked(shop, "orders")) == 1
    lines = {
        row["id"]: sorted(
            line["id"]
            for kind in ("shipping", "pickups", "downloads")
            for consignment in row["consignments"][kind]
            for line in consignment["line_items"]
        )
        + sorted(
            line["id"]
            for each in row["consignments"]["email"]["gift_certificates"]
            for line in each["line_items"]
        )
        for row in orders
    }
    for order in shop.store.orders.values():
        wanted = {small("line", line.number) for line in order.lines}
        assert set(lines[order_id(order)]) == wanted


def test_refunds_come_with_their_orders_in_one_question_for_a_page(open_shop, read, asked):
    shop = open_shop(orders=120)

    orders = read(shop, only=["orders"]).rows["orders"]

    questions = asked(shop, "refunds")
    assert len(questions) == 1
    refunded = [row for row in shop.store.orders.values() if row.refunds]
    assert set(questions[0]["order_id:in"].split(",")) == {str(order_id(row)) for row in refunded}
    found = {row["id"]: row["refunds"] for row in orders if row.get("refunds")}
    assert set(found) == set(map(order_id, refunded))
    amounts = [refund["total_amount"] for refunds in found.values() for refund in refunds]
    assert all(isinstance(amount, str) for amount in amounts)


def test_more_than_ten_addresses_and_attributes_are_completed(open_shop, read, asked):
    shop = open_shop(customers=45, many=12)

    customers = read(shop, only=["customers"]).rows["customers"]

    by_id = {row["id"]: row for row in customers}
    for row in shop.store.customers.values():
        found = by_id[small("customer", row.number)]
        assert found["addresses"] == people.addresses(row, 12)
        assert found["attributes"] == people.attributes(row, 12)
        assert found["address_count"] == len(found["addresses"])
    assert [len(asked(shop, name)) for name in ("addresses", "attribute-values")] == [1, 1]


def test_money_is_text_as_the_platform_wrote_it(open_shop, read):
    rows = read(open_shop()).rows

    assert {type(row["price"]) for row in rows["products"]} == {str}
    assert {type(row["total_inc_tax"]) for row in rows["orders"]} == {str}
    assert "43.15" in {
        credit["amount"] for row in rows["customers"] for credit in row["store_credit_amounts"]
    }


def test_a_store_without_orders_answers_nothing_and_is_read(open_shop, read):
    shop = open_shop(orders=0)

    reading = read(shop)

    assert reading.error is None
    assert reading.rows["orders"] == []
    assert [
        (one.root, one.status) for one in shop.platform_requests if one.path == "/v2/orders"
    ] == [("orders", 204)]
    assert reading.state["bookmarks"]["orders"]["replication_key_value"]


def test_channels_are_carried(open_shop, read):
    rows = read(open_shop(customers=25, orders=40)).rows

    assert {row["channel_id"] for row in rows["orders"]} == {1, 2}
    assert [1, 2] in [row["channel_ids"] for row in rows["customers"]]
    assert [1, 2] in [row["channels"] for row in rows["products"]]
    assert {row["channel_id"] for row in rows["subscribers"]} == {1}
