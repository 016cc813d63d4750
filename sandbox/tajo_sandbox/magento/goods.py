"""Products and categories as Magento shows them: each variant is a product of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.magento.shapes import money, present, small, stamp

if TYPE_CHECKING:
    from tajo_sandbox.store import Collection, Product, Store, Variant

ROOT = 2
ENABLED, DISABLED, ALONE, EVERYWHERE = 1, 2, 1, 4


def sku_of(row: Variant) -> str:
    """Every product has a SKU here."""
    return row.sku or f"V-{small('variant', row.number)}"


def product(store: Store, row: Product) -> dict[str, Any]:
    """A product: simple, or configurable where it has several variants."""
    simple = len(row.variants) == 1
    first = row.variants[0]
    return _shown(
        store, row, id=small("product", row.number),
        sku=sku_of(first) if simple else row.handle, name=row.title,
        type_id="simple" if simple else "configurable", visibility=EVERYWHERE,
        price=money(first.price) if simple else None, updated=row.updated_at,
    )  # fmt: skip


def variant(store: Store, of: Product, row: Variant) -> dict[str, Any]:
    """A variant: a simple product that is not shown alone."""
    return _shown(
        store, of, id=small("variant", row.number), sku=sku_of(row),
        name=f"{of.title}-{row.title}", type_id="simple", visibility=ALONE,
        price=money(row.price), updated=row.updated_at,
    )  # fmt: skip


def _shown(store: Store, row: Product, *, updated: str, **own: Any) -> dict[str, Any]:
    links = [
        {"position": 0, "category_id": str(small("category", one.number))}
        for one in store.collections.values() if row.number in one.products
    ]  # fmt: skip
    image = {"id": own["id"], "media_type": "image", "label": row.title, "position": 1,
             "disabled": False, "types": ["image", "thumbnail"],
             "file": f"/{row.handle[0]}/{row.handle}.jpg"}  # fmt: skip
    return present({
        **own, "attribute_set_id": 4, "status": ENABLED if row.status == "ACTIVE" else DISABLED,
        "created_at": stamp(row.created_at), "updated_at": stamp(updated), "weight": 0.5,
        "extension_attributes": {"website_ids": [1], "category_links": links},
        "product_links": [], "options": [], "tier_prices": [],
        "media_gallery_entries": [image] if row.has_image else [],
        "custom_attributes": [
            {"attribute_code": "url_key", "value": row.handle},
            {"attribute_code": "description", "value": row.description},
            {"attribute_code": "manufacturer", "value": row.vendor},
            {"attribute_code": "category_ids", "value": [one["category_id"] for one in links]},
        ],
    })  # fmt: skip


def category(row: Collection, opened: str) -> dict[str, Any]:
    """A category under the root of the shop."""
    number = small("category", row.number)
    return {
        "id": number, "parent_id": ROOT, "name": row.title, "is_active": True, "position": number,
        "level": 2, "children": "", "created_at": stamp(opened),
        "updated_at": stamp(row.updated_at),
        "path": f"1/{ROOT}/{number}", "include_in_menu": True, "available_sort_by": [],
        "custom_attributes": [{"attribute_code": "url_key", "value": row.handle}],
    }  # fmt: skip
