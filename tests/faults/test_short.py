"""A fixed set of kills and signals: nothing lost, stale or twice, and no state ahead of Brevo."""

import pytest
from fault_harness.cases import Case
from fault_harness.traps import Point

BREVO = {
    "contact": ("brevo", "writing"),
    "call": ("brevo", "all"),
    "page": ("shopify", "all"),
}
# (signal, victim, moment, what is counted, number, more), in chains on one store and ledger.
CHAINS = {
    "the first load is killed again and again": (
        "bare",
        (
            ("KILL", "tap", "answered", "page", 4, {}),
            ("KILL", "target", "lost", "contact", 2, {}),
            ("KILL", "target", "applied", "contact", 16, {"import_seconds": 0.7}),
            ("KILL", "group", "lost", "contact", 7, {"during": True}),
            ("KILL", "target", "answered", "call", 9, {"quiet": True, "again": True}),
        ),
    ),
    "small loads are killed between a call and its answer": (
        "bare",
        (
            ("KILL", "target", "applied", "contact", 12, {"quiet": True}),
            ("KILL", "target", "lost", "contact", 9, {"batch_age_s": 0.0, "slow_s": 0.1}),
            ("KILL", "group", "applied", "contact", 10, {"after": True}),
            ("KILL", "tap", "before", "page", 3, {"quiet": True}),
        ),
    ),
    "signals come before, in and after a batch": (
        "bare",
        (
            ("TERM", "target", "before", "contact", 3, {}),
            ("TERM", "group", "applied", "contact", 5, {"import_seconds": 0.7}),
            ("INT", "target", "answered", "call", 6, {"quiet": True}),
            ("INT", "group", "before", "contact", 4, {"deaf": True, "during": True}),
            ("TERM", "tap", "answered", "page", 3, {"batch_age_s": 0.0}),
            ("TERM", "target", "applied", "contact", 6, {"quiet": True, "after": True}),
        ),
    ),
    "meltano's pipe is killed and stopped": (
        "meltano",
        (
            ("KILL", "meltano", "applied", "contact", 4, {}),
            ("TERM", "target", "before", "contact", 2, {"quiet": True}),
        ),
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_after_kills_and_signals_brevo_equals_the_store_and_no_state_ran_ahead(bench, name):
    pipe, strikes = CHAINS[name]
    with bench(pipe=pipe, seed=name) as made:
        for number, (signal, victim, moment, counted, call, more) in enumerate(strikes):
            side, calls = BREVO[counted]
            point = Point(side, call, moment, calls)
            case = Case(number, pipe, signal, victim, point, **{"quiet": False, **more})
            result = made.run(case)
            assert result.violations == [], case.words()
            assert result.struck, case.words()
