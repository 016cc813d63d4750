"""Products, variations, categories and coupons as WooCommerce shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.store.words import CODES
from tajo_sandbox.woocommerce.shapes import escaped, links, money, small, stamps

if TYPE_CHECKING:
    from tajo_sandbox.store import Collection, Happening, Product, Store, Variant

STATUSES = {"ACTIVE": "publish", "UNLISTED": "publish", "ARCHIVED": "private", "DRAFT": "draft"}
FIRST_COUPON = 800_000


def product(
    store: Store, row: Product, base: str, zone: int, *, undated: bool = False
) -> dict[str, Any]:
    """A product: variable where it has several variants, simple otherwise."""
    created, modified = (None, None) if undated else (row.created_at, row.updated_at)
    number, site = small("product", row.number), base[:-14]
    varies = len(row.variants) > 1
    first = row.variants[0]
    categories = [one for one in store.collections.values() if row.number in one.products]
    images = [{"id": number, "src": f"{site}/image/{row.handle}.jpg", "name": row.handle,
               "alt": ""}] if row.has_image else []  # fmt: skip
    return {
        "id": number, "name": escaped(row.title), "slug": row.handle,
        "permalink": f"{site}/product/{row.handle}/",
        **stamps(zone, date_created=created, date_modified=modified),
        "type": "variable" if varies else "simple", "status": STATUSES[row.status],
        "featured": False, "catalog_visibility": "visible", "description": row.description,
        "short_description": "", "sku": "" if varies else first.sku or "", **_price(first, zone),
        "purchasable": True, "total_sales": 0, **_delivery(), "external_url": "",
        "button_text": "", "tax_class": "", **_stock(None if varies else first),
        "sold_individually": False, "shipping_required": True, "shipping_taxable": True,
        "reviews_allowed": True, "average_rating": "0", "rating_count": 0, "upsell_ids": [],
        "cross_sell_ids": [], "parent_id": 0, "purchase_note": "",
        "categories": [
            {"id": small("category", one.number), "name": escaped(one.title), "slug": one.handle}
            for one in categories
        ],
        "brands": [], "tags": [], "images": images,
        "attributes": [
            {"id": 0, "name": row.option, "slug": row.option, "position": 0, "visible": True,
             "variation": True, "options": [one.title for one in row.variants]}
        ] if varies else [],
        "default_attributes": [],
        "variations": [small("variation", one.number) for one in row.variants] if varies else [],
        "grouped_products": [], "menu_order": 0, "price_html": "", "related_ids": [],
        "meta_data": [], "has_options": varies, "post_password": "", "global_unique_id": "",
        **links(base, "/products", number),
    }  # fmt: skip


def trashed(row: Happening, base: str, zone: int) -> dict[str, Any]:
    """What is left of a product in the trash."""
    number = small("product", int(row.subject.rpartition("/")[2]))
    return {
        "id": number, "name": "A product that is gone", "slug": f"gone-{number}__trashed",
        "permalink": "", **stamps(zone, date_created=row.created_at, date_modified=row.created_at),
        "type": "simple", "status": "trash", "sku": "", "price": "", "variations": [],
        **links(base, "/products", number),
    }  # fmt: skip


def variation(made: Product, row: Variant, base: str, zone: int) -> dict[str, Any]:
    """One variation of a product."""
    number, parent = small("variation", row.number), small("product", row.product)
    return {
        "id": number, "type": "variation",
        **stamps(zone, date_created=row.created_at, date_modified=row.updated_at),
        "description": "", "permalink": f"{base[:-14]}/product/{made.handle}/?v={number}",
        "sku": row.sku or "", "global_unique_id": row.barcode or "", **_price(row, zone),
        "status": "publish", "purchasable": True, **_delivery(), "tax_class": "parent",
        **_stock(row), "image": None,
        "attributes": [{"id": 0, "name": made.option, "slug": made.option, "option": row.title}],
        "menu_order": 0, "meta_data": [], "name": escaped(row.title), "parent_id": parent,
        **links(base, f"/products/{parent}/variations", number),
    }  # fmt: skip


def category(row: Collection, base: str) -> dict[str, Any]:
    """A category; its name is HTML."""
    number = small("category", row.number)
    return {
        "id": number, "name": escaped(row.title), "slug": row.handle, "parent": 0,
        "description": row.description, "display": "default", "image": None, "menu_order": 0,
        "count": len(row.products), **links(base, "/products/categories", number),
    }  # fmt: skip


def coupon(place: int, opened: str, base: str, zone: int) -> dict[str, Any]:
    """One of the shop's coupons; they never change."""
    number = FIRST_COUPON + place
    return {
        "id": number, "code": CODES[place].lower(), "amount": "10.00", "status": "publish",
        **stamps(zone, date_created=opened, date_modified=opened, date_expires=None),
        "discount_type": "percent", "description": "", "usage_count": 1, "individual_use": False,
        "product_ids": [], "excluded_product_ids": [], "usage_limit": 100,
        "usage_limit_per_user": None, "limit_usage_to_x_items": None, "free_shipping": False,
        "product_categories": [], "excluded_product_categories": [], "exclude_sale_items": False,
        "minimum_amount": "0.00", "maximum_amount": "0.00", "email_restrictions": [],
        "used_by": [], "meta_data": [], **links(base, "/coupons", number),
    }  # fmt: skip


def _price(row: Variant, zone: int) -> dict[str, Any]:
    usual = money(row.compare_at or row.price)
    return {
        "price": money(row.price), "regular_price": usual,
        "sale_price": money(row.price) if row.compare_at else "", "on_sale": bool(row.compare_at),
        **stamps(zone, date_on_sale_from=None, date_on_sale_to=None),
    }  # fmt: skip


def _delivery() -> dict[str, Any]:
    return {
        "virtual": False, "downloadable": False, "downloads": [], "download_limit": -1,
        "download_expiry": -1, "tax_status": "taxable", "weight": "", "shipping_class": "",
        "shipping_class_id": 0, "dimensions": {"length": "", "width": "", "height": ""},
    }  # fmt: skip


def _stock(row: Variant | None) -> dict[str, Any]:
    held = row.inventory if row else None
    return {
        "manage_stock": row is not None, "stock_quantity": held, "backorders": "no",
        "backorders_allowed": False, "backordered": False, "low_stock_amount": None,
        "stock_status": "instock" if held is None or held > 0 else "outofstock",
    }  # fmt: skip
