"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tajo_sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_KEY = "ck_sandbox"
DEFAULT_SECRET = "cs_sandbox"  # noqa: S105 -- documented credential of a stand-in


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the WooCommerce stand-in; every one may be set at any time.

    A request counts as https when a proxy says so (``X-Forwarded-Proto``), as WordPress has it.

    Args:
        keys: consumer keys and their secrets.
        strips_header: the host takes the Authorization header away.
        closed: resources (`customers`, `coupons` ...) that the key's user may not read.
        zone_hours: how far the site's own time is ahead of GMT.
        ignores_gmt: `dates_are_gmt` has no effect: times of filters are in the site's zone.
        ignores_filters: filters by time have no effect.
        shuffles: rows of one second come in another order with every question, as a database
            gives them that sorts by the time alone.
        gone_orders: orders (the store's numbers) in the trash, and since when.
        erased_orders: orders whose personal data were removed, and since when (WordPress's eraser,
            or the time that a shop keeps orders for).
        undated_products: products (the store's numbers) that an import has left without any time.
        slow_above: pages of more rows than this are answered with 504 and HTML; 0 for none.
        clock: seconds since 1970, for signatures.
    """

    keys: dict[str, str] = field(default_factory=lambda: {DEFAULT_KEY: DEFAULT_SECRET})
    strips_header: bool = False
    closed: set[str] = field(default_factory=set)
    zone_hours: int = 1
    ignores_gmt: bool = False
    ignores_filters: bool = False
    shuffles: bool = True
    gone_orders: dict[int, str] = field(default_factory=dict)
    erased_orders: dict[int, str] = field(default_factory=dict)
    undated_products: set[int] = field(default_factory=set)
    slow_above: int = 0
    clock: Callable[[], float] = time.time
