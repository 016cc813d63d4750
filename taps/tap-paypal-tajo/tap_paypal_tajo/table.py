"""PayPal as a table of facts; what is unusual is numbered in BEHAVIOR.md."""

from dataclasses import replace
from datetime import timedelta

from tajo_connector_sdk import fields as kinds
from tajo_connector_sdk.fields import named
from tajo_connector_sdk.incremental import Again, Filtered, Scanned
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.paging import Linked, Numbered, Whole
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector, Parent, Setting, Stream, texts
from tap_paypal_tajo import quirks

string, integer, boolean, decimal = kinds.string, kinds.integer, kinds.boolean, kinds.decimal
date_time, offset_time, obj = kinds.date_time, kinds.offset_time, kinds.obj
DAY = timedelta(days=1)
HOST, SANDBOX = "api-m.paypal.com", "api-m.sandbox.paypal.com"
SERVICES = "https://uri.paypal.com/services"
BILLING = (f"{SERVICES}/subscriptions",)
MONEY = {"currency_code": string, "value": decimal}
NAME = named(string, "given_name surname alternate_full_name full_name")
ADDRESS = named(string, "line1 line2 city state country_code postal_code")
PAGES = Numbered(size="page_size", most=20, total="total_items", pages="total_pages", ends="pages")

TRANSACTIONS = Stream(
    "transactions", "/v1/reporting/transactions",
    ("account_number", "transaction_id", "transaction_event_code", "transaction_initiation_date"),
    "transaction_initiation_date",
    Filtered("start_date", until="end_date", longest=31 * DAY, reaches=3 * 365 * DAY - DAY,
             lookback=3 * DAY, again=Again(7 * DAY, 31 * DAY), fresh="last_refreshed_datetime"),
    topics=texts("PAYMENT.CAPTURE.{}", "COMPLETED PENDING REFUNDED REVERSED DECLINED DENIED"),
    scopes=(f"{SERVICES}/reporting/search/read",), records="transaction_details",
    params={"fields": "all", "balance_affecting_records_only": "N"}, adds=quirks.identified,
    around={"account_number": "account_number"}, paging=replace(PAGES, most=500),
    fields={
        **named(string, "account_number transaction_id transaction_event_code"),
        **named(offset_time, "transaction_initiation_date transaction_updated_date"),
        "transaction_info": {
            **named(string, "paypal_account_id transaction_id paypal_reference_id "
                    "paypal_reference_id_type transaction_event_code transaction_status "
                    "transaction_subject transaction_note invoice_id custom_field"),
            **named(offset_time, "transaction_initiation_date transaction_updated_date"),
            **named(MONEY, "transaction_amount fee_amount shipping_amount")},
        "payer_info": {
            **named(string, "account_id email_address payer_status country_code"),
            "phone_number": named(string, "country_code national_number"),
            "payer_name": NAME, "address": ADDRESS},
        "shipping_info": {"name": string, "address": ADDRESS},
        "cart_info": {"item_details": [{
            **named(string, "item_code item_name item_description item_quantity"),
            **named(MONEY, "item_unit_price item_amount total_item_amount")}]},
        **named(obj, "store_info auction_info incentive_info")})  # fmt: skip
BALANCES = Stream(
    "balances", "/v1/reporting/balances", ("account_id", "currency"), records="balances",
    incremental=Scanned(ignore=("as_of_time", "last_refresh_time")), paging=Whole(),
    scopes=(f"{SERVICES}/reporting/balances/read",),
    around={name: name for name in ("account_id", "as_of_time", "last_refresh_time")},
    fields={**named(string, "account_id currency"), "primary": boolean,
            **named(MONEY, "total_balance available_balance withheld_balance"),
            **named(offset_time, "as_of_time last_refresh_time")})  # fmt: skip
DISPUTES = Stream(
    "disputes", "/v1/customer/disputes", ("dispute_id",), "update_time",
    Filtered("update_time_after", until="update_time_before", reaches=179 * DAY),
    topics=texts("CUSTOMER.DISPUTE.{}", "CREATED UPDATED RESOLVED"), records="items",
    scopes=(f"{SERVICES}/disputes/read-seller",),
    paging=Linked("links", size="page_size", most=50), each="/v1/customer/disputes/{dispute_id}",
    fields={
        **named(string, "dispute_id reason status dispute_life_cycle_stage dispute_channel"),
        **named(date_time, "create_time update_time"), "dispute_amount": MONEY, "messages": [obj],
        "disputed_transactions": [{
            **named(string, "seller_transaction_id transaction_status invoice_number"),
            "create_time": date_time, "gross_amount": MONEY, "buyer": {"name": string}}],
    })  # fmt: skip
SUBSCRIPTIONS = Stream(
    "subscriptions", "/v1/billing/subscriptions?total_required=true", ("id",), "status_update_time",
    Filtered("status_updated_after", until="status_updated_before"),
    topics=texts("BILLING.SUBSCRIPTION.{}", "CREATED ACTIVATED UPDATED EXPIRED CANCELLED SUSPENDED "
                 "PAYMENT.FAILED"),
    scopes=BILLING, records="subscriptions", paging=PAGES, each="/v1/billing/subscriptions/{id}",
    fields={
        **named(string, "id plan_id status quantity custom_id"), "plan_overridden": boolean,
        **named(date_time, "start_time create_time update_time status_update_time"),
        "shipping_amount": MONEY,
        "subscriber": {**named(string, "email_address payer_id"), "name": NAME},
        "billing_info": {"outstanding_balance": MONEY, "failed_payments_count": integer,
                         "last_payment": {"amount": MONEY, "time": date_time},
                         "next_billing_time": date_time}})  # fmt: skip
PAYMENTS = Stream(
    "subscription_transactions",
    "/v1/billing/subscriptions/{id}/transactions?start_time={create_time}"
    "&end_time=2099-12-31T23:59:59Z", ("subscription_id", "id"), incremental=Scanned(),
    topics=texts("PAYMENT.SALE.{}", "COMPLETED REFUNDED REVERSED"), scopes=BILLING,
    records="transactions", paging=Whole(),
    parent=Parent(SUBSCRIPTIONS, carries={"subscription_id": "id", "plan_id": "plan_id"},
                  over=quirks.over),
    fields={**named(string, "subscription_id plan_id id status payer_email"), "time": date_time,
            "amount_with_breakdown": {"gross_amount": MONEY, "net_amount": MONEY},
            "payer_name": NAME})  # fmt: skip
PLANS = Stream(
    "plans", "/v1/billing/plans?total_required=true", incremental=Scanned(), scopes=BILLING,
    topics=texts("BILLING.PLAN.{}", "CREATED UPDATED"), records="plans", paging=PAGES,
    fields={**named(string, "id product_id name status description"), "quantity_supported": boolean,
            "billing_cycles": [obj], **named(obj, "payment_preferences taxes"),
            **named(date_time, "create_time update_time")})  # fmt: skip
PRODUCTS = Stream(
    "products", "/v1/catalogs/products?total_required=true", incremental=Scanned(), scopes=BILLING,
    topics=texts("CATALOG.PRODUCT.{}", "CREATED UPDATED"), records="products",
    paging=PAGES, each="/v1/catalogs/products/{id}",
    fields={**named(string, "id name description type category image_url home_url"),
            **named(date_time, "create_time update_time")})  # fmt: skip
INVOICES = Stream(
    "invoices", "/v2/invoicing/invoices?total_required=true", incremental=Scanned(),
    topics=texts("INVOICING.INVOICE.{}", "CREATED UPDATED SCHEDULED PAID REFUNDED CANCELLED"),
    scopes=(f"{SERVICES}/invoicing/invoices/read",),
    records="items", paging=replace(PAGES, most=100, deepest=1000),
    fields={
        **named(string, "id status"), **named(obj, "invoicer configuration payments refunds"),
        "detail": {**named(string, "currency_code invoice_number invoice_date"),
                   "metadata": named(date_time, "create_time last_update_time")},
        "primary_recipients": [{"billing_info": {"email_address": string, "name": NAME}}],
        "items": [{**named(string, "name quantity"), "unit_amount": MONEY}],
        **named(MONEY, "amount due_amount")})  # fmt: skip
PAYPAL = Connector(
    name="paypal", label="PayPal", docs="https://developer.paypal.com/api/rest/",
    checked="2026-11-24", base_url="https://{host}",
    settings=(
        Setting("client_id", "Of a REST app: developer.paypal.com > Apps & Credentials > Live."),
        Setting("client_secret", "Beside the client id, on the page of the app.", secret=True),
        Setting("host", "api-m.paypal.com, or api-m.sandbox.paypal.com for a sandbox account; each "
                "has credentials of its own.", default=HOST, right=f"{HOST} or {SANDBOX}",
                pattern=r"api-m(\.sandbox)?\.paypal\.com"),
        Setting("calls_per_minute", "How fast PayPal is asked. It publishes no limit, and blocks "
                "who is too fast for minutes.", kind="integer", default=45),
    ),
    auth=(ClientCredentials("Authorization", "/v1/oauth2/token", sends="basic", prefix="Bearer ",
                            hints={"invalid_client": "compare both with the app's, and host: "
                                   "sandbox and live have credentials of their own"}),),
    transport=REST(
        paging=PAGES, identity="/v1/reporting/balances", account=quirks.account,
        headers={"Prefer": "return=representation"}, rate=Rate(setting="calls_per_minute"),
        fault=quirks.fault, skips=frozenset({403}), drops=("links",),
        hints={403: quirks.NINE_HOURS, 401: "compare client_id, client_secret and host"},
    ),
    streams=(TRANSACTIONS, BALANCES, DISPUTES, SUBSCRIPTIONS, PAYMENTS, PLANS, PRODUCTS, INVOICES),
    screen="developer.paypal.com > Apps & Credentials > your app > Features",
)  # fmt: skip
