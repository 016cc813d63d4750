"""Shopify's first load: five bulk operations at once beside one at a time, on the sandbox.

An operation takes as long as the sandbox is told, for the platform's own time is what is shared;
everything else (the file, joining, writing) is the tap's.
"""

import contextlib
import dataclasses
import io
import json
import logging
import time
from datetime import UTC, datetime, timedelta

import tajo_sandbox
from tajo_connector_sdk.tap import make_tap
from tajo_sandbox.shopify import Switches
from tajo_sandbox.store import Store
from tap_shopify_tajo import SHOPIFY

JOB_S, GOAL = 4.0, 4.0
CUSTOMERS, ORDERS = 800, 400


def table() -> type:
    """Return Shopify's tap with every stream read in bulk, however small."""
    facts = SHOPIFY.transport
    every = dataclasses.replace(facts, bulk=dataclasses.replace(facts.bulk, above_pages=0))  # type: ignore[type-var, attr-defined]
    return make_tap(dataclasses.replace(SHOPIFY, transport=every))


def load(store: Store, at_once: int) -> tuple[float, int]:
    """Return the seconds of a first load, and its records."""
    switches = Switches(
        bulk_seconds=JOB_S, bulk_limit=at_once, maximum_available=1e9, restore_rate=1e9
    )
    with tajo_sandbox.running(store=store, brevo=False, control=False, switches=switches) as shop:
        config = {"shop_url": "demo-store.myshopify.com", "api_url": shop.platform_url,
                  "access_token": "shpat_sandbox"}  # fmt: skip
        tap = table()(config=config)
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        begun = time.perf_counter()
        with contextlib.redirect_stdout(out):
            tap.sync_all()
        seconds = time.perf_counter() - begun
    out.seek(0)
    kinds = [json.loads(line)["type"] for line in out]
    return seconds, kinds.count("RECORD")


def measured() -> list[str]:
    """Return the line of the table."""
    logging.disable(logging.INFO)
    now = datetime.now(UTC) - timedelta(days=1)
    store = Store.generate(customers=CUSTOMERS, orders=ORDERS, now=now)
    (theirs, one), (ours, five) = load(store, 1), load(store, 5)
    ratio = theirs / ours
    return [
        "bulk", f"{theirs:.2f}", f"{ours:.2f}", f"x{ratio:.2f}", f">= x{GOAL:g}",
        "yes" if ratio >= GOAL else "NO", "", "", "whole" if one == five else "NOT WHOLE", "1 / 1",
    ]  # fmt: skip
