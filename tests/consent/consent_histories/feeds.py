"""What a run is given: the newest, everything, the same again, the old late, in any order."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from consent_histories.shop import PAUSE, Guest, Shop

Feed = Callable[[Shop, Sequence[Any], random.Random], list[Any]]


def fresh(_shop: Shop, due: Sequence[Any], _dice: random.Random) -> list[Any]:
    """What changed since the last run that came to its end."""
    return list(due)


def full(shop: Shop, _due: Sequence[Any], _dice: random.Random) -> list[Any]:
    """A full refresh: everybody as they are now."""
    return [*(each[-1] for each in shop.versions), *shop.guests]


def replayed(_shop: Shop, due: Sequence[Any], _dice: random.Random) -> list[Any]:
    """What changed, and the same records again."""
    return [*due, PAUSE, *due]


def as_it_happened(shop: Shop, _due: Sequence[Any], _dice: random.Random) -> list[Any]:
    """Every version of everybody, oldest first."""
    versions = [each for versions in shop.versions for each in versions]
    return [*shop.guests, *sorted(versions, key=lambda each: each.number)]


def backwards(shop: Shop, due: Sequence[Any], dice: random.Random) -> list[Any]:
    """Every version of everybody, newest first."""
    return as_it_happened(shop, due, dice)[::-1]


def stale_after(shop: Shop, due: Sequence[Any], dice: random.Random) -> list[Any]:
    """What changed, and then one older version of everybody."""
    return [*due, PAUSE, *map(dice.choice, shop.versions)]


def stale_first(shop: Shop, due: Sequence[Any], dice: random.Random) -> list[Any]:
    """One older version of everybody, and then what changed."""
    return [*map(dice.choice, shop.versions), *due]


def shuffled(shop: Shop, due: Sequence[Any], dice: random.Random) -> list[Any]:
    """Every version and every order, in any order."""
    items = as_it_happened(shop, due, dice)
    dice.shuffle(items)
    return items


FEEDS: tuple[Feed, ...] = (
    fresh, full, replayed, as_it_happened, backwards, stale_after, stale_first, shuffled,
)  # fmt: skip


def guests_of(items: Sequence[Any]) -> list[Guest]:
    """Return the orders among ``items``."""
    return [each for each in items if isinstance(each, Guest)]
