"""Products and prices: what is on the shelf, and a club with members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tajo_sandbox.stripe.shapes import named, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tajo_sandbox.store import Product, Store, Variant

CLUB = "prod_club"
# Name, currency, minor units, interval: one without decimals, one with three.
PLANS = (
    ("monthly", "eur", 1290, "month"), ("yearly", "usd", 9900, "year"),
    ("jp", "jpy", 1500, "month"), ("kw", "kwd", 4500, "month"),
)  # fmt: skip
ADDONS = 12


def price(made: str, created: int, product: str, amount: int, currency: str,
          interval: str | None = None, **facts: Any) -> dict[str, Any]:  # fmt: skip
    """A price; with an interval a recurring one."""
    recurring = interval and {"interval": interval, "interval_count": 1, "meter": None,
                              "trial_period_days": None, "usage_type": "licensed"}  # fmt: skip
    return named(
        "price", made, created, active=True, billing_scheme="per_unit", currency=currency,
        custom_unit_amount=None, lookup_key=None, metadata={}, nickname=None, product=product,
        recurring=recurring, tax_behavior="unspecified", tiers_mode=None, transform_quantity=None,
        type="recurring" if interval else "one_time", unit_amount=amount,
        unit_amount_decimal=str(amount), **facts,
    )  # fmt: skip


def product(row: Product) -> dict[str, Any]:
    """A product of the shelf."""
    site, made = "https://demo-store.example", f"prod_{row.number}"
    return named(
        "product", made, seconds(row.created_at), updated=seconds(row.updated_at),
        active=row.status == "ACTIVE", default_price=f"price_{row.variants[0].number}",
        description=row.description, images=[f"{site}/{row.handle}.jpg"] if row.has_image else [],
        marketing_features=[], metadata={"vendor": row.vendor}, name=row.title,
        package_dimensions=None, shippable=True, statement_descriptor=None, tax_code=None,
        type="good", unit_label=None, url=f"{site}/{row.handle}",
    )  # fmt: skip


def variant(row: Variant) -> dict[str, Any]:
    """The price of a variant."""
    created = seconds(row.created_at)
    made = price(f"price_{row.number}", created, f"prod_{row.product}", row.price, "eur")
    return made | {"nickname": row.title, "lookup_key": row.sku}


def club(store: Store) -> dict[str, Any]:
    """What members subscribe to."""
    at = seconds(store.opened_at)
    return named(
        "product", CLUB, at, updated=at, active=True, default_price="price_monthly",
        description=None, images=[], marketing_features=[], metadata={}, name="Club membership",
        package_dimensions=None, shippable=None, statement_descriptor=None, tax_code=None,
        type="service", unit_label="seat", url=None,
    )  # fmt: skip


def plans(store: Store) -> Iterator[dict[str, Any]]:
    """The club's prices, and those of its add-ons."""
    at = seconds(store.opened_at)
    for name, currency, amount, interval in PLANS:
        yield price(f"price_{name}", at, CLUB, amount, currency, interval)
    for number in range(ADDONS):
        yield price(f"price_addon{number:02}", at, CLUB, 100 + number, "eur", "month")
