"""The e-commerce side: orders, products and categories, upserted by their ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tajo_sandbox.brevo.answers import invalid

_UTC_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z")
LARGEST_META_INFO = 20_000


@dataclass(slots=True)
class OrderBatch:
    """Orders that were accepted and are not applied yet; ``due`` in seconds of the clock."""

    id: int
    due: float
    orders: list[dict[str, Any]]
    historical: bool


@dataclass(slots=True)
class Shop:
    """Orders, products and categories by id, as they were sent, with times of Brevo's own.

    ``batches`` wait to be applied; ``calls`` counts how often each order was written.
    """

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    batches: list[OrderBatch] = field(default_factory=list)
    order_contacts: dict[str, int | None] = field(default_factory=dict)
    next_batch: int = 1


def order_problem(order: Mapping[str, Any]) -> str | None:
    """What else is wrong with an order that has the right shape, or None."""
    for name in ("createdAt", "updatedAt"):
        if not _UTC_TIME.fullmatch(order[name]):
            return f"{name} should be a UTC date-time (YYYY-MM-DDTHH:mm:ssZ)"
    if not order["id"]:
        return "id is empty"
    if not order.get("identifiers"):
        return "identifiers should name the contact"
    for product in order["products"]:
        if "quantity" not in product and "quantityFloat" not in product:
            return "a product needs quantity or quantityFloat"
    return None


def put_item(
    items: dict[str, dict[str, Any]], raw: Mapping[str, Any], at: str, *, update: bool
) -> bool:
    """Create (True) or update (False) a product or category.

    Raises:
        Refusal: It exists and ``update`` is false, or its fields do not fit.
    """
    item_problem(raw)
    item = {name: value for name, value in raw.items() if name != "updateEnabled"}
    present = items.get(item["id"])
    if present is not None and not update:
        raise invalid("an item with this id exists already")
    if present is None and not item.get("name"):
        raise invalid("name is required on creation")
    created = present["createdAt"] if present else at
    merged = {"isDeleted": False, **(present or {}), **item}
    items[item["id"]] = {**merged, "createdAt": created, "modifiedAt": at}
    return present is None


def item_problem(raw: Mapping[str, Any]) -> None:
    """Raise a Refusal for a product or category that has the right shape and is wrong still."""
    if not raw["id"]:
        raise invalid("id is empty")
    if len(orjson.dumps(raw.get("metaInfo", {}))) > LARGEST_META_INFO:
        raise invalid("metaInfo is longer than 20000 characters")


def product_shown(product: Mapping[str, Any]) -> dict[str, Any]:
    """A product as ``GET /products`` lists it, with the addresses of Brevo's own pictures."""
    return {"s3Original": "", "s3ThumbAnalytics": "", "s3ThumbEditor": "", **product}
