"""Stripe: facts of the platform; the oddities are in BEHAVIOR.md.

From the types of the Python package stripe 16.1.0 (API 2026-10-28.endive) and docs.stripe.com.
"""

from typing import Any

from tajo_connector_sdk.auth import bearer
from tajo_connector_sdk.fields import boolean, connection, integer, named, obj, string, unix_time
from tajo_connector_sdk.incremental import Feed, Filtered
from tajo_connector_sdk.paging import Cursor
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST, Lists
from tajo_connector_sdk.table import Connector, Setting, Stream
from tajo_connector_sdk.times import Times
from tap_stripe_tajo import quirks

# fmt: off
VERSION = "2026-10-28.endive"
KEYS = "Stripe Dashboard > Developers > API keys"
# Lists come newest first and know no filter by change, only by the time of creation.
BY_TIME = Filtered("created[gte]", until="created[lt]", times=Times.UNIX, newest_first=True)
HEAD = {**named(string, "id object"), "created": unix_time, "livemode": boolean}
ADDRESS = named(string, "city country line1 line2 postal_code state")
PERSON = {**named(string, "name email phone"), "address": ADDRESS}
CUSTOMER = {"id": string, **PERSON}  # expanded; one that is deleted has its id alone
CHARGED = {"billing_details": PERSON, "customer": CUSTOMER, **named(string, "id receipt_email")}
PRICE = {**HEAD, "active": boolean, **named(string, "currency lookup_key nickname product type"),
    "unit_amount": integer, "unit_amount_decimal": string, "transform_quantity": obj,
    "recurring": {**named(string, "interval usage_type"), "interval_count": integer}}
EVENTS = Stream(
    "events", "/v1/events", bookmark="created", incremental=BY_TIME, scopes=("Events: read",),
    fields={**HEAD, **named(string, "type api_version"), "data": obj, "request": obj})


def changes(path: str, what: str, kinds: str, *expand: str, **elsewhere: str) -> dict[str, Any]:
    """Return how changes are told: ``what.kind`` events, and those ``elsewhere`` with our id."""
    topics = tuple(f"{what}.{kind}" for kind in kinds.split())
    ids = {kind.replace("__", "."): f"data.object.{at}" for kind, at in elsewhere.items()}
    feed = Feed(
        events=EVENTS, types=(*topics, *ids), first=BY_TIME, each=f"{path}/{{id}}",
        id="data.object.id", ids=ids, param="types[]", params={"expand[]": expand})
    params: dict[str, Any] = {"expand[]": tuple(f"data.{name}" for name in expand)}
    if what == "customer.subscription":
        params["status"] = "all"  # else those that are cancelled hide
    said = {"bookmark": "created", "incremental": feed, "topics": topics, "params": params}
    return said | {"path": path}


CUSTOMERS = Stream(
    "customers", **changes("/v1/customers", "customer", "created updated deleted"),
    scopes=("Customers: read",), protected=("email", "name", "phone"),
    fields={**HEAD, **PERSON, "delinquent": boolean, "preferred_locales": [string], "metadata": obj,
            "shipping": {**named(string, "name phone"), "address": ADDRESS}})
SUBSCRIPTIONS = Stream(
    "subscriptions", **changes("/v1/subscriptions", "customer.subscription", "created updated "
        "deleted paused resumed pending_update_applied pending_update_expired", "customer"),
    scopes=("Subscriptions: read", "Customers: read"), adds=quirks.recurring,
    fields={**HEAD, **named(string, "status currency latest_invoice"), "mrr": integer,
            **named(unix_time, "start_date trial_end cancel_at canceled_at ended_at"),
            "cancel_at_period_end": boolean, "customer": CUSTOMER, "pause_collection": obj,
            "cancellation_details": named(string, "comment feedback reason"), "metadata": obj,
            "items": connection({"id": string, "quantity": integer, "price": PRICE,
                                 **named(unix_time, "current_period_start current_period_end")})})
INVOICES = Stream(
    "invoices", **changes("/v1/invoices", "invoice", "created deleted finalized paid sent voided "
        "updated finalization_failed overdue overpaid marked_uncollectible payment_action_required "
        "payment_failed payment_succeeded", "payments", invoice_payment__paid="invoice"),
    scopes=("Invoices: read",), protected=("customer_email", "customer_name"),
    fields={**HEAD, **named(string, "status currency number billing_reason customer "
                            "customer_email customer_name customer_phone hosted_invoice_url"),
            **named(integer, "amount_due amount_paid amount_remaining total attempt_count"),
            **named(unix_time, "due_date period_start period_end next_payment_attempt"),
            "customer_address": ADDRESS, "metadata": obj,
            "parent": {"type": string, "subscription_details": {"subscription": string}},
            "status_transitions": named(unix_time, "finalized_at paid_at voided_at"),
            "lines": connection({
                **named(string, "id description currency"), **named(integer, "amount quantity"),
                "parent": obj, "period": named(unix_time, "start end"),
                "pricing": {"price_details": named(string, "price product")}}, kind="line_item"),
            "payments": connection({**named(string, "id status"), "created": unix_time, "payment":
                named(string, "type charge payment_intent")}, kind="invoice_payment")})
CHARGES = Stream(
    "charges", **changes("/v1/charges", "charge", "captured failed pending refunded expired "
        "succeeded updated", "customer", charge__dispute__created="charge",
        charge__dispute__closed="charge"), protected=("receipt_email",),
    scopes=("Charges: read", "Customers: read"), adds=quirks.net,
    fields={**HEAD, **named(string, "status currency payment_intent balance_transaction "
                            "description receipt_email failure_code"), "billing_details": PERSON,
            **named(integer, "amount amount_captured amount_refunded amount_net"),
            **named(boolean, "captured disputed refunded"), "customer": CUSTOMER, "metadata": obj})
PAYMENT_INTENTS = Stream(
    "payment_intents", **changes("/v1/payment_intents", "payment_intent", "created canceled "
        "processing amount_capturable_updated partially_funded payment_failed requires_action "
        "succeeded"), scopes=("PaymentIntents: read",), protected=("receipt_email",),
    fields={**HEAD, **named(string, "status currency customer latest_charge receipt_email"),
            **named(integer, "amount amount_received"), "canceled_at": unix_time, "metadata": obj})
BALANCE_TRANSACTIONS = Stream(  # no event tells of them
    "balance_transactions", "/v1/balance_transactions", bookmark="created", incremental=BY_TIME,
    scopes=("Balance transactions: read",),
    fields={**named(string, "id type status currency source"), "fee_details": [obj],
            **named(integer, "amount fee net"), **named(unix_time, "created available_on")})
REFUNDS = Stream(
    "refunds", scopes=("Charges: read", "Customers: read"),
    **changes("/v1/refunds", "refund", "created updated failed", "charge", "charge.customer"),
    fields={**named(string, "id status currency payment_intent reason failure_reason"),
            "created": unix_time, "amount": integer, "charge": CHARGED})
PRODUCTS = Stream(
    "products", **changes("/v1/products", "product", "created updated deleted", "default_price"),
    scopes=("Products: read", "Prices: read"),
    fields={**HEAD, "updated": unix_time, **named(string, "name description url type"),
            "active": boolean, "images": [string], "default_price": PRICE, "metadata": obj})
PRICES = Stream(
    "prices", **changes("/v1/prices", "price", "created updated deleted"),
    scopes=("Prices: read",), fields={**PRICE, "metadata": obj})
CHECKOUT_SESSIONS = Stream(
    "checkout_sessions", **changes("/v1/checkout/sessions", "checkout.session", "completed expired "
        "async_payment_failed async_payment_succeeded", "line_items", "customer"),
    scopes=("Checkout Sessions: read", "Customers: read"), protected=("customer_details",),
    fields={**HEAD, **named(string, "status payment_status mode currency locale url invoice "
                            "payment_intent subscription customer_email client_reference_id"),
            "amount_total": integer, "expires_at": unix_time, "customer": CUSTOMER,
            "customer_details": PERSON, "consent": named(string, "promotions terms_of_service"),
            "after_expiration": {"recovery": {"url": string, "expires_at": unix_time}},
            "metadata": obj, "line_items": connection({
                **named(string, "id description"), **named(integer, "quantity amount_total"),
                "price": PRICE})})
DISPUTES = Stream(
    "disputes", **changes("/v1/disputes", "charge.dispute",
        "created updated closed funds_reinstated funds_withdrawn"), scopes=("Disputes: read",),
    fields={**HEAD, **named(string, "status currency reason charge payment_intent"),
            "amount": integer, "evidence_details": {"due_by": unix_time}})
STRIPE = Connector(
    name="stripe", label="Stripe", docs="https://docs.stripe.com/api", checked="2026-11-24",
    base_url="https://api.stripe.com",
    settings=(
        Setting("api_key", f"Restricted key with read permissions, or secret key: {KEYS}.",
                secret=True, pattern=r"(sk|rk)_\w+", right="a key that begins with rk_ or sk_"),
    ),
    auth=(bearer("api_key"),), screen=f"{KEYS} > permissions", approval=f"grant it in {KEYS}",
    transport=REST(
        paging=Cursor("starting_after", last="id", more="has_more"), records="data", lists=Lists(),
        identity="/v1/account", account=quirks.account, headers={"Stripe-Version": VERSION},
        rate=Rate(per_second=25, at_once=8), skips=frozenset({403}),
        hints={401: f"check api_key: {KEYS}", 403: f"give the key this permission: {KEYS}"},
    ),
    streams=(CUSTOMERS, PRODUCTS, PRICES, SUBSCRIPTIONS, INVOICES, CHARGES, PAYMENT_INTENTS,
             BALANCE_TRANSACTIONS, REFUNDS, CHECKOUT_SESSIONS, DISPUTES, EVENTS))
