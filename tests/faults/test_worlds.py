"""The worlds of the harness hold no trap of their own, so that what differs is a broken promise."""

import pytest
from fault_harness.bench import seed_number
from fault_harness.happenings import happen
from fault_harness.worlds import dice, world

# With the first of them a guest once had a customer's phone number.
SEEDS = ("1:0", "1:5", "2:0", "3:0")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_persons_of_a_store_ever_have_one_phone_number(tmp_path, seed):
    with world(tmp_path / "world", seed=seed_number(seed)) as made:
        owners = {}
        for turn in range(8):
            store = made.store
            found = [(row.phone, row.number) for row in store.customers.values()]
            found += [
                (order.phone, order.email or order.phone)
                for order in store.orders.values()
                if order.customer is None
            ]
            for phone, owner in found:
                assert phone is None or owners.setdefault(phone, owner) == owner
            happen(made, dice(seed, turn))
