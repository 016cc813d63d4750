"""What is deleted while no state knows of the row: it does not stay on sale in Brevo."""

import pytest
from fault_harness import oracle
from fault_harness.cases import Case
from fault_harness.happenings import product_deleted
from fault_harness.traps import Point
from fault_harness.worlds import dice


def deleted_without_a_word(made):
    assert made.world.brevo.products
    product_deleted(made.world, dice("deletion"))
    assert made.calm_run().well
    made.world.brevo.settle()
    return oracle.differences(made.facts())


# Killed before the loader's answer came, and after it had written it down.
@pytest.mark.parametrize("moment", ["applied", "answered"])
def test_a_product_deleted_between_a_killed_first_load_and_the_next_is_deleted_in_brevo(
    bench, moment
):
    point = Point("brevo", 1, moment, "/products/batch")
    with bench(pipe="bare", seed="deletion") as made:
        result = made.run(Case(0, "bare", "KILL", "group", point, quiet=False))
        assert result.struck
        assert made.pipe.state["bookmarks"]["products"] == {}
        assert deleted_without_a_word(made) == []


def test_a_product_deleted_before_a_full_refresh_is_deleted_in_brevo(bench):
    with bench(pipe="bare", seed="refresh") as made:
        assert made.calm_run().well
        made.pipe.state = None
        assert deleted_without_a_word(made) == []
