"""What happens in the store, and in Brevo, between runs: each a function of a world and dice."""

from datetime import timedelta

from fault_harness.worlds import own_phones
from tajo_sandbox.store.money import paid_now

MOST_DELETED_PRODUCTS = 5


def happen(world, dice, *, most=6, calm=False):
    """Let some of it happen; ``calm`` leaves out what moves or removes persons."""
    names = [name for name in WEIGHTS if not (calm and name in UNSETTLING)]
    weights = [WEIGHTS[name] for name in names]
    done = []
    for name in dice.choices(names, weights, k=dice.randint(2, most)):
        world.later(timedelta(seconds=dice.randint(2, 20)))
        with world.store.lock:
            HAPPENINGS[name](world, dice)
            own_phones(world.store, world.past)
            world.past.note(world.store)
        done.append(name)
    return done


def _with_email(world):
    return [row for row in world.store.customers.values() if row.email]


def _known_to_brevo(world):
    """Customers who have a contact now, and what is needed to look them up."""
    return [row for row in _with_email(world) if world.brevo.contact(row.email.lower())]


def few_customers(world, dice):
    """A handful of customers change: they go to Brevo one by one."""
    world.store.change_customers(dice.randint(1, 5))


def many_customers(world, _dice):
    """So many that they go by an import."""
    world.store.change_customers(25)


def orders(world, dice):
    """Paid orders of customers."""
    world.store.place_orders(dice.randint(1, 4))


def many_orders(world, _dice):
    """So many that they go in batches."""
    world.store.place_orders(14)


def guest_orders(world, dice):
    """Orders of people without an account."""
    for gid in world.store.place_orders(dice.randint(1, 2), guest=True):
        order = world.store.order(gid)
        if order.email and not order.email.isascii():
            order.email = f"plain{order.number}@example.com"


def unpaid_orders(world, dice):
    """Orders that wait for their money."""
    world.store.place_orders(dice.randint(1, 3), paid=False)


def payment(world, dice):
    """Money comes in for an order that waited for it."""
    open_orders = [
        row
        for row in world.store.orders.values()
        if row.financial == "PENDING" and not row.cancelled_at and not row.test
    ]
    if open_orders:
        order = dice.choice(open_orders)
        paid_now(order, int(world.time.timestamp()))
        world.store.touch(order)


def refund(world, dice):
    """Money goes back, in whole or in part."""
    paid = [row for row in world.store.orders.values() if row.received > row.refunded]
    if paid:
        world.store.refund(dice.choice(paid[-30:]).gid, whole=dice.random() < 0.5)


def cancelled(world, dice):
    """An order is cancelled."""
    found = [row for row in world.store.orders.values() if not row.cancelled_at]
    world.store.cancel_order(dice.choice(found[-30:]).gid)


def carts(world, dice):
    """Checkouts are left, by customers and by a guest."""
    for _ in range(dice.randint(1, 3)):
        world.store.abandon_checkout(dice.choice(_with_email(world)).gid)
    world.store.abandon_checkout(guest=True)


def cart_again(world, dice):
    """A buyer comes back to a cart and leaves it again, or buys."""
    found = [row for row in world.store.checkouts.values() if not row.completed_at]
    cart = dice.choice(found) if found else None
    if cart is not None and dice.random() < 0.5:
        world.store.complete_checkout(cart.gid)
    elif cart is not None:
        world.store.touch(cart)


def new_customers(world, dice):
    """People sign up, one of them with an order at once."""
    gids = world.store.add_customers(dice.randint(1, 3))
    for gid in gids:
        row = world.store.customer(gid)
        if row.email and not row.email.isascii():
            row.email = f"plain{row.number}@example.com"
        others = {each.phone for each in world.store.customers.values() if each is not row}
        if row.phone in others:
            row.phone = None if row.email else f"+4915798{row.number % 1_000_000:06}"


def yes(world, dice):
    """Somebody subscribes in the shop."""
    world.store.subscribe(dice.choice(_with_email(world)).gid)


def no(world, dice):
    """Somebody unsubscribes in the shop, from mail or from text messages."""
    row = dice.choice(_with_email(world))
    channel = "sms" if row.phone and dice.random() < 0.4 else "email"
    world.store.unsubscribe(row.gid, channel)


def no_in_brevo(world, dice):
    """Somebody clicks "unsubscribe" in a mail."""
    found = _known_to_brevo(world)
    if found:
        row = dice.choice(found)
        world.brevo.unsubscribe(row.email.lower())
        world.past.unsubscribed.add(row.email.lower())


def left_a_list(world, dice):
    """Somebody leaves the newsletter and nothing else."""
    lists = [each.id for each in world.brevo.lists.values() if each.name == "Shopify newsletter"]
    found = [
        row
        for row in _known_to_brevo(world)
        if lists and lists[0] in world.brevo.contact(row.email.lower()).list_ids
    ]
    if found:
        row = dice.choice(found)
        world.brevo.leave_list(row.email.lower(), lists[0])
        world.past.left.add(row.email.lower())


def moved(world, dice):
    """A customer's e-mail address changes."""
    row = dice.choice(_with_email(world))
    old = row.email.lower()
    row.email = f"moved{row.number % 1_000_000}.{dice.randrange(10**6)}@example.org"
    world.store.touch(row)
    world.past.moved.add(old)
    for marks in (world.past.unsubscribed, world.past.left):
        if old in marks:
            marks.add(row.email)


def customer_deleted(world, dice):
    """A customer asks to be forgotten in the shop."""
    row = dice.choice(_with_email(world))
    world.store.delete_customer(row.gid)
    world.past.gone.add(row.email.lower())


def product_deleted(world, dice):
    """A product leaves the shop."""
    gone = sum(row.action == "destroy" for row in world.store.happenings.values())
    if gone < 3 + MOST_DELETED_PRODUCTS:
        world.store.delete_product(dice.choice(list(world.store.products.values())).gid)


HAPPENINGS = {
    found.__name__: found
    for found in (
        few_customers, many_customers, orders, many_orders, guest_orders, unpaid_orders, payment,
        refund, cancelled, carts, cart_again, new_customers, yes, no, no_in_brevo, left_a_list,
        moved, customer_deleted, product_deleted,
    )
}  # fmt: skip
WEIGHTS = {
    "few_customers": 5, "many_customers": 3, "orders": 5, "many_orders": 2, "guest_orders": 2,
    "unpaid_orders": 2, "payment": 2, "refund": 3, "cancelled": 1, "carts": 4, "cart_again": 2,
    "new_customers": 2, "yes": 2, "no": 2, "no_in_brevo": 1, "left_a_list": 1, "moved": 1,
    "customer_deleted": 1, "product_deleted": 1,
}  # fmt: skip
UNSETTLING = {"moved", "customer_deleted", "new_customers", "guest_orders"}
