"""The oracle sees what it is for: each kind of loss, staleness and doubling, planted by hand."""

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fault_harness import oracle
from fault_harness.bench import bench
from fault_harness.happenings import HAPPENINGS
from fault_harness.worlds import dice

HAPPENED = ("orders", "refund", "carts", "few_customers", "guest_orders", "product_deleted")
PARTS = {
    "store": ("customers", "orders", "checkouts", "products", "collections"),
    "brevo": ("book", "shop", "events"),
}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory, nursery):
    """A world whose two sides are equal after a first load and a small one."""
    folder = tmp_path_factory.mktemp("oracle")
    with bench(folder, pipe="bare", seed="oracle", nursery=nursery) as made:
        made.calm_run()
        for name in HAPPENED:
            HAPPENINGS[name](made.world, dice(name))
            made.world.past.note(made.world.store)
        made.calm_run()
        made.world.brevo.settle()
        yield made


@pytest.fixture
def world(quiet):
    """The quiet world, put back afterwards."""
    sides = {"store": quiet.world.store, "brevo": quiet.world.brevo}
    kept = [
        (sides[side], name, getattr(sides[side], name)) for side in PARTS for name in PARTS[side]
    ]
    past = quiet.world.past
    for side, name, present in kept:
        setattr(side, name, copy.deepcopy(present))
    quiet.world.past = copy.deepcopy(past)
    yield quiet.world
    quiet.world.past = past
    for side, name, present in kept:
        setattr(side, name, present)


def a_customer(world, state="SUBSCRIBED"):
    """The first customer of that consent, and the contact."""
    rows = [row for row in world.store.customers.values() if row.email and row.phone]
    row = next(row for row in rows if row.email_consent.state == state)
    return row, world.brevo.book.find("email", row.email.lower())


def contact_gone(world):
    world.brevo.book.delete(a_customer(world)[1])


def contact_old(world):
    a_customer(world)[1].attributes["FIRSTNAME"] = "Somebody"


def contact_emptied(world):
    a_customer(world)[1].attributes.pop("TOTAL_SPENT")


def phone_old(world):
    a_customer(world)[1].identifiers["SMS"] = "33612345678"


def no_forgotten(world):
    a_customer(world, "UNSUBSCRIBED")[1].email_blacklisted = False


def blocked_for_nothing(world):
    a_customer(world)[1].email_blacklisted = True


def not_on_the_list(world):
    a_customer(world)[1].list_ids = ()


def on_the_list_unasked(world):
    contact = a_customer(world, "NOT_SUBSCRIBED")[1]
    lists = {each.name: each.id for each in world.brevo.lists.values()}
    contact.list_ids = (lists["Shopify newsletter"],)


def click_undone(world):
    row, _ = a_customer(world)
    world.past.unsubscribed.add(row.email.lower())


def unblocked(world):
    world.brevo.book.unblocked.append((1, "emailBlacklisted false", "now"))


def put_back(world):
    world.brevo.book.put_back.append((1, 2))


def person_twice(world):
    row, _ = a_customer(world)
    world.past.moved.add(row.email.lower())
    row.email = "moved@example.org"


def stranger(world):
    a_customer(world)[0].email = "other@example.org"


def guest_gone(world):
    order = next(
        o for o in world.store.orders.values() if not o.customer and o.email and not o.test
    )
    world.brevo.book.delete(world.brevo.book.find("email", order.email.lower()))


def _order(world):
    return next(iter(world.brevo.shop.orders))


def order_gone(world):
    del world.brevo.shop.orders[_order(world)]


def order_old(world):
    world.brevo.shop.orders[_order(world)]["status"] = "authorized"


def amount_old(world):
    world.brevo.shop.orders[_order(world)]["amount"] += 1


def order_twice(world):
    key = _order(world)
    world.brevo.shop.orders[f"other:{key.rpartition(':')[2]}"] = world.brevo.shop.orders[key]


def order_started_twice(world):
    starts = world.brevo.book.starts
    starts.append(next(each for each in starts if each.kind == "order"))


def old_order_started(world):
    first = next(each for each in world.brevo.book.starts if each.kind == "order")
    oldest = min(world.store.orders.values(), key=lambda row: row.created_at)
    name = f"{first.name.rpartition(':')[0]}:{oldest.number}"
    world.brevo.book.starts.append(first._replace(name=name))


def _event(world, name):
    return next(each for each in world.brevo.events if each.name == name)


def event_gone(world):
    world.brevo.events.remove(_event(world, "order_completed"))


def refund_gone(world):
    world.brevo.events.remove(_event(world, "order_refunded"))


def cart_gone(world):
    world.brevo.events.remove(_event(world, "cart_updated"))


def event_twice(world):
    world.brevo.events.append(_event(world, "order_completed"))


def event_of_another_time(world):
    old = _event(world, "order_completed")
    world.brevo.events.append(replace(old, date="2020-01-01T00:00:00.000Z"))


def product_gone(world):
    world.brevo.shop.products.popitem()


def stock_old(world):
    next(iter(world.brevo.shop.products.values()))["stock"] = -1


def deleted_product_on_sale(world):
    gone = [held for held in world.brevo.shop.products.values() if held.get("isDeleted")]
    gone[0]["isDeleted"] = False


def category_gone(world):
    world.brevo.shop.categories.popitem()


PLANTED = {
    contact_gone: "lost: customer",
    contact_old: "stale: customer",
    contact_emptied: "stale: customer",
    phone_old: "stale: customer",
    no_forgotten: "stale: customer",
    blocked_for_nothing: "consent: customer",
    not_on_the_list: "lost: customer",
    on_the_list_unasked: "consent: customer",
    click_undone: "consent: customer",
    unblocked: "consent: contact",
    put_back: "consent: contact",
    person_twice: "stale: contact",
    stranger: "twice: contact",
    guest_gone: "lost: the guest",
    order_gone: "lost: order",
    order_old: "stale: order",
    amount_old: "stale: order",
    order_twice: "twice: order",
    order_started_twice: "twice: order",
    old_order_started: "backfill: order",
    event_gone: "lost: event order_completed",
    refund_gone: "lost: event order_refunded",
    cart_gone: "lost: event cart_updated",
    event_twice: "twice: event",
    event_of_another_time: "event order_completed",
    product_gone: "lost: product",
    stock_old: "stale: product",
    deleted_product_on_sale: "stale: product",
    category_gone: "lost: collection",
}


def test_nothing_is_found_where_both_sides_are_equal(quiet):
    assert oracle.differences(quiet.facts()) == []


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_was_planted_is_found(quiet, world, plant):
    plant(world)
    found = oracle.differences(quiet.facts())
    assert any(line.startswith(PLANTED[plant]) for line in found), found


def test_one_event_may_be_missing_where_the_loader_said_that_it_does_not_know(quiet, world):
    event_gone(world)
    facts = quiet.facts()
    facts.unknown = 1
    assert oracle.differences(facts) == []
    event_twice(world)
    assert oracle.differences(facts)


def test_a_state_that_covers_what_brevo_lacks_is_seen(quiet, world):
    row, _ = a_customer(world)
    contact_gone(world)
    later = {"replication_key_value": datetime.now(UTC).isoformat()}
    found = oracle.ahead(quiet.facts(), {"bookmarks": {"customers": later}})
    assert found == [f"ahead: lost: customer {row.number} is not in Brevo"]
    half = {"reading": {"at": later["replication_key_value"]}}
    assert oracle.ahead(quiet.facts(), {"bookmarks": {"customers": half}}) == found
    before = {"replication_key_value": row.updated_at}
    assert oracle.ahead(quiet.facts(), {"bookmarks": {"customers": before}}) == []
    assert oracle.ahead(quiet.facts(), None) == []
