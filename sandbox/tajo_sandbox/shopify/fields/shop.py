"""The shop itself, the app's installation, the timeline, bulk operations and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.shopify.fields.table import Table, no, nothing, yes

if TYPE_CHECKING:
    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Store

ZONE = "Europe/Istanbul"
"""The shop's time zone: three hours ahead of UTC in summer and winter."""
OFFSET_MINUTES = 180


def _domain(store: Store, _view: View) -> dict[str, object]:
    return {
        "gid": "gid://shopify/Domain/900000001",
        "host": store.domain,
        "sslEnabled": True,
        "url": f"https://{store.domain}",
    }


SHOP: Table = {
    "Shop": {
        "id": lambda *_: "gid://shopify/Shop/60000000001",
        "name": lambda store, _: store.domain.partition(".")[0].replace("-", " ").title(),
        "email": lambda *_: "owner@example.com",
        "myshopifyDomain": "domain",
        "url": lambda store, _: f"https://{store.domain}",
        "createdAt": "opened_at",
        "currencyCode": "currency",
        "enabledPresentmentCurrencies": "currencies",
        "ianaTimezone": lambda *_: ZONE,
        "timezoneAbbreviation": lambda *_: "+03",
        "timezoneOffset": lambda *_: "+0300",
        "timezoneOffsetMinutes": lambda *_: OFFSET_MINUTES,
        "plan": lambda store, _: store,
        "primaryDomain": _domain,
        "taxesIncluded": yes,
    },
    "ShopPlan": {
        "partnerDevelopment": yes,
        "publicDisplayName": lambda *_: "Basic",
        "shopifyPlus": no,
    },
    "Domain": {"id": lambda row, _: row["gid"]},
    "AppInstallation": {
        "id": lambda *_: "gid://shopify/AppInstallation/500000000001",
        "accessScopes": lambda _row, view: [{"handle": scope} for scope in sorted(view.scopes)],
    },
    "AccessScope": {"description": lambda row, _: row["handle"].replace("_", " ").capitalize()},
    "BasicEvent": {
        "subjectId": "subject",
        "appTitle": nothing,
        "attributeToApp": no,
        "attributeToUser": yes,
        "criticalAlert": no,
        "secondaryMessage": nothing,
        "author": lambda *_: "The shop's owner",
        "hasAdditionalContent": no,
        "arguments": nothing,
        "additionalContent": nothing,
        "additionalData": nothing,
    },
    "BulkOperation": {
        "createdAt": "created_at",
        "objectCount": lambda job, _: str(job.object_count),
        "rootObjectCount": lambda job, _: str(job.root_count),
        "fileSize": lambda job, _: None if job.size is None else str(job.size),
        "type": lambda *_: "QUERY",
        "url": lambda job, view: job.url(view.base),
        "partialDataUrl": lambda job, view: job.partial_url(view.base),
    },
    "WebhookSubscription": {
        "apiVersion": lambda _row, view: {
            "handle": view.version,
            "displayName": view.version,
            "supported": True,
        },
    },
}
