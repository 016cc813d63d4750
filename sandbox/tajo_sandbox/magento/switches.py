"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tajo_sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

CONSUMER, TOKEN = ("ck-sandbox", "cs-sandbox"), ("at-sandbox", "as-sandbox")
"""Key and secret of an integration, and its access token with its secret."""
CLIENT = ("sandbox-client", "sandbox-secret")


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the Magento stand-in; every one may be set at any time.

    Args:
        consumers: consumer keys and their secrets.
        tokens: access tokens and their secrets.
        bearer: access tokens may stand alone; off as Magento has it since 2.4.4.
        clients: clients of the SaaS edition (Adobe IMS) and their secrets.
        closed: resources (`customers`, `carts` ...) that the integration may not read.
        limits: input limiting is on: at most 300 rows a page, 20 where nothing is asked.
        shuffles: rows that the order leaves open come in another order with every question.
        noisy: numbers are written with 17 digits, as PHP does by an old setting.
        twice: customers (ids here) with a newsletter subscription in two store views.
        masked: production mode: an error of the program is not told, only that there was one.
        bare: no module fills extension attributes: they are `[]`, PHP's object without fields.
        overcounts: so many rows more are counted than can be read.
        clock: seconds since 1970, for tokens.
    """

    consumers: dict[str, str] = field(default_factory=lambda: dict((CONSUMER,)))
    tokens: dict[str, str] = field(default_factory=lambda: dict((TOKEN,)))
    bearer: bool = False
    clients: dict[str, str] = field(default_factory=lambda: dict((CLIENT,)))
    closed: set[str] = field(default_factory=set)
    limits: bool = False
    shuffles: bool = True
    noisy: bool = False
    twice: set[int] = field(default_factory=set)
    masked: bool = True
    bare: bool = False
    overcounts: int = 0
    clock: Callable[[], float] = time.time
