"""Histories of consent, played against an oracle of a few lines: nobody who said no is mailed."""

from consent_histories.paths import ALL, Paths
from consent_histories.plans import STORIES, plans, played
from hypothesis import HealthCheck, Phase, given, seed, settings


def play(number, histories, chance, paths):
    """Play histories around one story; the smallest that breaks a no is the failure."""

    @seed(chance)
    @settings(
        max_examples=histories,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(plans(number))
    def broken(plan):
        assert played(plan, paths) == []

    broken()


def test_no_history_breaks_a_no_and_every_rare_path_is_taken(block):
    paths = Paths()
    # One share for each story, and two for whatever happens by chance.
    shares = STORIES + 2
    for number in range(shares):
        histories = block.histories // shares + (number < block.histories % shares)
        if histories:
            play(number, histories, block.seed, paths)
    missed = [path for path in ALL if not paths.taken[path]]
    assert not (block.is_whole and missed), f"taken: {dict(paths.taken)}"
