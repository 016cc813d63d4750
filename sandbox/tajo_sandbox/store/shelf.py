"""What the shop sells: products with variants, and the collections they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tajo_sandbox.store.dice import DAY, Dice, iso
from tajo_sandbox.store.people import HISTORY, STEP, plain
from tajo_sandbox.store.rows import Collection, Happening, Product, Variant
from tajo_sandbox.store.words import COLLECTIONS, GOODS, LINES_OF_GOODS, VENDORS

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_PRODUCT = 8_000_000_000_000
FIRST_VARIANT = 44_000_000_000_000
FIRST_COLLECTION = 450_000_000_000
FIRST_EVENT = 170_000_000_000_000


def handle(title: str) -> str:
    """A title as it stands in a web address."""
    return "-".join("".join(c if c.isalnum() else " " for c in plain_words(title)).split())


def plain_words(title: str) -> str:
    """A title in ASCII and lower case, its words kept apart."""
    return " ".join(plain(word) for word in title.split())


def product(dice: Dice, index: int) -> Product:
    """The product with running number `index`, with one to four variants."""
    title, kind, category, option, values, price = GOODS[index % len(GOODS)]
    line = LINES_OF_GOODS[(index // len(GOODS)) % len(LINES_OF_GOODS)]
    round_ = index // (len(GOODS) * len(LINES_OF_GOODS))
    name = f"{line} {title}" + (f" No. {round_ + 1}" if round_ else "")
    created = dice.now - HISTORY + int(dice.random() * HISTORY * 0.8)
    updated = dice.later(created, dice.now - created)
    status = "ACTIVE" if dice.chance(0.88) else dice.pick(("DRAFT", "ARCHIVED", "UNLISTED"))
    number = FIRST_PRODUCT + index * STEP
    made = Product(
        number=number,
        title=name,
        handle=handle(name),
        description=f"<p>{name}, made in small batches.</p>",
        vendor=dice.pick(VENDORS),
        product_type=kind,
        status=status,
        category=category,
        option=option,
        tags=(kind.lower(),) if dice.chance(0.7) else (kind.lower(), "bestseller"),
        created_at=iso(created),
        updated_at=iso(updated),
        published_at=iso(created + 60) if status == "ACTIVE" else None,
        has_image=dice.chance(0.9),
        variants=[],
    )
    for position, value in enumerate(values or ("Default Title",), start=1):
        made.variants.append(_variant(dice, made, index, position, (value, price)))
    return made


def _variant(
    dice: Dice, made: Product, index: int, position: int, value: tuple[str, int]
) -> Variant:
    title, price = value
    cents = price + (position - 1) * 100
    return Variant(
        number=FIRST_VARIANT + (index * 8 + position) * STEP,
        product=made.number,
        title=title,
        sku=f"{made.product_type[:3].upper()}-{index:04}-{position}" if dice.chance(0.95) else None,
        barcode=f"40{dice.between(10**10, 10**11 - 1)}" if dice.chance(0.6) else None,
        price=cents,
        compare_at=cents * 5 // 4 if dice.chance(0.15) else None,
        inventory=dice.between(-2, 400),
        position=position,
        created_at=made.created_at,
        updated_at=made.updated_at,
    )


def collections(dice: Dice, products: Sequence[Product]) -> list[Collection]:
    """The shop's collections, each with some of `products`; the last one is empty."""
    made = []
    for index, title in enumerate(COLLECTIONS):
        share = 0.0 if index == len(COLLECTIONS) - 1 else 0.1 + 0.3 * dice.random()
        made.append(
            Collection(
                number=FIRST_COLLECTION + index * STEP,
                title=title,
                handle=handle(title),
                description=f"<p>{title}</p>",
                updated_at=iso(dice.now - 1 - int(dice.random() * 200 * DAY)),
                sort_order=dice.pick(("MANUAL", "BEST_SELLING", "CREATED_DESC")),
                has_image=dice.chance(0.6),
                products=[product.number for product in products if dice.chance(share)],
            )
        )
    return made


def happenings(dice: Dice, products: Sequence[Product], gone: int) -> list[Happening]:
    """The timeline: every product's creation, and `gone` products that were deleted since."""
    made = [
        (product.created_at, "create", product.gid, f"created a new product: {product.title}.")
        for product in products
    ]
    for index in range(gone):
        moment = iso(dice.now - int(dice.random() * 300 * DAY) - 1)
        gid = f"gid://shopify/Product/{FIRST_PRODUCT - (index + 1) * STEP}"
        made.append((moment, "destroy", gid, "deleted a product."))
    made.sort()
    return [
        Happening(
            number=FIRST_EVENT + index * STEP,
            action=action,
            subject_type="PRODUCT",
            subject=gid,
            created_at=moment,
            message=f"The shop's owner {text}",
        )
        for index, (moment, action, gid, text) in enumerate(made)
    ]
