"""The state of both sides as JSON values, for the page and for other processes."""

from collections import Counter
from typing import Any

from tajo_sandbox.both import Sandbox
from tajo_sandbox.brevo import BrevoAccount
from tajo_sandbox.platforms import PLATFORMS
from tajo_sandbox.store import Store

LATEST_REQUESTS = 12


def state(sandbox: Sandbox) -> dict[str, Any]:
    """Counts of the store and of Brevo, and the latest calls."""
    platform = PLATFORMS[sandbox.platform] if sandbox.platform else None
    own = platform.own_products if platform else 0
    return {
        "store": _store(sandbox.store, own) if sandbox.store is not None else None,
        "brevo": brevo_state(sandbox.brevo),
        "platform": platform.label if platform else "",
        "urls": {"platform": sandbox.platform_url, "brevo": sandbox.brevo_url},
        "platform_calls": len(sandbox.platform_requests),
    }


def _store(store: Store, own_products: int) -> dict[str, Any]:
    with store.lock:
        customers = list(store.customers.values())
        orders = list(store.orders.values())
        return {
            "shop": store.domain,
            "customers": len(customers),
            "subscribed": sum(each.email_consent.state == "SUBSCRIBED" for each in customers),
            "unsubscribed": sum(each.email_consent.state == "UNSUBSCRIBED" for each in customers),
            "orders": len(orders),
            "guest_orders": sum(each.customer is None for each in orders),
            "products": len(store.products) + own_products,
            "collections": len(store.collections),
            "checkouts": len(store.checkouts),
        }


def brevo_state(account: BrevoAccount) -> dict[str, Any]:
    """Counts of one Brevo account."""
    with account.lock:
        return {**_held(account), **_noticed(account), **_called(account)}


def _held(account: BrevoAccount) -> dict[str, Any]:
    contacts = list(account.contacts.values())
    members = Counter(list_id for each in contacts for list_id in each.list_ids)
    return {
        "contacts": len(contacts),
        "email_blocked": sum(each.email_blacklisted for each in contacts),
        "sms_blocked": sum(each.sms_blacklisted for each in contacts),
        "lists": [
            {"id": each.id, "name": each.name, "contacts": members[each.id]}
            for each in account.lists.values()
        ],
        "events": dict(Counter(each.name for each in account.events)),
        "orders": len(account.orders),
        "products": len(account.products),
        "categories": len(account.categories),
        "attributes": [each.name for each in account.attributes.values()],
        "processes": dict(Counter(each.status for each in account.processes.values())),
    }


def _noticed(account: BrevoAccount) -> dict[str, Any]:
    return {
        "refused_rows": _refused(account),
        "automations": dict(Counter(each.kind for each in account.automations)),
        "dropped": [
            {"attribute": name, "why": why, "times": times}
            for (name, why), times in account.book.drops.most_common(10)
        ],
        "unblocked": len(account.book.unblocked),
        "put_back": len(account.book.put_back),
        "notifications": len(account.notifications),
    }


def _called(account: BrevoAccount) -> dict[str, Any]:
    return {
        "reads": account.journal.reads,
        "writes": account.journal.writes,
        "statuses": {str(code): times for code, times in account.journal.statuses.items()},
        "limits": account.meter.usage(),
        "refused_calls": sum(account.meter.refused.values()),
        "requests": _latest(account),
    }


def _refused(account: BrevoAccount) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for process in account.processes.values():
        for kind, name in process.files.items():
            rows[kind] += account.files[name].count(b"\n") - 1
    return dict(rows)


def _latest(account: BrevoAccount) -> list[dict[str, Any]]:
    latest = list(account.journal.requests)[-LATEST_REQUESTS:]
    return [
        {
            "at": each.at,
            "method": each.method,
            "path": each.path,
            "status": each.status,
            "size": each.size,
            "milliseconds": round(each.seconds * 1000, 1),
            "fault": each.fault,
        }
        for each in reversed(latest)
    ]


def contacts(account: BrevoAccount, limit: int) -> list[dict[str, Any]]:
    """The contacts changed last."""
    with account.lock:
        found = sorted(account.contacts.values(), key=lambda each: (each.modified, each.id))
        return [each.shown() for each in reversed(found[-limit:])] if limit else []


def events(account: BrevoAccount, limit: int) -> list[dict[str, Any]]:
    """The events received last."""
    with account.lock:
        latest = account.events[-limit:] if limit else []
        return [{**each.shown(), "received": each.received} for each in reversed(latest)]


def orders(account: BrevoAccount, limit: int) -> list[dict[str, Any]]:
    """The orders written last."""
    with account.lock:
        latest = list(account.orders.values())[-limit:] if limit else []
        return list(reversed(latest))
