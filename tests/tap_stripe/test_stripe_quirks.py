"""What only Stripe does, as pure functions."""

import pytest

from tap_stripe_tajo import quirks


def item(amount, interval="month", count=1, quantity=1, **price):
    every = {"interval": interval, "interval_count": count, "usage_type": "licensed"}
    made = {"unit_amount_decimal": amount, "recurring": every, **price}
    return {"quantity": quantity, "price": made}


METERED = {"recurring": {"interval": "month", "interval_count": 1, "usage_type": "metered"}}
CASES = {
    "a month": ([item("1290")], 1290),
    "a year in twelfths, half up": ([item("9906", "year")], 826),
    "thirds are added before they are rounded": ([item("1", "month", 3)] * 3, 1),
    "a quarter, three seats": ([item("3000", "month", 3, 3)], 3000),
    "a week": ([item("700", "week")], 3042),
    "parts of a cent": ([item("0.35", quantity=1000)], 350),
    "packs of ten, rounded up": (
        [item("500", quantity=11, transform_quantity={"divide_by": 10, "round": "up"})], 1000
    ),
    "packs of ten, rounded down": (
        [item("500", quantity=19, transform_quantity={"divide_by": 10, "round": "down"})], 500
    ),
    "metered usage": ([item("500", **METERED)], 0),
    "tiers": ([item(None)], 0),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_mrr_is_exact(case):
    items, wanted = CASES[case]

    assert quirks.recurring({"status": "active", "items": items}, {}) == {"mrr": wanted}
    assert quirks.recurring({"status": "trialing", "items": items}, {}) == {"mrr": 0}
    paused = {"status": "active", "items": items, "pause_collection": {"behavior": "void"}}
    assert quirks.recurring(paused, {}) == {"mrr": 0}


@pytest.mark.parametrize(("status", "wanted"), [("succeeded", 70), ("pending", 0), ("failed", 0)])
def test_only_what_was_captured_and_kept_counts(status, wanted):
    charge = {"status": status, "amount": 200, "amount_captured": 100, "amount_refunded": 30}

    assert quirks.net(charge, {}) == {"amount_net": wanted}
