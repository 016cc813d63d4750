"""Magento 2, Adobe Commerce: facts of the swagger of 2.4.9; the oddities are in BEHAVIOR.md."""

from dataclasses import replace

from tajo_connector_sdk.auth import bearer
from tajo_connector_sdk.fields import boolean, decimal_4, integer, named, obj, string, utc_time
from tajo_connector_sdk.incremental import Again, Scanned, Sorted
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.paging import Numbered, Whole
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.signing import OAuth1
from tajo_connector_sdk.table import Beside, Connector, Setting, Stream, texts
from tajo_connector_sdk.times import Times
from tap_magento_tajo import quirks
from tap_magento_tajo.quirks import order, where

SINCE, UNTIL = where(0, "updated_at", "{}", "gteq"), where(1, "updated_at", "{}", "lt")
BY_TIME, BY_ID = order("updated_at", "entity_id"), order("entity_id")
ABOVE = where(2, "entity_id", "{}", "gt")
CHANGED = Sorted(SINCE, BY_TIME, BY_ID, until=UNTIL, above=ABOVE, times=Times.SPACED)
# Who is subscribed in two store views stands twice in the join behind the page.
JOINED = replace(CHANGED, anew=True, again=Again(setting="compare_customers_days"))
IDLE = replace(CHANGED, settles="cart_idle_minutes")

INTEGRATION = "the activated integration (System > Extensions > Integrations)"
CREDENTIAL = "an OAuth server-to-server credential (Adobe Developer Console)"
STAMPS = named(utc_time, "created_at updated_at")
PLACE = named(string, "firstname lastname company country_id postcode city telephone")
PLACE["street"] = [string]
REGION = named(string, "region region_code")
MORE = [{"attribute_code": string}]  # the value is text, a number or a list
SUMS = "grand_total subtotal shipping_amount tax_amount discount_amount"
TOTALS = named(decimal_4, f"{SUMS} base_{SUMS.replace(' ', ' base_')} base_to_order_rate")
OF_ORDER = "items[entity_id,increment_id,customer_id,customer_email],total_count"
CURRENCIES = named(string, "base_currency_code order_currency_code store_currency_code")

CUSTOMERS = Stream(
    "customers", "/V1/customers/search", bookmark="updated_at", incremental=JOINED,
    topics=texts("observer.{}", "customer_save_commit_after customer_delete_commit_after"),
    access="grant Customers > All Customers (Magento_Customer::customer)",
    fields={**named(integer, "id group_id store_id website_id gender"), **STAMPS,
        **named(string, "email firstname lastname prefix dob created_in taxvat default_billing"),
        "addresses": [{"id": integer, **PLACE, "region": REGION,
                       **named(boolean, "default_billing default_shipping")}],
        "extension_attributes": {"is_subscribed": boolean}, "custom_attributes": MORE,
    })  # fmt: skip
ORDERS = Stream(
    "orders", "/V1/orders", key=("entity_id",), bookmark="updated_at", incremental=CHANGED,
    topics=("observer.sales_order_save_commit_after",),
    access="grant Sales > Operations > Orders > Actions > View (Magento_Sales::actions_view)",
    fields={**named(integer, "entity_id customer_id customer_is_guest quote_id store_id"),
        **named(string, "increment_id state status coupon_code store_name"),
        **named(string, "customer_email customer_firstname customer_lastname"),
        **STAMPS, **CURRENCIES, **TOTALS,
        **named(decimal_4, "total_paid total_due total_refunded total_qty_ordered"),
        **named(decimal_4, "base_total_paid base_total_due base_total_refunded"),
        "items": [{
            **named(integer, "item_id parent_item_id product_id order_id"), **STAMPS,
            **named(string, "sku name product_type"),
            **named(decimal_4, "qty_ordered qty_refunded qty_canceled price base_price"),
            **named(decimal_4, "row_total discount_amount tax_amount price_incl_tax"),
        }],
        "billing_address": {**PLACE, **REGION, "email": string}, "payment": {"method": string},
    })  # fmt: skip
CREDITMEMOS = Stream(
    "creditmemos", "/V1/creditmemos", key=("entity_id",), bookmark="updated_at",
    incremental=CHANGED, topics=("observer.sales_order_creditmemo_save_after",),
    access="grant Sales > Operations > Credit Memos (Magento_Sales::sales_creditmemo), and orders",
    beside=(Beside("orders", "/V1/orders", asks=quirks.VALUE_0, by="entity_id", of="order_id",
                   when=bool, params={**where(0, "entity_id", "", "in"), "fields": OF_ORDER}),),
    fields={**named(integer, "entity_id order_id store_id state"), "increment_id": string,
        **STAMPS, **CURRENCIES, **TOTALS, **named(decimal_4, "adjustment base_adjustment"),
        "items": [{"product_id": integer, "sku": string, **named(decimal_4, "qty row_total")}],
        "orders": [{**named(integer, "entity_id customer_id"),
                    **named(string, "increment_id customer_email")}],
    })  # fmt: skip
PRODUCTS = Stream(
    "products", "/V1/products", bookmark="updated_at", incremental=CHANGED,
    topics=texts("observer.catalog_product_{}_commit_after", "save delete"),
    access="grant Catalog > Inventory > Products (Magento_Catalog::products)",
    fields={**named(integer, "id attribute_set_id status visibility"), **STAMPS,
        **named(string, "sku name type_id"), **named(decimal_4, "price weight"),
        "extension_attributes": {"website_ids": [integer], "category_links": [
            {"category_id": string, "position": integer}]},
        "media_gallery_entries": [{"id": integer, "file": string, "types": [string]}],
        "custom_attributes": MORE, "attributes": obj,
    }, adds=quirks.with_attributes)  # fmt: skip
CATEGORIES = Stream(
    "categories", "/V1/categories/list", incremental=Scanned(by_id=BY_ID, above=ABOVE),
    access="grant Catalog > Inventory > Categories (Magento_Catalog::categories)",
    fields={**named(integer, "id parent_id position level"), **STAMPS, "is_active": boolean,
            **named(string, "name path children"), "custom_attributes": MORE})  # fmt: skip
CARTS = Stream(
    "carts", "/V1/carts/search", bookmark="updated_at", incremental=IDLE,
    params=where(3, "is_active", "1", "eq") | where(4, "items_count", "0", "gt"),
    topics=("observer.sales_quote_save_after",),
    access="grant Sales > Operations > Cart > Manage carts (Magento_Cart::manage)",
    fields={**named(integer, "id items_count store_id"), **STAMPS,
        **named(decimal_4, "items_qty items_total"), **named(boolean, "is_active is_virtual"),
        "customer_is_guest": boolean, "reserved_order_id": string,
        "customer": {"id": integer, **named(string, "email firstname lastname")},
        "billing_address": {**PLACE, **REGION, "email": string},
        "currency": named(string, "base_currency_code store_currency_code quote_currency_code"),
        "items": [{"item_id": integer, **named(string, "sku name"),
                   **named(decimal_4, "qty price")}],
    }, adds=quirks.with_total)  # fmt: skip
STORES = Stream(
    "stores", "/V1/store/storeConfigs", incremental=Scanned(), records="", paging=Whole(),
    access="grant Stores > Settings > All Stores (Magento_Backend::store)",
    fields={**named(integer, "id website_id"),
            **named(string, "code locale base_currency_code default_display_currency_code timezone "
                    "weight_unit base_url secure_base_url base_media_url")})  # fmt: skip

MAGENTO = Connector(
    name="magento", label="Magento", checked="2026-11-24",
    docs="https://developer.adobe.com/commerce/webapi/rest/", base_url="{rest_url}",
    settings=(
        Setting("rest_url", quirks.REST_URL_IS, required=True, pattern=quirks.REST_URL,
                right=quirks.REST_URL_RIGHT),
        Setting("consumer_key", f"Consumer key of {INTEGRATION}."),
        Setting("consumer_secret", f"Consumer secret of {INTEGRATION}.", secret=True),
        Setting("access_token", f"Access token of {INTEGRATION}.", secret=True),
        Setting("access_token_secret", f"Access token secret of {INTEGRATION}.", secret=True),
        Setting("bearer_token", "Instead of these four: an access token that may stand alone "
                "(Stores > Configuration > Services > OAuth).", secret=True),
        Setting("client_id", f"SaaS edition: client id of {CREDENTIAL}."),
        Setting("client_secret", f"SaaS edition: client secret of {CREDENTIAL}.", secret=True),
        Setting("ims_org_id", f"SaaS edition: organization id (...@AdobeOrg) of {CREDENTIAL}."),
        Setting("cart_idle_minutes", quirks.IDLE_IS, kind="integer", default=60),
        Setting("compare_customers_days", "All customers are read again every so many days: that "
                "they left the newsletter, or changed only an address, does not show; 0: never.",
                kind="integer", default=1),
    ),
    auth=(
        OAuth1(token="access_token", token_secret="access_token_secret"),  # noqa: S106 - settings' names
        bearer("bearer_token"),
        ClientCredentials("Authorization", "/ims/token/v3", host="https://ims-na1.adobelogin.com",
                          sends="form", prefix="Bearer ", scope=quirks.IMS_SCOPE,
                          beside={"x-api-key": "client_id", "x-gw-ims-org-id": "ims_org_id"}),
    ),
    transport=REST(
        paging=Numbered("searchCriteria[currentPage]", size="searchCriteria[pageSize]", most=100,
                        total="total_count"),
        records="items", identity="/V1/store/storeConfigs", account=quirks.account, empties=True,
        fault=quirks.fault, hints=quirks.HINTS, halves=True, spoils=True, rate=Rate(at_once=2),
    ),
    screen="System > Extensions > Integrations > your integration > API",
    streams=(CUSTOMERS, ORDERS, CREDITMEMOS, PRODUCTS, CATEGORIES, CARTS, STORES),
)  # fmt: skip
