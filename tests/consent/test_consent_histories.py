"""Histories of consent, played against an oracle of a few lines: nobody who said no is mailed."""

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
