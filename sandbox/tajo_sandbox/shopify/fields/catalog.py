"""Products, variants, collections and their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.fields.money import Money, price
from tajo_sandbox.shopify.fields.table import Table, no, nothing

if TYPE_CHECKING:
    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Collection, Product, Variant

TAXONOMY = "gid://shopify/TaxonomyCategory/"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a product or a collection."""

    number: int
    alt: str
    url: str
    created_at: str
    kind: str = "MediaImage"

    @property
    def gid(self) -> str:
        """Its id."""
        return f"gid://shopify/{self.kind}/{self.number}"

    @property
    def image(self) -> Picture:
        """A picture is its own image."""
        return self

    @property
    def updated_at(self) -> str:
        """Pictures are never changed."""
        return self.created_at


def picture(row: Product | Collection | None) -> Picture | None:
    """The picture of a row that has one."""
    if row is None or not row.has_image:
        return None
    url = f"https://cdn.shopify.com/s/files/1/0001/{row.handle}.jpg"
    return Picture(row.number + 1, row.title, url, getattr(row, "created_at", row.updated_at))


def _pictures(row: Product) -> list[Picture]:
    found = picture(row)
    return [found] if found else []


def _collections(row: Product, view: View) -> list[Collection]:
    return [found for found in view.store.collections.values() if row.number in found.products]


def _products(row: Collection, view: View) -> list[Product]:
    products = view.store.products
    return [products[number] for number in row.products if number in products]


def _range(row: Product, view: View) -> dict[str, Money]:
    prices = [variant.price for variant in row.variants] or [0]
    currency = view.store.currency
    return {"low": Money(min(prices), currency), "high": Money(max(prices), currency)}


def _options(row: Product, _view: View, _arguments: dict[str, Any]) -> list[dict[str, Any]]:
    values = [variant.title for variant in row.variants]
    gid = f"gid://shopify/ProductOption/{row.number + 2}"
    return [{"gid": gid, "name": row.option or "Title", "position": 1, "values": values}]


def _text(row: Product | Collection, _view: View, arguments: dict[str, Any]) -> str:
    text = row.description.removeprefix("<p>").removesuffix("</p>")
    return text[: arguments.get("truncateAt")]


def _count(number: int) -> dict[str, Any]:
    return {"count": number, "precision": "EXACT"}


def _owner(row: Variant, view: View) -> Product | None:
    return view.store.products.get(row.product)


def _selected(row: Variant, view: View) -> list[dict[str, str]]:
    owner = _owner(row, view)
    return [{"name": (owner.option if owner else None) or "Title", "value": row.title}]


def _variant_name(row: Variant, view: View) -> str:
    owner = _owner(row, view)
    return f"{owner.title} - {row.title}" if owner else row.title


def _by_address(name: str) -> dict[str, Any]:
    return {"title": name, "description": None}


CATALOG: Table = {
    "Product": {
        "descriptionHtml": "description",
        "description": _text,
        "onlineStoreUrl": lambda row, view: (
            f"https://{view.store.domain}/products/{row.handle}" if row.published_at else None
        ),
        "onlineStorePreviewUrl": lambda row, view: (
            f"https://{view.store.domain}/products/{row.handle}?preview=1"
        ),
        "priceRangeV2": _range,
        "featuredMedia": lambda row, _: picture(row),
        "media": lambda row, _: _pictures(row),
        "mediaCount": lambda row, _: _count(len(_pictures(row))),
        "seo": lambda row, _: _by_address(row.title),
        "options": _options,
        "isGiftCard": lambda row, _: row.product_type == "Gift cards",
        "hasOnlyDefaultVariant": lambda row, _: row.option is None,
        "hasOutOfStockVariants": lambda row, _: any(v.inventory <= 0 for v in row.variants),
        "totalInventory": lambda row, _: sum(v.inventory for v in row.variants),
        "tracksInventory": lambda row, _: row.product_type != "Gift cards",
        "templateSuffix": nothing,
        "requiresSellingPlan": no,
        "variantsCount": lambda row, _: _count(len(row.variants)),
        "collections": _collections,
        "defaultCursor": lambda row, _: str(row.number),
        "inCollection": lambda row, view, arguments: any(
            found.gid == arguments["id"] for found in _collections(row, view)
        ),
    },
    "TaxonomyCategory": {
        "id": lambda pair, _: TAXONOMY + pair[0],
        "name": lambda pair, _: pair[1],
        "fullName": lambda pair, _: pair[1],
        "isLeaf": lambda *_: True,
        "isRoot": no,
        "isArchived": no,
        "level": lambda pair, _: pair[0].count("-"),
        "parentId": lambda pair, _: TAXONOMY + pair[0].rpartition("-")[0],
    },
    "ProductPriceRangeV2": {
        "minVariantPrice": lambda pair, _: pair["low"],
        "maxVariantPrice": lambda pair, _: pair["high"],
    },
    "ProductOption": {"id": lambda row, _: row["gid"]},
    "MediaImage": {
        "mediaContentType": lambda *_: "IMAGE",
        "preview": lambda row, _: row,
        "status": lambda *_: "READY",
        "mimeType": lambda *_: "image/jpeg",
    },
    "MediaPreviewImage": {"status": lambda *_: "READY"},
    "Image": {
        "altText": "alt",
        "url": lambda row, _view, _arguments: row.url,
        "width": lambda *_: 1200,
        "height": lambda *_: 1200,
    },
    "ProductVariant": {
        "displayName": _variant_name,
        "price": lambda row, _: price(row.price),
        "compareAtPrice": lambda row, _: price(row.compare_at),
        "inventoryQuantity": "inventory",
        "sellableOnlineQuantity": "inventory",
        "inventoryPolicy": lambda *_: "DENY",
        "taxable": lambda *_: True,
        "availableForSale": lambda row, _: row.inventory > 0,
        "product": _owner,
        "selectedOptions": _selected,
        "requiresComponents": no,
        "inventoryItem": lambda row, _: row,
        "defaultCursor": lambda row, _: str(row.number),
    },
    "InventoryItem": {
        "id": lambda row, _: f"gid://shopify/InventoryItem/{row.number + 1}",
        "tracked": lambda *_: True,
        "requiresShipping": lambda *_: True,
        "unitCost": nothing,
        "countryCodeOfOrigin": nothing,
        "harmonizedSystemCode": nothing,
    },
    "Collection": {
        "descriptionHtml": "description",
        "description": _text,
        "templateSuffix": nothing,
        "seo": lambda row, _: _by_address(row.title),
        "image": lambda row, _: picture(row),
        "products": _products,
        "productsCount": lambda row, view: _count(len(_products(row, view))),
        "hasProduct": lambda row, view, arguments: any(
            found.gid == arguments["id"] for found in _products(row, view)
        ),
    },
}
