"""What may happen in a history, how often, and around which story."""

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from consent_histories.bench import WAYS, way
from consent_histories.history import History, Step
from consent_histories.paths import Paths
from consent_histories.shop import STORES
from consent_histories.stories import stories

# The way of sending, whether a newer grant may unblock, and what happens.
Plan = tuple[str, bool, Sequence[Step]]
# What happens often stands more than once.
VERBS = (
    "word", "word", "word", "sms", "address", "address", "phone", "touch", "delete", "guest",
    "unsubscribe", "unsubscribe", "stop", "leave", "form", "bounce", "erase",
    "run", "run", "run", "run", "run",
)  # fmt: skip
SMALL = st.integers(0, 7)
STEP = st.tuples(st.sampled_from(VERBS), SMALL, SMALL, SMALL)
ADDRESSES = (6, 2, 4, 0)


@st.composite
def _around(draw: st.DrawFn, name: str) -> list[Step]:
    """The steps of a story with something else in between and after it."""
    who = draw(st.integers(0, len(STORES) - 1))
    other = (who + draw(st.integers(1, 2))) % len(STORES)
    told = list(stories(who, other, draw(st.sampled_from(ADDRESSES)))[name])
    for place, step in draw(st.lists(st.tuples(SMALL, STEP), max_size=4)):
        told.insert(place, step)
    return told + draw(st.lists(STEP, max_size=3))


def plans(name: str | None) -> st.SearchStrategy[Plan]:
    """Return the histories around the story ``name``, or where it is None those of chance."""
    chance = st.lists(STEP, min_size=3, max_size=14)
    steps = _around(name) if name else chance
    return st.tuples(st.sampled_from(tuple(WAYS)), st.sampled_from((True, False)), steps)


def plain(names: Sequence[str]) -> Iterator[Plan]:
    """Yield the histories that are these stories and nothing else, the different ones first."""
    for where in ADDRESSES:
        for who in range(len(STORES)):
            for name in names:
                told = stories(who, (who + 1) % len(STORES), where)[name]
                yield from ((each, reconsent, told) for each in WAYS for reconsent in (True, False))


def played(plan: Plan, paths: Paths | None = None) -> list[str]:
    """Play a whole history; return what was broken, at the first run that broke anything."""
    name, reconsent, steps = plan
    with way(name):
        history = History(reconsent, paths or Paths())
        for step in steps:
            history.play(step)
            if history.oracle.broken:
                return history.oracle.broken
        history.end()
    return history.oracle.broken
