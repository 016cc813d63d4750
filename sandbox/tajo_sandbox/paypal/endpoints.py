"""The addresses of PayPal's APIs that the stand-in knows, and what each answers."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tajo_sandbox.paypal import billing
from tajo_sandbox.paypal.money import local, moment, stamp
from tajo_sandbox.paypal.questions import DISPUTES_KEPT, Refused, Rules, invalid, range_of, time_of
from tajo_sandbox.paypal.report import balances, moved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tajo_sandbox.paypal.switches import Switches
    from tajo_sandbox.store import Store

Row = dict[str, Any]
TOO_LARGE = (
    "Result set size is greater than the maximum limit. Change the filter criteria and try again."
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A request that is permitted; `base` is the stand-in's own address."""

    store: Store
    switches: Switches
    query: Mapping[str, str]
    path: str
    base: str
    prefer: str = ""

    @property
    def id(self) -> str:
        """The last part of the path, or the one before `/transactions`."""
        return self.path.removesuffix("/transactions").rpartition("/")[2]

    def number(self, name: str, usual: int) -> int:
        """A parameter that is a number."""
        return int(self.query.get(name, usual))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: the permission it needs, what it takes and answers (None: not there)."""

    name: str
    path: str
    scope: str
    rules: Rules
    answer: Callable[[Scene], Any]


def paged(scene: Scene, rows: list[Row], name: str, usual: int = 10) -> Row:
    """A page of rows by number; totals only when they are asked for."""
    size, page = scene.number("page_size", usual), scene.number("page", 1)
    body: Row = {name: rows[(page - 1) * size : page * size]}
    if scene.query.get("total_required") == "true":
        body |= {"total_items": len(rows), "total_pages": -(-len(rows) // size)}
    return body | {"links": billing.links(scene.path)}


def by_id(rows: list[Row], key: str, wanted: str) -> Row | None:
    """The row with an id, or None."""
    return next((one for one in rows if one[key] == wanted), None)


def transactions(scene: Scene) -> Row:
    """The report, in no order that is promised."""
    now = scene.store.clock().replace(microsecond=0)
    fresh = now - timedelta(seconds=scene.switches.lag_seconds)
    low, high = range_of(scene.query, fresh)
    every = scene.query.get("balance_affecting_records_only", "Y") == "N"
    rows = [
        one.row
        for one in moved(scene.store, stamp(low), stamp(min(high, fresh)))
        if (every or one.counts) and one.id not in scene.switches.held
    ]
    if len(rows) > scene.switches.largest:
        raise Refused(400, "RESULTSET_TOO_LARGE", TOO_LARGE)
    size, page = scene.number("page_size", 100), scene.number("page", 1)
    shown = sorted(rows, key=lambda row: row["transaction_info"]["transaction_id"], reverse=True)
    shown = shown[: len(shown) - scene.switches.lost]
    asked = scene.query.get("fields", "transaction_info")
    kept = None if asked == "all" else set(asked.split(","))
    return {
        "transaction_details": [
            {name: part for name, part in row.items() if kept is None or name in kept}
            for row in shown[(page - 1) * size : page * size]
        ],
        "account_number": scene.switches.account,
        "start_date": local(stamp(low)),
        "end_date": local(stamp(min(high, fresh))),
        "last_refreshed_datetime": local(stamp(fresh)),
        "page": page,
        "total_items": len(rows),
        "total_pages": -(-len(rows) // size),
        "links": billing.links(scene.path),
    }


def disputes(scene: Scene) -> Row:
    """Disputes by their last update; the next page is a token in a link."""
    now = scene.store.clock()
    low = time_of(scene.query, "update_time_after") or now - DISPUTES_KEPT
    high = time_of(scene.query, "update_time_before") or now
    if low < now - DISPUTES_KEPT:
        raise invalid("update_time_after must be within the last 180 days")
    size, begin = scene.number("page_size", 10), _place(scene.query.get("next_page_token"))
    rows = [row for row in billing.disputes(scene.store) if low <= _updated(row) <= high]
    links = [{"href": f"{scene.base}v1/customer/disputes", "rel": "self", "method": "GET"}]
    if begin + size < len(rows):
        token = base64.b64encode(str(begin + size).encode()).decode()
        kept = "".join(f"{name}={value}&" for name, value in scene.query.items()
                       if name != "next_page_token")  # fmt: skip
        href = f"{scene.base}v1/customer/disputes?{kept}next_page_token={token}"
        links.append({"href": href, "rel": "next", "method": "GET"})
    shown = [billing.dispute_summary(row) for row in rows[begin : begin + size]]
    return {"items": shown, "links": links}


def _updated(row: Row) -> datetime:
    return moment(row["update_time"])


def _place(token: str | None) -> int:
    return int(base64.b64decode(token)) if token else 0


def dispute(scene: Scene) -> Row | None:
    """One dispute, whole."""
    row = by_id(billing.disputes(scene.store, scene.id), "dispute_id", scene.id)
    return row and billing.dispute_detail(row)


def subscriptions(scene: Scene) -> Row:
    """Subscriptions by the last change of their status; summaries."""
    low = time_of(scene.query, "status_updated_after")
    high = time_of(scene.query, "status_updated_before")
    rows = [
        {name: value for name, value in row.items() if name != "billing_info"}
        for row in billing.subscriptions(scene.store, scene.switches)
        if (low is None or low <= moment(row["status_update_time"]))
        and (high is None or moment(row["status_update_time"]) <= high)
    ]
    return paged(scene, rows, "subscriptions")


def subscription(scene: Scene) -> Row | None:
    """One subscription, whole."""
    rows = billing.subscriptions(scene.store, scene.switches, scene.id)
    return by_id(rows, "id", scene.id)


def payments(scene: Scene) -> Row | None:
    """The payments of one subscription."""
    row = subscription(scene)
    if row is None:
        return None
    made = billing.payments(
        scene.store, row, scene.query["start_time"], scene.query["end_time"]
    )  # fmt: skip
    return {
        "transactions": made,
        "total_items": len(made),
        "total_pages": 1,
        "links": billing.links(scene.path),
    }


def plans(scene: Scene) -> Row:
    """Plans; summaries unless the whole is preferred."""
    rows = billing.plans(scene.store)
    if scene.prefer != "return=representation":
        rows = [billing.plan_summary(row) for row in rows]
    return paged(scene, rows, "plans")


def products(scene: Scene) -> Row:
    """Products; summaries."""
    rows = [billing.product_summary(row) for row in billing.products(scene.store)]
    return paged(scene, rows, "products")


def product(scene: Scene) -> Row | None:
    """One product, whole."""
    return by_id(billing.products(scene.store), "id", scene.id)


TOTALS = frozenset({"total_required"})
WINDOW = frozenset({"start_date", "end_date"})
SINCE = frozenset({"update_time_after", "update_time_before"})
STATUS = frozenset({"status_updated_after", "status_updated_before"})
SPAN = frozenset({"start_time", "end_time"})
ONE = Rules(paged=False)
SUBSCRIPTIONS, DISPUTES = "subscriptions", "disputes/read-seller"
ENDPOINTS = (
    Endpoint("transactions", "/v1/reporting/transactions", "reporting/search/read",
             Rules(500, 2_147_483_647, WINDOW, WINDOW,
                   frozenset({"fields", "balance_affecting_records_only"})), transactions),
    Endpoint("balances", "/v1/reporting/balances", "reporting/balances/read",
             Rules(paged=False, more=frozenset({"currency_code", "as_of_time"})),
             lambda scene: balances(scene.store, scene.switches.account)),
    Endpoint("disputes", "/v1/customer/disputes", DISPUTES,
             Rules(50, paged=False, times=SINCE, more=frozenset({"page_size", "next_page_token"})),
             disputes),
    Endpoint("dispute", "/v1/customer/disputes/[A-Za-z0-9-]+", DISPUTES, ONE, dispute),
    Endpoint("subscriptions", "/v1/billing/subscriptions", SUBSCRIPTIONS,
             Rules(times=STATUS, more=TOTALS | {"statuses", "plan_ids"}), subscriptions),
    Endpoint("subscription", "/v1/billing/subscriptions/[^/]+", SUBSCRIPTIONS, ONE, subscription),
    Endpoint("payments", "/v1/billing/subscriptions/[^/]+/transactions", SUBSCRIPTIONS,
             Rules(paged=False, times=SPAN, required=SPAN), payments),
    Endpoint("plans", "/v1/billing/plans", SUBSCRIPTIONS, Rules(more=TOTALS), plans),
    Endpoint("products", "/v1/catalogs/products", SUBSCRIPTIONS, Rules(more=TOTALS), products),
    Endpoint("product", "/v1/catalogs/products/[^/]+", SUBSCRIPTIONS, ONE, product),
    Endpoint("invoices", "/v2/invoicing/invoices", "invoicing/invoices/read",
             Rules(100, 1000, more=TOTALS | {"fields"}),
             lambda scene: paged(scene, billing.invoices(scene.store), "items", 20)),
)  # fmt: skip


def endpoint_of(path: str) -> Endpoint | None:
    """The endpoint behind a path, or None."""
    return next((one for one in ENDPOINTS if re.fullmatch(one.path, path)), None)
