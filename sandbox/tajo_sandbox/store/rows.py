"""Rows of the store: what a shop knows, kept lean so that hundreds of thousands fit in memory.

Times are text, RFC 3339 in UTC to the second (`2026-11-24T09:30:00Z`), as the platform shows them:
they compare as text. Money is a whole number of cents of the shop's currency. `number` is the
numeric part of the platform's id; `gid` is the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

Cents: TypeAlias = int
"""Hundredths of the shop's currency."""


@dataclass(slots=True)
class Row:
    """Anything with an id of the platform."""

    kind: ClassVar[str] = "Row"
    number: int

    @property
    def gid(self) -> str:
        """The platform's id, such as `gid://shopify/Customer/6000000000001`."""
        return f"gid://shopify/{self.kind}/{self.number}"


@dataclass(slots=True)
class Address(Row):
    """A postal address; its phone number is free text, as buyers type it."""

    kind: ClassVar[str] = "MailingAddress"
    first_name: str | None
    last_name: str | None
    company: str | None
    address1: str
    city: str
    province: str | None
    province_code: str | None
    zip: str
    country: str
    country_code: str
    phone: str | None
    address2: str | None = None


@dataclass(slots=True)
class Consent:
    """What a customer said about one channel: state and opt-in level in the platform's words."""

    state: str
    level: str | None = None
    updated_at: str | None = None


@dataclass(slots=True)
class Customer(Row):
    """A customer account; guests have none."""

    kind: ClassVar[str] = "Customer"
    created_at: str
    updated_at: str
    first_name: str | None
    last_name: str | None
    email: str | None
    email_consent: Consent
    phone: str | None
    sms_consent: Consent
    whatsapp_consent: Consent
    state: str
    locale: str
    tags: tuple[str, ...] = ()
    note: str | None = None
    tax_exempt: bool = False
    verified_email: bool = True
    address: Address | None = None
    orders_count: int = 0
    spent: Cents = 0
    last_order: int | None = None


@dataclass(slots=True)
class Variant(Row):
    """One sellable form of a product."""

    kind: ClassVar[str] = "ProductVariant"
    product: int
    title: str
    sku: str | None
    barcode: str | None
    price: Cents
    compare_at: Cents | None
    inventory: int
    position: int
    created_at: str
    updated_at: str


@dataclass(slots=True)
class Product(Row):
    """A product with its variants."""

    kind: ClassVar[str] = "Product"
    title: str
    handle: str
    description: str
    vendor: str
    product_type: str
    status: str
    category: tuple[str, str] | None
    """Taxonomy number and name."""
    option: str | None
    tags: tuple[str, ...]
    created_at: str
    updated_at: str
    published_at: str | None
    has_image: bool
    variants: list[Variant]


@dataclass(slots=True)
class Collection(Row):
    """A collection and the numbers of its products."""

    kind: ClassVar[str] = "Collection"
    title: str
    handle: str
    description: str
    updated_at: str
    sort_order: str
    has_image: bool
    products: list[int]


@dataclass(slots=True)
class Happening(Row):
    """An entry of the shop's timeline; the only trace a deleted product leaves."""

    kind: ClassVar[str] = "BasicEvent"
    action: str
    subject_type: str
    subject: str
    """gid of the thing it happened to."""
    created_at: str
    message: str
