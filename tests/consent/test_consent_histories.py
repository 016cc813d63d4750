"""Histories of consent, played against an oracle of a few lines: nobody who said no is mailed."""

import pytest
from consent_histories.paths import ALL, Paths
from consent_histories.plans import plans, played
from consent_histories.stories import NAMES
from hypothesis import HealthCheck, Phase, given, seed, settings

# One share for each story, and three for whatever happens by chance.
SHARES = (*NAMES, None, None, None)


def play(name, histories, chance, paths):
    """Play histories around one story; the smallest that breaks a no is the failure."""

    @seed(chance)
    @settings(
        max_examples=histories,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(plans(name))
    def broken(plan):
        assert played(plan, paths) == []

    broken()


def test_no_history_breaks_a_no_and_every_rare_path_is_taken(block):
    paths = Paths()
    for number, name in enumerate(SHARES):
        histories = block.histories // len(SHARES) + (number < block.histories % len(SHARES))
        if histories:
            play(name, histories, block.seed * 100 + number, paths)
    missed = [path for path in ALL if not paths.taken[path]]
    assert not (block.is_whole and missed), f"taken: {dict(paths.taken)}"


# Two customers share an address, one leaves it, and the run dies before the new contact is made.
# What is said at the old address till the next run counts, wherever its customer is by then.
LEFT_IN_A_KILLED_RUN = (
    ("address", 3, 0, 0),
    ("run", 0, 0, 0),
    ("address", 0, 2, 0),
    ("run", 1, 0, 6),
    ("bounce", 0, 0, 0),
)


@pytest.mark.parametrize("reconsent", [True, False])
@pytest.mark.parametrize("then", [(), (("address", 0, 6, 0),)], ids=["there", "moved on"])
def test_a_no_at_a_shared_address_that_was_left_in_a_killed_run_comes_along(reconsent, then):
    assert played(("singles", reconsent, [*LEFT_IN_A_KILLED_RUN, *then]), Paths()) == []
