"""Shopify: facts of the platform; the oddities are in BEHAVIOR.md.

From the schema of the Admin GraphQL API 2026-10 and shopify.dev. No deprecated field is asked for.
"""

from tajo_connector_sdk import fields as of
from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.fields import boolean, connection, date_time, integer, named, string
from tajo_connector_sdk.graphql import BulkFacts, GraphQL
from tajo_connector_sdk.incremental import Filtered, Sorted
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.table import Connector, History, Setting, Stream, texts
from tap_shopify_tajo import quirks

TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 - a header's name
PAGE = "dev.shopify.com > Apps > your app"
MONEY = {"amount": of.decimal, "currencyCode": string}
MONEY_BAG = named(MONEY, "shopMoney presentmentMoney")
REF = named(string, "id legacyResourceId")
IMAGE = {"url": string}
CONSENT = {**named(string, "state optInLevel collectedFrom"), "updatedAt": date_time}
ADDRESS = named(string, "firstName lastName company address1 address2 city province provinceCode "
                        "zip country countryCodeV2 phone")  # fmt: skip
BUYER = {**REF, **named(string, "firstName lastName"),
         "defaultEmailAddress": {"emailAddress": string},
         "defaultPhoneNumber": {"phoneNumber": string}}  # fmt: skip
CHANGED = Sorted("updated_at", "UPDATED_AT", by_id="ID")

CUSTOMERS = Stream(
    "customers", "customers", bookmark="updatedAt",
    incremental=Sorted("updated_at", "UPDATED_AT", by_id="ID", whole_days=True),
    topics=(*texts("CUSTOMERS_{}", "CREATE UPDATE DELETE MERGE EMAIL_MARKETING_CONSENT_UPDATE "
                   "MARKETING_CONSENT_UPDATE WHATS_APP_MARKETING_CONSENT_UPDATE "
                   "PURCHASING_SUMMARY"), *texts("CUSTOMER_TAGS_{}", "ADDED REMOVED")),
    scopes=("read_customers",), needs={"lastOrder": "read_orders"}, kind="Customer",
    protected=("firstName", "lastName", "defaultEmailAddress", "defaultPhoneNumber"),
    count="customersCount", fields={
        **REF, **named(string, "state locale note firstName lastName displayName numberOfOrders"),
        **named(date_time, "createdAt updatedAt"), "tags": [string], "amountSpent": MONEY,
        **named(boolean, "taxExempt verifiedEmail"), "defaultEmailAddress": {
            **named(string, "emailAddress marketingState marketingOptInLevel"),
            "marketingUpdatedAt": date_time, "validFormat": boolean},
        "defaultPhoneNumber": {"phoneNumber": string, **named(
            CONSENT, "smsMarketingConsent whatsAppMarketingConsent")},
        "lastOrder": {"id": string, "createdAt": date_time},
        "defaultAddress": {"id": string, **ADDRESS}})  # fmt: skip
ORDERS = Stream(
    "orders", "orders", bookmark="updatedAt", incremental=CHANGED,
    topics=(*texts("ORDERS_{}", "CREATE UPDATED PAID CANCELLED EDITED DELETE"), "REFUNDS_CREATE"),
    scopes=("read_orders",), needs={"customer": "read_customers", "lineItems": "read_products"},
    kind="Order", count="ordersCount", history=History("read_all_orders", days=60),
    protected=("email", "phone", "billingAddress", "shippingAddress"),
    fields={
        **REF, **named(string, "name sourceName cancelReason email phone customerLocale "
                       "currencyCode presentmentCurrencyCode displayFinancialStatus "
                       "displayFulfillmentStatus cartToken checkoutToken"),
        "number": integer, **named(boolean, "test customerAcceptsMarketing"),
        **named(date_time, "createdAt updatedAt processedAt cancelledAt closedAt"),
        **named([string], "discountCodes tags"),
        **named(MONEY_BAG, "currentTotalPriceSet currentSubtotalPriceSet totalPriceSet totalTaxSet "
                "subtotalPriceSet totalRefundedSet totalDiscountsSet totalShippingPriceSet"),
        "customer": BUYER, **named(ADDRESS, "billingAddress shippingAddress"),
        "refunds": [{"id": string, **named(date_time, "createdAt updatedAt"),
                     "totalRefundedSet": MONEY_BAG}],
        "transactions": [{**named(string, "id kind status"), "processedAt": date_time,
                          "amountSet": MONEY_BAG}],
        "lineItems": connection({
            **named(string, "id title name sku vendor variantTitle"), "image": IMAGE,
            **named(integer, "quantity currentQuantity"), **named(REF, "product variant"),
            **named(MONEY_BAG, "discountedUnitPriceAfterAllDiscountsSet originalUnitPriceSet")}),
    })  # fmt: skip
PRODUCTS = Stream(
    "products", "products", bookmark="updatedAt", incremental=CHANGED,
    topics=texts("PRODUCTS_{}", "CREATE UPDATE DELETE"), scopes=("read_products",),
    kind="Product", count="productsCount", deletions=quirks.deletions_of("PRODUCT"),
    fields={
        **REF, **named(string, "title handle status vendor productType descriptionHtml "
                       "onlineStoreUrl"), "tags": [string],
        **named(date_time, "createdAt updatedAt publishedAt"),
        "category": named(string, "id name"), "featuredMedia": {"preview": {"image": IMAGE}},
        "priceRangeV2": named(MONEY, "minVariantPrice maxVariantPrice"),
        "variants": connection({
            **REF, **named(string, "title sku barcode"),
            **named(of.decimal, "price compareAtPrice"),
            "inventoryQuantity": integer, "updatedAt": date_time}, kind="ProductVariant"),
        "collections": connection({**REF, **named(string, "handle title")}, kind="Collection"),
    })  # fmt: skip
ABANDONED_CHECKOUTS = Stream(
    "abandoned_checkouts", "abandonedCheckouts", bookmark="updatedAt",
    incremental=Filtered("updated_at", by_id="ID"),  # its sort keys know no UPDATED_AT
    topics=texts("CHECKOUTS_{}", "CREATE UPDATE DELETE"),
    scopes=("read_orders",), needs={"customer": "read_customers", "lineItems": "read_products"},
    kind="AbandonedCheckout", count="abandonedCheckoutsCount",
    access="the app's user also needs the permission to manage abandoned checkouts",
    protected=("customer", "billingAddress", "shippingAddress"),
    fields={
        **named(string, "id name abandonedCheckoutUrl"), "discountCodes": [string],
        **named(date_time, "createdAt updatedAt completedAt"),
        "customer": BUYER, **named(ADDRESS, "billingAddress shippingAddress"),
        **named(MONEY_BAG, "totalPriceSet subtotalPriceSet"),
        "lineItems": connection({
            **named(string, "id title variantTitle sku"), "quantity": integer, "image": IMAGE,
            **named(REF, "product variant"),
            **named(MONEY_BAG, "discountedTotalPriceSet originalUnitPriceSet")})})  # fmt: skip
COLLECTIONS = Stream(
    "collections", "collections", bookmark="updatedAt", incremental=CHANGED,
    topics=texts("COLLECTIONS_{}", "CREATE UPDATE DELETE"), scopes=("read_products",),
    kind="Collection", count="collectionsCount", deletions=quirks.deletions_of("COLLECTION"),
    fields={**REF, **named(string, "title handle descriptionHtml sortOrder"),
            "updatedAt": date_time, "image": named(string, "url altText")})  # fmt: skip

SHOPIFY = Connector(
    name="shopify", label="Shopify", checked="2026-11-24",
    docs="https://shopify.dev/docs/api/admin-graphql/2026-10", base_url="https://{shop_url}",
    settings=(
        Setting("shop_url", "The shop's own address, my-store.myshopify.com: Shopify admin > "
                "Settings > Domains, the one that ends in myshopify.com.", required=True,
                pattern=r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com",
                right="my-store.myshopify.com: lower case, without https:// and without a path"),
        Setting("client_id", "Client ID of an app in the same organisation as the shop: "
                f"{PAGE} > Settings."),
        Setting("client_secret", "Client secret of that app, on the same screen.", secret=True),
        Setting("access_token", "Instead of the two: Admin API access token (shpat_...) of a "
                "custom app made in the shop before 2026: Shopify admin > Settings > Apps and "
                "sales channels > Develop apps > your app > API credentials.", secret=True),
        Setting("api_version", "Version of the Admin API; leave it as it is unless Shopify has "
                "ended it.", default="2026-10", pattern=r"20\d\d-(01|04|07|10)|unstable",
                right="2026-10"),
        Setting("allow_partial_history", "Go on without the scope read_all_orders although older "
                "orders than 60 days are wanted: they will be missing.", kind="boolean",
                default=False),
    ),
    auth=(
        Header(TOKEN_HEADER, setting="access_token"),
        ClientCredentials(TOKEN_HEADER, path="/admin/oauth/access_token", hints=quirks.NOT_LET_IN),
    ),
    transport=GraphQL(
        path="/admin/api/{api_version}/graphql.json", identity=quirks.IDENTITY,
        account=quirks.account, search=quirks.search, cost=quirks.cost, fault=quirks.fault,
        version_header="X-Shopify-API-Version", version_setting="api_version",
        bulk=BulkFacts(run=quirks.BULK_RUN, poll=quirks.BULK_POLL, started=quirks.bulk_started,
                       state=quirks.bulk_state, kind=quirks.kind_of),
        hints=quirks.HINTS,
    ),
    screen=f"{PAGE} > Versions > Access scopes (a custom app made in the shop: Settings > Apps and "
    "sales channels > Develop apps > Configuration), then install the app again",
    approval="the app lacks the approval for protected customer data: "
    f"{PAGE} > API access > Protected customer data access",
    streams=(CUSTOMERS, ORDERS, PRODUCTS, ABANDONED_CHECKOUTS, COLLECTIONS),
)  # fmt: skip
