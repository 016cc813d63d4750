"""Brevo's own field names for orders, products and categories, and what each takes.

Source: Brevo API v3, Orders, Products, Categories (checked 2026-11-24). A reference is an id that
must be the same wherever it is named, so platform and store are put before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

FieldKind = Literal[
    "text", "texts", "number", "whole", "boolean", "time", "seconds", "reference", "references",
    "list", "object", "meta",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BrevoField:
    """One field: what it takes, whether Brevo insists, and what is inside."""

    kind: FieldKind
    required: bool = False
    inside: Mapping[str, "BrevoField"] = field(default_factory=dict)


_TEXT = BrevoField("text")
_BILLING = (
    "address",
    "city",
    "country",
    "countryCode",
    "paymentMethod",
    "phone",
    "postCode",
    "region",
)

ORDER: Final[Mapping[str, BrevoField]] = {
    "id": BrevoField("reference", required=True),
    "createdAt": BrevoField("seconds", required=True),
    "updatedAt": BrevoField("seconds", required=True),
    "status": BrevoField("text", required=True),
    "amount": BrevoField("number", required=True),
    "products": BrevoField(
        "list",
        required=True,
        inside={
            "productId": BrevoField("reference", required=True),
            "price": BrevoField("number", required=True),
            "quantity": BrevoField("whole"),
            "quantityFloat": BrevoField("number"),
            "variantId": BrevoField("reference"),
        },
    ),
    "storeId": _TEXT,
    "coupons": BrevoField("texts"),
    "billing": BrevoField("object", inside=dict.fromkeys(_BILLING, _TEXT)),
    "metaInfo": BrevoField("meta"),
}

PRODUCT: Final[Mapping[str, BrevoField]] = {
    "id": BrevoField("reference", required=True),
    "name": BrevoField("text", required=True),
    "url": _TEXT,
    "imageUrl": _TEXT,
    "sku": _TEXT,
    "price": BrevoField("number"),
    "alternativePrice": BrevoField("number"),
    "categories": BrevoField("references"),
    "parentId": BrevoField("reference"),
    "stock": BrevoField("number"),
    "brand": _TEXT,
    "description": _TEXT,
    "metaInfo": BrevoField("meta"),
    "isDeleted": BrevoField("boolean"),
    "deletedAt": BrevoField("time"),
}

CATEGORY: Final[Mapping[str, BrevoField]] = {
    "id": BrevoField("reference", required=True),
    "name": _TEXT,
    "url": _TEXT,
    "isDeleted": BrevoField("boolean"),
    "deletedAt": BrevoField("time"),
}

FIELDS: Final[Mapping[str, Mapping[str, BrevoField]]] = {
    "order": ORDER,
    "product": PRODUCT,
    "category": CATEGORY,
}
