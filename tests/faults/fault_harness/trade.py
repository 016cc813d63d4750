"""The oracle on trade: orders, events, products and categories, read from the store alone."""

from collections import Counter, defaultdict

from fault_harness.facts import seconds, wrong

COMPLETED = {"PAID", "PARTIALLY_REFUNDED"}
MONEY_IN = {"SALE", "CAPTURE"}


def order_problems(facts, order):
    """What is missing or wrong of one order."""
    customer = facts.store.customers.get(order.customer or 0)
    gone = order.customer is not None and customer is None
    held = facts.orders.get(order.number)
    if order.test:
        return [f"twice: test order {order.number} is in Brevo"] if held else []
    if held is None:
        nobody = not order.email and customer is None
        return [] if nobody or gone else [f"lost: order {order.number} is not in Brevo"]
    wanted = {
        "status": order.financial.lower(),
        "amount": (order.total - order.refunded) / 100,
        "products": len(order.lines),
    }
    return wrong(f"order {order.number}", wanted, {**held, "products": len(held["products"])})


def product_problems(facts, row):
    """What is missing or wrong of one product."""
    held = facts.products.get(row.number)
    if held is None or held.get("isDeleted"):
        return [f"lost: product {row.number} is not in Brevo"]
    wanted = {
        "name": row.title,
        "price": min(variant.price for variant in row.variants) / 100,
        "stock": sum(variant.inventory for variant in row.variants),
        "brand": row.vendor,
    }
    return wrong(f"product {row.number}", wanted, held)


def collection_problems(facts, row):
    """What is missing or wrong of one collection."""
    held = facts.categories.get(row.number)
    if held is None:
        return [f"lost: collection {row.number} is not in Brevo"]
    return wrong(f"collection {row.number}", {"name": row.title}, held)


def leftovers(facts):
    """Orders and products in Brevo that the store does not have, or that stand there twice."""
    found = [
        f"stale: product {number} was deleted and is still on sale"
        for number, held in facts.products.items()
        if number not in facts.store.products and not held.get("isDeleted")
    ]
    found += [
        f"twice: order {number} is not the store's"
        for number in facts.orders
        if number not in facts.store.orders
    ]
    for what, keys in (("order", facts.brevo.orders), ("product", facts.brevo.products)):
        counts = Counter(key.rpartition(":")[2] for key in keys)
        found += [f"twice: {what} {number}" for number, count in counts.items() if count > 1]
    return found


def paid_at(order):
    """When the first money came in."""
    moves = [
        move.processed_at
        for move in order.transactions
        if move.what in MONEY_IN and move.status == "SUCCESS"
    ]
    return seconds(min(moves, default=order.processed_at))


def expected_events(facts, row):
    """The events that have to be there of one order or checkout: (name, id, time)."""
    if row.kind == "AbandonedCheckout":
        customer = facts.store.customers.get(row.customer or 0)
        told = customer is not None and customer.email and not row.completed_at
        found = [("cart_updated", str(row.number), seconds(row.updated_at))] if told else []
    else:
        found = _of_order(row)
    return [one for one in found if one[2] >= facts.first_seen]


def _of_order(order):
    if order.test:
        return []
    found = [
        ("order_refunded", str(refund.number), seconds(refund.created_at))
        for refund in order.refunds
    ]
    if order.financial in COMPLETED and not order.cancelled_at:
        found.append(("order_completed", str(order.number), paid_at(order)))
    return found


def possible_events(facts):
    """All that may be there: what was true once, though it is no more."""
    found = {
        ("order_refunded", str(refund.number), seconds(refund.created_at))
        for order in facts.store.orders.values()
        if not order.test
        for refund in order.refunds
    }
    found |= {
        ("order_completed", str(number), paid_at(facts.store.orders[number]))
        for number in facts.past.completable
    }
    found |= {("cart_updated", str(number), seconds(at)) for number, at in facts.past.carts}
    return {one for one in found if one[2] >= facts.first_seen}


def event_id(event):
    """What an event in Brevo is about: (name, id, time)."""
    name = "refund_id" if event.name == "order_refunded" else "id"
    return event.name, str(event.properties.get(name)), seconds(event.date)


def event_problems(facts, rows=None):
    """Events that are missing (of ``rows``, or of all), stand there twice, or should not be."""
    rows = [*facts.store.orders.values(), *facts.store.checkouts.values()] if rows is None else rows
    there = Counter(event_id(event) for event in facts.brevo.events)
    missing = [
        one
        for row in rows
        if facts.buyer_of(row) is not None
        for one in expected_events(facts, row)
        if one not in there
    ]
    found = [f"twice: event {one[0]} of {one[1]}" for one, count in there.items() if count > 1]
    possible = possible_events(facts)
    found += [
        f"event {one[0]} of {one[1]} has no reason: {one[2]:%F %T}"
        for one in there
        if one not in possible
    ]
    if len(missing) > facts.unknown:
        found += [f"lost: event {name} of {number}" for name, number, _ in missing]
    return found


def start_problems(facts):
    """Orders that could have started an automation twice, or though they are old."""
    starts = defaultdict(int)
    for start in facts.brevo.automations:
        if start.kind == "order":
            starts[start.name.rpartition(":")[2]] += 1
    found = [f"twice: order {number} was sent as new" for number, n in starts.items() if n > 1]
    for number in starts:
        order = facts.store.orders.get(int(number))
        if order is not None and seconds(order.created_at) < facts.first_seen:
            found.append(f"backfill: order {number} was sent as new")
    return found
