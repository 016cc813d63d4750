"""BigCommerce: facts of its OpenAPI descriptions (2026-04-01); the oddities are in BEHAVIOR.md."""

from tajo_connector_sdk import fields as of
from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.fields import boolean, decimal, decimal_number, integer, named, string
from tajo_connector_sdk.incremental import Filtered, Scanned, Sorted
from tajo_connector_sdk.paging import Numbered
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Beside, Connector, Setting, Stream
from tajo_connector_sdk.times import Times
from tap_bigcommerce_tajo import quirks

V3_PAGES = Numbered(size="limit", most=250, total="meta.pagination.total")
V2_PAGES = Numbered(size="limit", most=250, ends="short")  # behind the last one: 204, no body
SINCE, UNTIL = "date_modified:min", "date_modified:max"

NAMES = named(string, "first_name last_name company country phone city")
MODIFIED = named(of.offset_time, "date_created date_modified")
PLACE = named(string, "address1 address2 state_or_province postal_code country_code")
V2_ADDRESS = {**NAMES, **named(string, "street_1 street_2 state zip country_iso2 email")}
LINES = [{
    **named(integer, "id product_id variant_id quantity quantity_refunded parent_order_product_id"),
    **named(string, "name sku type brand"), "product_options": [of.obj],
    **named(decimal, "base_price price_ex_tax price_inc_tax total_ex_tax total_inc_tax"),
    "applied_discounts": [{**named(string, "id code name target"), "amount": decimal}],
}]  # fmt: skip
REFUND = {
    **named(integer, "id order_id user_id"), "created": of.offset_time, "reason": string,
    **named(decimal_number, "total_amount total_tax"),
    "items": [{**named(integer, "item_id quantity"), **named(string, "item_type reason"),
               "requested_amount": decimal_number}],
    "payments": [{"id": integer, "provider_id": string, "amount": decimal_number}]}  # fmt: skip
VARIANT = {
    **named(integer, "id product_id inventory_level sku_id"), **named(string, "sku upc"),
    **named(decimal_number, "price sale_price calculated_price retail_price cost_price"),
    "option_values": [of.obj], "purchasing_disabled": boolean}  # fmt: skip

CUSTOMERS = Stream(
    "customers", "/v3/customers", bookmark="date_modified",
    incremental=Sorted(SINCE, {"sort": "date_modified:asc"}, until=UNTIL),
    topics=quirks.topics("customer", "customer/address"), scopes=("store_v2_customers_read_only",),
    params={"include": "addresses,attributes,formfields,storecredit"},
    beside=(
        Beside("addresses", "/v3/customers/addresses", asks="customer_id:in", by="customer_id",
               when=quirks.has_more_addresses),
        Beside("attributes", "/v3/customers/attribute-values", asks="customer_id:in",
               by="customer_id", when=quirks.has_more_attributes),
    ),
    fields={
        **named(integer, "id customer_group_id address_count attribute_count origin_channel_id"),
        **named(string, "email first_name last_name company phone notes tax_exempt_category"),
        **MODIFIED, "accepts_product_review_abandoned_cart_emails": boolean,
        "channel_ids": [integer], "addresses": [{"id": integer, **NAMES, **PLACE}],
        "attributes": [{**named(integer, "id attribute_id"), "attribute_value": string}],
        "store_credit_amounts": [{"amount": decimal_number}], "form_fields": [of.obj],
    },
)  # fmt: skip
SUBSCRIBERS = Stream(
    "subscribers", "/v3/customers/subscribers", bookmark="date_modified",
    incremental=Filtered(SINCE, until=UNTIL), topics=quirks.topics("subscriber"),
    scopes=("store_v2_customers_read_only",),
    fields={**named(integer, "id order_id channel_id"), **MODIFIED, "consents": [string],
            **named(string, "email first_name last_name source")},
)  # fmt: skip
ORDERS = Stream(
    "orders", "/v2/orders", bookmark="date_modified",
    incremental=Sorted("min_date_modified", {"sort": "date_modified:asc"}, {"sort": "id:asc"},
                       until="max_date_modified", above="min_id", times=Times.MAIL),
    topics=quirks.topics("order"), scopes=("store_v2_orders_read_only",),
    records="", paging=V2_PAGES, count="/v2/orders/count",
    params={"include": "consignments.line_items", "consignment_structure": "object"},
    beside=(Beside("refunds", "/v3/orders/payment_actions/refunds", asks="order_id:in",
                   by="order_id", when=quirks.is_refunded),),
    fields={
        **named(integer, "id customer_id channel_id status_id items_total items_shipped"),
        **named(of.mail_time, "date_created date_modified date_shipped"),
        **named(string, "status payment_status payment_method order_source external_source cart_id "
                "external_order_id customer_locale customer_message currency_code "
                "default_currency_code store_default_currency_code"),
        **named(boolean, "is_deleted is_email_opt_in"),
        **named(decimal, "subtotal_ex_tax subtotal_inc_tax total_ex_tax total_inc_tax total_tax "
                "discount_amount coupon_discount shipping_cost_inc_tax "
                "store_default_to_transactional_exchange_rate"),
        "billing_address": V2_ADDRESS, "refunds": [REFUND],
        "consignments": {
            "shipping": [{"id": integer, **V2_ADDRESS, "line_items": LINES}],
            "pickups": [{"id": integer, "line_items": LINES}],
            "downloads": [{"recipient_email": string, "line_items": LINES}],
            "email": {"gift_certificates": [{"recipient_email": string, "line_items": LINES}]},
        },
    },
)  # fmt: skip
REFUNDS = Stream(
    "refunds", "/v3/orders/payment_actions/refunds", bookmark="created",
    incremental=Filtered("created:min", until="created:max"), fields=REFUND,
    topics=("store/order/refund/created",), scopes=("store_v2_orders_read_only",),
)  # fmt: skip
PRODUCTS = Stream(
    "products", "/v3/catalog/products", bookmark="date_modified",
    incremental=Sorted(SINCE, {"sort": "date_modified", "direction": "asc"},
                       {"sort": "id", "direction": "asc"}, until=UNTIL, above="id:greater"),
    topics=quirks.topics("product"), scopes=("store_v2_products_read_only",),
    params={"include": "variants,primary_image,channels"},
    fields={
        **named(integer, "id brand_id inventory_level base_variant_id"), **MODIFIED,
        **named(string, "name type sku description inventory_tracking availability upc gtin"),
        "is_visible": boolean, "condition": string, "weight": of.number,
        **named(decimal_number, "price sale_price calculated_price retail_price cost_price"),
        "categories": [integer], "channels": [integer], "custom_url": {"url": string},
        "primary_image": {"url_standard": string}, "variants": [VARIANT],
    },
)  # fmt: skip
VARIANTS = Stream(
    "variants", "/v3/catalog/variants", incremental=Scanned(), fields=VARIANT,
    topics=quirks.topics("sku"), scopes=("store_v2_products_read_only",),
)  # fmt: skip
CATEGORIES = Stream(
    "categories", "/v3/catalog/trees/categories", key=("category_id",), incremental=Scanned(),
    topics=quirks.topics("category"), scopes=("store_v2_products_read_only",),
    fields={**named(integer, "category_id parent_id tree_id"), "is_visible": boolean,
            **named(string, "category_uuid name description image_url"), "url": {"path": string}},
)  # fmt: skip
CHANNELS = Stream(
    "channels", "/v3/channels", bookmark="date_modified",
    incremental=Filtered(SINCE, until=UNTIL), scopes=("store_channel_settings_read_only",),
    fields={"id": integer, **MODIFIED, **named(string, "name type platform status external_id")},
)  # fmt: skip

BIGCOMMERCE = Connector(
    name="bigcommerce", label="BigCommerce", checked="2026-11-24",
    docs="https://developer.bigcommerce.com/docs/rest-management",
    base_url="https://api.bigcommerce.com/stores/{store_hash}",
    settings=(
        Setting("store_hash", "The store's permanent id: abc123 where its control panel is "
                "https://store-abc123.mybigcommerce.com.", required=True,
                pattern=r"[a-z0-9]{3,32}", right="abc123: without stores/ or store- before it"),
        Setting("access_token", "Access token of an API account: control panel > Settings > API > "
                "Store-level API accounts, with the read-only scopes of the streams.", secret=True),
    ),
    auth=(Header("X-Auth-Token", setting="access_token"),),
    transport=REST(
        paging=V3_PAGES, records="data", identity="/v2/time", account=quirks.account,
        drops=quirks.DROPS, hints=quirks.HINTS,
        rate=Rate(at_once=4, left="X-Rate-Limit-Requests-Left",
                  reset="X-Rate-Limit-Time-Reset-Ms", reset_in="milliseconds"),
    ),
    screen=quirks.SCREEN,
    streams=(CUSTOMERS, SUBSCRIBERS, ORDERS, REFUNDS, PRODUCTS, VARIANTS, CATEGORIES, CHANNELS),
)  # fmt: skip
