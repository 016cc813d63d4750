"""A shop's orders as WooCommerce's REST API answers them, for the server of the benchmarks."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

PATH = "/wp-json/wc/v3/orders"
FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 - WordPress writes UTC without a mark
STEP = timedelta(minutes=5)


def order(number: int) -> dict[str, Any]:
    """Return order ``number`` of the shop, 0 the oldest: 30 fields, about 1.6 kB."""
    at = (FIRST + number * STEP).isoformat()
    person = {
        "first_name": "Ada", "last_name": f"Person {number}", "company": "", "city": "Zürich",
        "address_1": f"Bahnhofstrasse {number}", "address_2": "", "state": "ZH",
        "postcode": "8001", "country": "CH", "email": f"person{number}@example.org",
        "phone": f"+41445550{number % 1000:03d}",
    }  # fmt: skip
    line = {
        "id": 2 * number, "name": "A boot", "sku": f"B-{number % 50}", "product_id": number % 50,
        "variation_id": 0, "quantity": 2, "subtotal": "59.80", "total": "59.80",
        "total_tax": "4.78", "price": 29.9, "image": {"id": 7, "src": "https://shop.example/b.png"},
    }  # fmt: skip
    return {
        "id": 100_000 + number, "parent_id": 0, "status": "processing", "currency": "CHF",
        "version": "10.0.2", "prices_include_tax": False, "discount_total": "0.00",
        "discount_tax": "0.00", "shipping_total": "7.00", "shipping_tax": "0.56",
        "cart_tax": "4.78", "total": "72.14", "total_tax": "5.34", "customer_id": number % 900,
        "order_key": f"wc_order_{number:08x}", "billing": person, "shipping": person,
        "payment_method": "stripe", "payment_method_title": "Card", "created_via": "checkout",
        "transaction_id": f"ch_{number}", "customer_note": "", "cart_hash": f"{number:032x}",
        "number": str(100_000 + number), "payment_url": "", "meta_data": [], "line_items": [line],
        "coupon_lines": [], "refunds": [], "date_created_gmt": at, "date_modified_gmt": at,
        "date_paid_gmt": at, "date_completed_gmt": None,
    }  # fmt: skip


class Orders:
    """The orders, serialised once; the oldest is first, whatever they are sorted by."""

    def __init__(self, most: int) -> None:
        self.rows = [orjson.dumps(order(number)) for number in range(most)]
        self.times = [FIRST + number * STEP for number in range(most)]

    def page(self, count: int, query: dict[str, list[str]]) -> tuple[bytes, bytes, int]:
        """Return the body and the headers of one page of the first ``count``, and its rows."""
        begin, end = self._between(count, query)
        if query.get("status") == ["trash"]:
            end = begin
        size = int(query.get("per_page", ["10"])[0])
        start = begin + size * (int(query.get("page", ["1"])[0]) - 1)
        rows = self.rows[start : min(end, start + size)]
        total, pages = end - begin, -(-(end - begin) // size)
        told = b"X-WP-Total: %d\r\nX-WP-TotalPages: %d\r\n" % (total, pages)
        return b"[" + b",".join(rows) + b"]", told, len(rows)

    def _between(self, count: int, query: dict[str, list[str]]) -> tuple[int, int]:
        begin, end = 0, count
        if after := query.get("modified_after"):
            begin = bisect_right(self.times, _moment(after[0]))
        if before := query.get("modified_before"):
            end = min(end, bisect_left(self.times, _moment(before[0])))
        return begin, max(begin, end)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
