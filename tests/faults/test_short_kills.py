"""A fixed set of kill -9: nothing lost, stale or twice afterwards, and no state ahead of Brevo."""

import pytest

CHAINS = {
    "the first load is killed again and again": (
        ("KILL", "tap", "answered", "read", 4, {}),
        ("KILL", "target", "lost", "write", 2, {}),
        ("KILL", "target", "applied", "write", 16, {"import_seconds": 0.7}),
        ("KILL", "group", "lost", "write", 7, {"during": True}),
        ("KILL", "target", "answered", "call", 9, {"quiet": True}),
    ),
    "small loads are killed between a call and its answer": (
        ("KILL", "target", "applied", "write", 12, {"quiet": True}),
        ("KILL", "target", "lost", "write", 3, {"batch_age_s": 0.0, "slow_s": 0.1}),
        ("KILL", "group", "applied", "write", 5, {"after": True}),
        ("KILL", "tap", "before", "read", 3, {"quiet": True, "again": True}),
    ),
}


# One run takes two seconds, on a busy machine ten.
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", CHAINS)
def test_after_kills_brevo_equals_the_store_and_no_state_ran_ahead(strike_all, name):
    strike_all(name, "bare", CHAINS[name])


@pytest.mark.timeout(400)
def test_after_kills_the_same_holds_where_imports_leave_as_csv(strike_all):
    [name, strikes], *_ = CHAINS.items()
    strike_all(name, "bare", strikes, bodies="csv")
