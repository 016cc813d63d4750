"""What only Magento does, as pure functions: its questions, refusals and a cart's worth."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tajo_connector_sdk.transport import Account, Fault

FORBIDDEN = {401, 403}
REST_URL = (
    r"https?://[^/\s?#]+(/[^/\s?#]+)*/rest/\w+"
    r"|https://[\w.-]+\.api\.commerce\.adobe\.com/\w+"
)
REST_URL_RIGHT = (
    "https://shop.example.com/rest/all, or https://na1.api.commerce.adobe.com/<tenant>, without a "
    "slash at the end"
)
REST_URL_IS = (
    "Where the REST API is: https://shop.example.com/rest/all (all is every store view, or take "
    "the code of one); SaaS edition: its REST endpoint from Commerce Cloud Manager, "
    "https://na1.api.commerce.adobe.com/<tenant>."
)
IDLE_IS = "A cart is abandoned when nobody has changed it for so many minutes."
# adobe-webapi, "Create server-to-server integration" (2026).
IMS_SCOPE = (
    "openid,AdobeID,email,profile,additional_info.roles,"
    "additional_info.projectedProductContext,commerce.accs"
)
SIGN_IN = (
    "check the integration's keys and that it is active (System > Extensions > Integrations); a "
    "bearer token is refused as well where Stores > Configuration > Services > OAuth > 'Allow "
    "OAuth Access Tokens to be used as standalone …' is off, as it is by default since "
    "2.4.4: then set consumer_key, consumer_secret, access_token and access_token_secret instead"
)
HINTS = {
    401: SIGN_IN,
    403: "check what the integration may read: System > Extensions > Integrations > API",
    404: "rest_url has to end in /rest/<store view code>, and all is the code of all store views",
}


VALUE_0 = "searchCriteria[filterGroups][0][filters][0][value]"


def where(group: int, field: str, value: str, condition: str) -> dict[str, str]:
    """Return the parameters of one condition; groups hold together (adobe-webapi, searches)."""
    at = f"searchCriteria[filterGroups][{group}][filters][0]"
    return {f"{at}[field]": field, f"{at}[value]": value, f"{at}[conditionType]": condition}


def order(*names: str) -> dict[str, str]:
    """Return the parameters of an ascending order; without one Magento keeps to none."""
    said: dict[str, str] = {}
    for place, name in enumerate(names):
        at = f"searchCriteria[sortOrders][{place}]"
        said |= {f"{at}[field]": name, f"{at}[direction]": "ASC"}
    return said


def account(_: Any, settings: Mapping[str, Any]) -> Account:
    """Return the shop: its host, and what stands before /rest; of the SaaS edition the tenant."""
    parts = urlsplit(str(settings.get("rest_url", "")))
    before = parts.path.partition("/rest/")[0].strip("/")
    return Account("/".join(part for part in (parts.hostname or "", before) if part))


def fault(status: int, body: Any) -> Fault | None:
    """Say that a refusal names the resource that is wanting: only that stream is closed then.

    Magento answers 401 for it, as for a wrong key (ErrorProcessor of the web API).
    """
    said = body.get("parameters") if isinstance(body, dict) else None
    named = any("resources" in one for one in (said if isinstance(said, list) else [said or {}]))
    return Fault.DENIED if status in FORBIDDEN and named else None


def with_total(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a cart's items are worth before discount and tax: the platform tells no total.

    A cart's items are the visible ones: a configurable one stands there once.
    """
    items = row.get("items") or []
    parts = [
        Decimal(str(one.get("price") or 0)) * Decimal(str(one.get("qty") or 0)) for one in items
    ]
    return {"items_total": sum(parts, Decimal(0))}


def with_attributes(row: Mapping[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Return a product's custom attributes by their codes, beside the list of codes and values."""
    listed = row.get("custom_attributes") or []
    return {"attributes": {one["attribute_code"]: one.get("value") for one in listed}}
