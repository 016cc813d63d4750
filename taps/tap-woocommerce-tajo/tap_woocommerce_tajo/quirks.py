"""What only WooCommerce does, as pure functions."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tajo_connector_sdk.transport import Account, Fault

Row = Mapping[str, Any]
FORBIDDEN, NOT_IMPLEMENTED = 403, 501
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def account(_body: Any, settings: Row) -> Account:
    """Return the store: the site's host and folder, as people know it."""
    parts = urlsplit(str(settings.get("site_url") or settings["api_url"]))
    return Account(f"{parts.netloc}{parts.path}".lower().rstrip("/"))


def fault(status: int, body: Any) -> Fault | None:
    """Say what a refusal is: a firewall's or a proxy's page is no answer of the shop.

    Firewalls before a shop answer 403 and ModSecurity 501, both with HTML (WooCommerce REST API
    docs, "ModSecurity"; checked 2026-11-24); the shop's own refusals are JSON.
    """
    if status in {FORBIDDEN, NOT_IMPLEMENTED} and not isinstance(body, dict):
        return Fault.LATER
    return None


def with_consent(row: Row, settings: Row) -> Row:
    """Return what the row's own data say of marketing: the first of ``consent_meta_keys``.

    WooCommerce has no such field, plugins keep it in ``meta_data`` under keys of their own. A dot
    looks into a value that is an object (``_newsletter.accepted``). Anything but a word, a number
    or a yes-no value says nothing.
    """
    kept = {str(one.get("key")): one.get("value") for one in row.get("meta_data") or []}
    for key in str(settings.get("consent_meta_keys") or "").split(","):
        value = _inside(kept, key.strip())
        if isinstance(value, bool | int | float | str) and value != "":
            return {"marketing_consent": str(value).strip().lower()}
    return {"marketing_consent": None}


def _inside(kept: Row, key: str) -> Any:
    """Return the value of a key; a key may have dots of its own, so the whole is tried first."""
    name, _, rest = (key, "", "") if key in kept else key.partition(".")
    value = kept.get(name)
    for part in filter(None, rest.split(".")):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def with_plain_names(row: Row, _settings: Row) -> Row:
    """Return the names of a row, its categories and lines as people read them."""
    made: dict[str, Any] = {"name": _plain(row["name"])} if "name" in row else {}
    for name in ("categories", "line_items"):
        listed = row.get(name)
        if isinstance(listed, list) and any("&" in str(one.get("name")) for one in listed):
            made[name] = [{**one, "name": _plain(one.get("name"))} for one in listed]
    return made


def of_order(row: Row, settings: Row) -> Row:
    """Return an order's consent, and its lines with plain names."""
    return {**with_consent(row, settings), **with_plain_names(row, settings)}


def _plain(name: Any) -> Any:
    """Return a text without HTML's words: ``Bed &amp; Bath`` is what WordPress keeps.

    Names of categories always are HTML, of products where their writer may not write HTML; a bare
    ``&`` that another wrote stays.
    """
    if not isinstance(name, str) or "&" not in name:
        return name
    return _ENTITY.sub(lambda found: html.unescape(found[0]), name)


def is_refunded(order: Row) -> bool:
    """Say whether an order has refunds: it lists them, without their times."""
    return bool(order.get("refunds"))


def has_variations(product: Row) -> bool:
    """Say whether a product has variations: plugins add types of their own (subscriptions)."""
    return bool(product.get("variations"))
