"""Shopify: facts of the platform; the oddities are in BEHAVIOR.md.

From the schema of the Admin GraphQL API 2026-10 and shopify.dev. No deprecated field is asked for.
"""

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.fields import (
    boolean,
    connection,
    date_time,
    decimal,
    integer,
    string,
)
from tajo_connector_sdk.graphql import BulkFacts, GraphQL
from tajo_connector_sdk.incremental import Filtered, Sorted
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.table import Connector, Deletions, History, Setting, Stream
from tap_shopify_tajo import quirks

TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 - a header's name
IDENTITY = """
query Identity {
  shop { myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
}
"""
BULK_RUN = """
mutation Run($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { code }
  }
}
"""
BULK_POLL = """
query Poll($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount url } }
"""

MONEY = {"amount": decimal, "currencyCode": string}
MONEY_BAG = {"shopMoney": MONEY, "presentmentMoney": MONEY}
REF = {"id": string, "legacyResourceId": string}
IMAGE = {"url": string}
CONSENT = {
    "state": string, "optInLevel": string, "updatedAt": date_time, "collectedFrom": string,
}  # fmt: skip
ADDRESS = {
    "firstName": string, "lastName": string, "company": string,
    "address1": string, "address2": string, "city": string,
    "province": string, "provinceCode": string, "zip": string,
    "country": string, "countryCodeV2": string, "phone": string,
}  # fmt: skip
BUYER = {
    **REF, "firstName": string, "lastName": string,
    "defaultEmailAddress": {"emailAddress": string},
    "defaultPhoneNumber": {"phoneNumber": string},
}  # fmt: skip


def deletions_of(subject: str) -> Deletions:
    """Return where the deletions of products and collections are told (kept for one year)."""
    return Deletions(
        "events",
        filters=(f"subject_type:{subject}", "action:destroy"),
        filter="created_at",
        sort="CREATED_AT",
        at="createdAt",
        selection="action createdAt ... on BasicEvent { subjectId }",
        read=quirks.deletion,
    )


CUSTOMERS = Stream(
    "customers", "customers", bookmark="updatedAt",
    incremental=Sorted("updated_at", "UPDATED_AT", by_id="ID", whole_days=True),
    topics=(
        "CUSTOMERS_CREATE", "CUSTOMERS_UPDATE", "CUSTOMERS_DELETE", "CUSTOMERS_MERGE",
        "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE", "CUSTOMERS_MARKETING_CONSENT_UPDATE",
        "CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE", "CUSTOMERS_PURCHASING_SUMMARY",
        "CUSTOMER_TAGS_ADDED", "CUSTOMER_TAGS_REMOVED",
    ),
    scopes=("read_customers",), needs={"lastOrder": "read_orders"},
    kind="Customer", count="customersCount",
    protected=("firstName", "lastName", "defaultEmailAddress", "defaultPhoneNumber"),
    fields={
        **REF, "createdAt": date_time, "updatedAt": date_time, "state": string, "locale": string,
        "note": string, "tags": [string], "taxExempt": boolean, "verifiedEmail": boolean,
        "firstName": string, "lastName": string, "displayName": string,
        "numberOfOrders": string, "amountSpent": MONEY,
        "defaultEmailAddress": {
            "emailAddress": string, "marketingState": string, "marketingOptInLevel": string,
            "marketingUpdatedAt": date_time, "validFormat": boolean,
        },
        "defaultPhoneNumber": {
            "phoneNumber": string,
            "smsMarketingConsent": CONSENT, "whatsAppMarketingConsent": CONSENT,
        },
        "defaultAddress": {"id": string, **ADDRESS},
        "lastOrder": {"id": string, "createdAt": date_time},
    },
)  # fmt: skip

ORDERS = Stream(
    "orders", "orders", bookmark="updatedAt",
    incremental=Sorted("updated_at", "UPDATED_AT", by_id="ID"),
    topics=(
        "ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "ORDERS_CANCELLED", "ORDERS_EDITED",
        "ORDERS_DELETE", "REFUNDS_CREATE",
    ),
    scopes=("read_orders",), needs={"customer": "read_customers", "lineItems": "read_products"},
    kind="Order", count="ordersCount", history=History("read_all_orders", days=60),
    protected=("email", "phone", "billingAddress", "shippingAddress"),
    fields={
        **REF, "name": string, "number": integer, "test": boolean, "sourceName": string,
        "createdAt": date_time, "updatedAt": date_time, "processedAt": date_time,
        "cancelledAt": date_time, "closedAt": date_time, "cancelReason": string,
        "email": string, "phone": string, "customerLocale": string,
        "currencyCode": string, "presentmentCurrencyCode": string,
        "displayFinancialStatus": string, "displayFulfillmentStatus": string,
        "cartToken": string, "checkoutToken": string, "discountCodes": [string], "tags": [string],
        "customerAcceptsMarketing": boolean,
        "currentTotalPriceSet": MONEY_BAG, "currentSubtotalPriceSet": MONEY_BAG,
        "totalPriceSet": MONEY_BAG, "subtotalPriceSet": MONEY_BAG, "totalRefundedSet": MONEY_BAG,
        "totalDiscountsSet": MONEY_BAG, "totalShippingPriceSet": MONEY_BAG,
        "totalTaxSet": MONEY_BAG,
        "customer": BUYER, "billingAddress": ADDRESS, "shippingAddress": ADDRESS,
        "refunds": [{
            "id": string, "createdAt": date_time, "updatedAt": date_time,
            "totalRefundedSet": MONEY_BAG,
        }],
        "transactions": [{
            "id": string, "kind": string, "status": string, "processedAt": date_time,
            "amountSet": MONEY_BAG,
        }],
        "lineItems": connection({
            "id": string, "title": string, "name": string, "sku": string, "vendor": string,
            "variantTitle": string, "quantity": integer, "currentQuantity": integer,
            "image": IMAGE, "product": REF, "variant": REF,
            "discountedUnitPriceAfterAllDiscountsSet": MONEY_BAG,
            "originalUnitPriceSet": MONEY_BAG,
        }),
    },
)  # fmt: skip

PRODUCTS = Stream(
    "products", "products", bookmark="updatedAt",
    incremental=Sorted("updated_at", "UPDATED_AT", by_id="ID"),
    topics=("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"),
    scopes=("read_products",), kind="Product", count="productsCount",
    deletions=deletions_of("PRODUCT"),
    fields={
        **REF, "title": string, "handle": string, "status": string, "vendor": string,
        "productType": string, "tags": [string], "createdAt": date_time, "updatedAt": date_time,
        "publishedAt": date_time, "descriptionHtml": string, "onlineStoreUrl": string,
        "category": {"id": string, "name": string},
        "priceRangeV2": {"minVariantPrice": MONEY, "maxVariantPrice": MONEY},
        "featuredMedia": {"preview": {"image": IMAGE}},
        "variants": connection(
            {
                **REF, "title": string, "sku": string, "price": decimal,
                "compareAtPrice": decimal, "barcode": string, "inventoryQuantity": integer,
                "updatedAt": date_time,
            },
            kind="ProductVariant",
        ),
        "collections": connection({**REF, "handle": string, "title": string}, kind="Collection"),
    },
)  # fmt: skip

ABANDONED_CHECKOUTS = Stream(
    "abandoned_checkouts", "abandonedCheckouts", bookmark="updatedAt",
    incremental=Filtered("updated_at", by_id="ID"),  # its sort keys know no UPDATED_AT
    topics=("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE"),
    scopes=("read_orders",), needs={"customer": "read_customers", "lineItems": "read_products"},
    kind="AbandonedCheckout", count="abandonedCheckoutsCount",
    access="the app's user also needs the permission to manage abandoned checkouts",
    protected=("customer", "billingAddress", "shippingAddress"),
    fields={
        "id": string, "name": string, "createdAt": date_time, "updatedAt": date_time,
        "completedAt": date_time, "abandonedCheckoutUrl": string, "discountCodes": [string],
        "customer": BUYER, "billingAddress": ADDRESS, "shippingAddress": ADDRESS,
        "totalPriceSet": MONEY_BAG, "subtotalPriceSet": MONEY_BAG,
        "lineItems": connection({
            "id": string, "title": string, "variantTitle": string, "sku": string,
            "quantity": integer, "image": IMAGE, "product": REF, "variant": REF,
            "discountedTotalPriceSet": MONEY_BAG, "originalUnitPriceSet": MONEY_BAG,
        }),
    },
)  # fmt: skip

COLLECTIONS = Stream(
    "collections", "collections", bookmark="updatedAt",
    incremental=Sorted("updated_at", "UPDATED_AT", by_id="ID"),
    topics=("COLLECTIONS_CREATE", "COLLECTIONS_UPDATE", "COLLECTIONS_DELETE"),
    scopes=("read_products",), kind="Collection", count="collectionsCount",
    deletions=deletions_of("COLLECTION"),
    fields={
        **REF, "title": string, "handle": string, "updatedAt": date_time,
        "descriptionHtml": string, "sortOrder": string, "image": {"url": string, "altText": string},
    },
)  # fmt: skip

SHOPIFY = Connector(
    name="shopify",
    label="Shopify",
    docs="https://shopify.dev/docs/api/admin-graphql/2026-10",
    checked="2026-11-24",
    base_url="https://{shop_url}",
    settings=(
        Setting(
            "shop_url",
            "The shop's own address, my-store.myshopify.com: Shopify admin > Settings > Domains, "
            "the one that ends in myshopify.com.",
            required=True,
            pattern=r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com",
            right="my-store.myshopify.com: lower case, without https:// and without a path",
        ),
        Setting(
            "client_id",
            "Client ID of an app in the same organisation as the shop: dev.shopify.com > Apps > "
            "your app > Settings.",
        ),
        Setting(
            "client_secret",
            "Client secret of that app, on the same screen.",
            secret=True,
        ),
        Setting(
            "access_token",
            "Instead of the two: Admin API access token (shpat_...) of a custom app made in the "
            "shop before 2026: Shopify admin > Settings > Apps and sales channels > Develop apps > "
            "your app > API credentials.",
            secret=True,
        ),
        Setting(
            "api_version",
            "Version of the Admin API; leave it as it is unless Shopify has ended it.",
            default="2026-10",
            pattern=r"20\d\d-(01|04|07|10)|unstable",
            right="2026-10",
        ),
        Setting(
            "allow_partial_history",
            "Go on without the scope read_all_orders although older orders than 60 days are "
            "wanted: they will be missing.",
            kind="boolean",
            default=False,
        ),
    ),
    auth=(
        Header(TOKEN_HEADER, setting="access_token"),
        ClientCredentials(
            TOKEN_HEADER,
            path="/admin/oauth/access_token",
            hints={
                "shop_not_permitted": "app and shop have to be in the same organisation "
                "(dev.shopify.com > Stores); for a shop elsewhere use an access_token",
            },
        ),
    ),
    transport=GraphQL(
        path="/admin/api/{api_version}/graphql.json",
        identity=IDENTITY,
        account=quirks.account,
        search=quirks.search,
        cost=quirks.cost,
        fault=quirks.fault,
        version_header="X-Shopify-API-Version",
        version_setting="api_version",
        bulk=BulkFacts(
            run=BULK_RUN,
            poll=BULK_POLL,
            started=quirks.bulk_started,
            state=quirks.bulk_state,
            kind=quirks.kind_of,
        ),
        hints={
            401: "the access_token is not (or no longer) this shop's: compare it with the app's "
            "API credentials, and shop_url with the shop",
            402: "the shop is frozen until its bill is paid",
            403: "the shop or the app is blocked: look at the app's page in Shopify admin",
            404: "no shop of that name: compare shop_url with Settings > Domains",
            423: "the shop is locked: ask Shopify support",
        },
    ),
    screen="dev.shopify.com > Apps > your app > Versions > Access scopes (a custom app made in the "
    "shop: Settings > Apps and sales channels > Develop apps > Configuration), then install the "
    "app again",
    approval="the app lacks the approval for protected customer data: dev.shopify.com > Apps > "
    "your app > API access > Protected customer data access",
    streams=(CUSTOMERS, ORDERS, PRODUCTS, ABANDONED_CHECKOUTS, COLLECTIONS),
)
