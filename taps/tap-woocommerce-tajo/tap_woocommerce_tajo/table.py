"""WooCommerce: facts of the platform; the oddities are in BEHAVIOR.md.

From the REST API docs (wc/v3), the plugin's source and a recorded shop (WooCommerce 10.0.2).
"""

from typing import Any

from tajo_connector_sdk.auth import Basic, ByScheme
from tajo_connector_sdk.fields import boolean, decimal, integer, named, number, string, utc_time
from tajo_connector_sdk.incremental import Filtered, Scanned, Sorted
from tajo_connector_sdk.paging import InHeader, Numbered
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.signing import OAuth1
from tajo_connector_sdk.table import Connector, Parent, Setting, Stream, Trash, texts
from tajo_connector_sdk.times import Times
from tap_woocommerce_tajo import quirks

API = "/wp-json/wc/v3"
KEYS = "WooCommerce > Settings > Advanced > REST API"
BY_ID = {"orderby": "id", "order": "asc"}
IN_UTC = {"dates_are_gmt": "true"}
FILTERED: dict[str, Any] = {
    "by_id": BY_ID, "until": "modified_before", "times": Times.UNMARKED, "exclusive": True,
    "proven": "update WooCommerce to 5.8 or newer, and look for a plugin that changes REST queries",
}  # fmt: skip
CHANGED = Sorted("modified_after", {"orderby": "modified", "order": "asc"}, **FILTERED)
BEHIND = Filtered("modified_after", **FILTERED)
TRASH = Trash({"status": "trash"}, at="date_modified_gmt")

HEAD = {"id": integer, **named(utc_time, "date_created_gmt date_modified_gmt")}
META = [{"id": integer, "key": string}]  # values are of any kind
PERSON = named(string, "first_name last_name company address_1 address_2 city state postcode "
                       "country email phone")  # fmt: skip
LINE = {
    **named(integer, "id product_id variation_id"), **named(string, "name sku"),
    **named(number, "quantity price"), **named(decimal, "subtotal total total_tax"),
    "image": {"src": string},
}  # fmt: skip
GOODS = {
    **HEAD, **named(string, "permalink status sku stock_status"), "stock_quantity": number,
    **named(decimal, "price regular_price sale_price"), "on_sale": boolean,
}  # fmt: skip

CUSTOMERS = Stream(
    "customers", f"{API}/customers", params={"role": "all"},
    incremental=Scanned(by_id=BY_ID, ignore=("date_modified_gmt",)), adds=quirks.with_consent,
    topics=texts("customer.{}", "created updated deleted"), protected=("marketing_consent",),
    fields={**HEAD, **named(string, "email first_name last_name role username marketing_consent"),
            "is_paying_customer": boolean, "billing": PERSON, "shipping": PERSON,
            "meta_data": META},
)  # fmt: skip
ORDERS = Stream(
    "orders", f"{API}/orders", bookmark="date_modified_gmt", incremental=CHANGED, params=IN_UTC,
    topics=texts("order.{}", "created updated deleted restored"),
    deletions=TRASH, adds=quirks.of_order,
    fields={**HEAD, **named(utc_time, "date_paid_gmt date_completed_gmt"), "customer_id": integer,
            **named(string, "number status currency created_via payment_method payment_url "
                            "marketing_consent"),
            **named(decimal, "total total_tax discount_total shipping_total"),
            "billing": PERSON, "shipping": PERSON, "meta_data": META, "line_items": [LINE],
            "coupon_lines": [{"id": integer, "code": string}],
            "refunds": [{"id": integer, "reason": string, "total": decimal}]},
)  # fmt: skip
REFUNDS = Stream(
    "refunds", f"{API}/orders/{{id}}/refunds", bookmark="order_modified_gmt", incremental=BEHIND,
    params=BY_ID, adds=quirks.with_plain_names,
    parent=Parent(ORDERS, when=quirks.is_refunded, carries={
        "order_id": "id", "order_modified_gmt": "date_modified_gmt", "order_number": "number",
        "currency": "currency", "customer_id": "customer_id", "billing": "billing"}),
    fields={**named(integer, "id order_id customer_id"), "amount": decimal, "billing": PERSON,
            **named(string, "currency order_number reason"), "order_modified_gmt": utc_time,
            "date_created_gmt": utc_time, "line_items": [LINE]},
)  # fmt: skip
PRODUCTS = Stream(
    "products", f"{API}/products", bookmark="date_modified_gmt", incremental=CHANGED,
    params=IN_UTC, deletions=TRASH, adds=quirks.with_plain_names,
    topics=texts("product.{}", "created updated deleted restored"),
    fields={**GOODS, **named(string, "name slug type description"), "images": [{"src": string}],
            "categories": [{"id": integer, **named(string, "name slug")}],
            "variations": [integer]},
)  # fmt: skip
VARIATIONS = Stream(
    "variations", f"{API}/products/{{id}}/variations", bookmark="parent_modified_gmt",
    incremental=BEHIND, params=BY_ID, adds=quirks.with_plain_names,
    parent=Parent(PRODUCTS, when=quirks.has_variations, carries={
        "parent_id": "id", "parent_modified_gmt": "date_modified_gmt", "parent_name": "name"}),
    fields={**GOODS, "parent_id": integer, "parent_modified_gmt": utc_time,
            "parent_name": string, "image": {"src": string},
            "attributes": [named(string, "name option")]},
)  # fmt: skip
CATEGORIES = Stream(
    "categories", f"{API}/products/categories", incremental=Scanned(by_id=BY_ID),
    adds=quirks.with_plain_names,
    fields={**named(integer, "id parent count"), **named(string, "name slug description")},
)  # fmt: skip
COUPONS = Stream(
    "coupons", f"{API}/coupons", bookmark="date_modified_gmt", incremental=CHANGED, params=IN_UTC,
    topics=texts("coupon.{}", "created updated deleted restored"),
    fields={**HEAD, **named(string, "code discount_type"), "amount": decimal,
            "date_expires_gmt": utc_time, **named(integer, "usage_count usage_limit")},
)  # fmt: skip

WOOCOMMERCE = Connector(
    name="woocommerce", label="WooCommerce", checked="2026-11-24",
    docs="https://woocommerce.github.io/woocommerce-rest-api-docs/", base_url="{site_url}",
    settings=(
        Setting("site_url", "The shop's address with https://, as under Settings > General > "
                "WordPress Address; with its folder where WordPress has one.", required=True,
                pattern=r"https?://[\w.-]+(:\d+)?(/[\w.~-]+)*",
                right="https://shop.example or https://shop.example/folder, no slash at the end"),
        Setting("consumer_key", "Consumer key (ck_…) with read permission, of an administrator or "
                f"shop manager: {KEYS}.", secret=True),
        Setting("consumer_secret", "Consumer secret (cs_…), shown once beside it.", secret=True),
        Setting("consent_meta_keys", "Keys of meta_data, with commas between, under which a plugin "
                "keeps the newsletter consent; a dot looks into an object."),
    ),
    auth=(ByScheme(
        https=Basic("consumer_key", "consumer_secret", ("consumer_key", "consumer_secret")),
        http=OAuth1(),
    ),),
    transport=REST(
        paging=Numbered(total=InHeader("X-WP-Total"), pages=InHeader("X-WP-TotalPages"),
                        ends="pages"),
        identity=f"{API}/orders?per_page=1&_fields=id", account=quirks.account,
        rate=Rate(at_once=2), fault=quirks.fault, halves=True, empties=True,
        skips=frozenset({403}),
        drops=("_links", "date_created", "date_modified", "date_paid", "date_completed",
               "date_on_sale_from", "date_on_sale_to", "date_expires"),
        hints={
            401: "wrong consumer_key or consumer_secret, a key without read permission, a host "
            "that strips the Authorization header, or a proxy that hides https from WordPress",
            403: f"the key's user may not read it: {KEYS}",
            404: "no REST API there: check site_url, that WooCommerce is active, and Settings > "
            "Permalinks: anything but Plain",
        },
    ),
    approval="consent_meta_keys has to name the keys of meta_data under which a plugin keeps it: "
    "nobody's yes or no is known without",
    screen=KEYS, streams=(CUSTOMERS, ORDERS, REFUNDS, PRODUCTS, VARIATIONS, CATEGORIES, COUPONS),
)  # fmt: skip
