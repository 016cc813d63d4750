"""Faults that the harness has found and that are not mended yet: each fails until it is."""

import pytest
from fault_harness import oracle
from fault_harness.cases import Case
from fault_harness.happenings import product_deleted
from fault_harness.traps import Point
from fault_harness.worlds import dice


@pytest.mark.timeout(200)
@pytest.mark.xfail(
    strict=True,
    reason="a first load asks for no deletions, and the killed one left no state that says since "
    "when: a product that it had sent and that is gone now stays on sale (so does one that was "
    "deleted before a full refresh)",
)
def test_a_product_deleted_between_a_killed_first_load_and_the_next_is_deleted_in_brevo(bench):
    point = Point("brevo", 5, "answered", "writing")
    with bench(pipe="bare", seed="deletion") as made:
        result = made.run(Case(0, "bare", "KILL", "group", point, quiet=False))
        assert result.struck
        assert made.world.brevo.products
        product_deleted(made.world, dice("deletion"))
        assert made.calm_run().well
        made.world.brevo.settle()
        assert oracle.differences(made.facts()) == []
