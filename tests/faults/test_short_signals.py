"""A fixed set of signals, on the bare pipe and through Meltano: as after kills, all is well."""

import pytest

BARE = (
    ("TERM", "target", "before", "write", 3, {}),
    ("TERM", "group", "applied", "write", 5, {"import_seconds": 0.7}),
    ("INT", "target", "answered", "call", 6, {"quiet": True}),
    ("INT", "group", "before", "write", 4, {"deaf": True, "during": True}),
    ("TERM", "tap", "answered", "read", 3, {"batch_age_s": 0.0}),
    ("TERM", "target", "applied", "write", 6, {"quiet": True, "after": True}),
)
MELTANO = (
    ("KILL", "meltano", "applied", "write", 4, {}),
    ("TERM", "target", "before", "write", 2, {"quiet": True, "swift": True}),
)


# One run takes two seconds, on a busy machine ten; Meltano's thrice as long.
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("pipe", "strikes"), [("bare", BARE), ("meltano", MELTANO)])
def test_after_signals_brevo_equals_the_store_and_no_state_ran_ahead(strike_all, pipe, strikes):
    strike_all(f"{pipe} is signalled", pipe, strikes)
