"""Products, variants, categories and channels as BigCommerce V3 shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.bigcommerce.numbers import offset, small, two

if TYPE_CHECKING:
    from tajo_sandbox.store import Collection, Product, Store, Variant

Json = dict[str, Any]
PICTURES = "https://cdn.example.com/s-sandbox1/products"


def product(row: Product, store: Store, include: set[str]) -> Json:
    """One product, with the sub-resources that `include` names."""
    number = small("product", row.number)
    first = row.variants[0]
    made = {
        "id": number,
        "name": row.title,
        "type": "physical",
        "sku": f"{(first.sku or 'SKU-0-0').rpartition('-')[0]}",
        "description": row.description,
        "weight": 1.0,
        "price": two(first.price),
        "cost_price": 0.0,
        "retail_price": two(first.compare_at or 0),
        "sale_price": 0.0,
        "calculated_price": two(first.price),
        "categories": [
            small("category", each.number)
            for each in store.collections.values()
            if row.number in each.products
        ],
        "brand_id": 1 + len(row.vendor),
        "inventory_level": max(0, sum(each.inventory for each in row.variants)),
        "inventory_tracking": "variant" if len(row.variants) > 1 else "product",
        "is_visible": row.status == "ACTIVE",
        "availability": "available" if row.status == "ACTIVE" else "disabled",
        "condition": "New",
        "upc": "",
        "gtin": "",
        "custom_url": {"url": f"/{row.handle}/", "is_customized": False},
        "base_variant_id": small("variant", first.number) if len(row.variants) == 1 else None,
        "date_created": offset(row.created_at),
        "date_modified": offset(row.updated_at),
    }
    parts: Json = {
        "variants": [variant(each) for each in row.variants],
        "primary_image": _image(row, number),
        "channels": [1, 2] if number % 3 == 0 else [1],
        "images": [],
    }
    return made | {name: parts[name] for name in include if name in parts}


def _image(row: Product, number: int) -> Json | None:
    if not row.has_image:
        return None
    names = ("url_zoom", "url_standard", "url_thumbnail", "url_tiny")
    return {
        "id": number,
        "product_id": number,
        "is_thumbnail": True,
        **{name: f"{PICTURES}/{number}/{name[4:]}.jpg" for name in names},
    }


def variant(row: Variant) -> Json:
    """One variant; a product's only one is its base variant and has no options."""
    number = small("variant", row.number)
    single = row.title == "Default Title"
    option = {"id": number, "option_id": 1, "option_display_name": "Option", "label": row.title}
    return {
        "id": number,
        "product_id": small("product", row.product),
        "sku": row.sku or "",
        "sku_id": None if single else number,
        "price": two(row.price),
        "calculated_price": two(row.price),
        "sale_price": None,
        "cost_price": None,
        "retail_price": two(row.compare_at) if row.compare_at else None,
        "upc": row.barcode[:14] if row.barcode else "",
        "inventory_level": max(0, row.inventory),
        "purchasing_disabled": False,
        "option_values": [] if single else [option],
    }


def category(row: Collection) -> Json:
    """One category of the only tree."""
    number = small("category", row.number)
    return {
        "category_id": number,
        "category_uuid": f"00000000-0000-4000-8000-{number:012}",
        "parent_id": 0,
        "tree_id": 1,
        "name": row.title,
        "description": row.description,
        "is_visible": True,
        "image_url": f"{PICTURES}/c{number}.jpg" if row.has_image else "",
        "url": {"path": f"/{row.handle}/", "is_customized": False},
    }


def channels(store: Store) -> list[Json]:
    """The default storefront, which every store has, and a second one."""
    return [
        {
            "id": number,
            "external_id": "",
            "status": "active",
            "name": name,
            "type": "storefront",
            "platform": "bigcommerce",
            "date_created": store.opened_at,
            "date_modified": store.opened_at,
        }
        for number, name in ((1, store.domain), (2, "Outlet"))
    ]
