"""What may happen in a history, how often, and which stories are told on purpose."""

from collections.abc import Sequence

from hypothesis import strategies as st

from consent_histories.bench import WAYS, way
from consent_histories.feeds import FEEDS, as_it_happened, backwards, fresh, full, stale_after
from consent_histories.history import SAID, WHO, History, Step
from consent_histories.paths import Paths
from consent_histories.shop import STORES

Plan = tuple[str, bool, Sequence[Step]]
# What happens often stands more than once.
VERBS = (
    "word", "word", "word", "sms", "address", "address", "phone", "touch", "delete", "guest",
    "unsubscribe", "unsubscribe", "stop", "leave", "form", "bounce", "erase",
    "run", "run", "run", "run", "run",
)  # fmt: skip
YES, NO, SILENT = map(SAID.index, ("SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED"))
SMALL = st.integers(0, 7)
STEP = st.tuples(st.sampled_from(VERBS), SMALL, SMALL, SMALL)
RUN: Step = ("run", FEEDS.index(fresh), 0, 0)


def _run(feed: object, kill: int = 0) -> Step:
    return ("run", FEEDS.index(feed), 0, kill)  # type: ignore[arg-type]


def stories(who: int, other: int, where: int) -> tuple[tuple[Step, ...], ...]:
    """Return the rare ways to a mail that nobody wants, told of two customers and an address."""
    one, two = WHO.index(who), WHO.index(other)
    yes: Step = ("word", one, YES, 0)
    together: tuple[Step, ...] = (("address", one, where, 0), ("address", two, where, 0))
    return (
        (yes, RUN, ("leave", who, 0, 0), yes, RUN),
        (yes, RUN, ("unsubscribe", who, 0, 0), yes, RUN),
        (yes, RUN, ("unsubscribe", who, 0, 0), ("touch", one, 0, 0), RUN),
        (yes, RUN, ("bounce", who, 0, 0), yes, RUN),
        (RUN, ("unsubscribe", who, 0, 0), ("address", one, where, 0), RUN),
        (RUN, ("unsubscribe", who, 0, 0), ("address", one, where, 0), yes, RUN),
        (*together, RUN, ("unsubscribe", who, 0, 0), ("address", one, where + 2, 0), yes, RUN),
        (*together, ("word", two, NO, 0), RUN, yes, RUN),
        (
            ("word", one, NO, 0),
            RUN,
            ("erase", who, 0, 0),
            ("guest", WHO.index(who), 7, 0),
            yes,
            RUN,
        ),
        (("word", one, NO, 0), ("word", one, SILENT, 0), RUN, _run(backwards)),
        (yes, _run(full, kill=5), ("unsubscribe", who, 0, 0), yes, _run(full)),
        (RUN, ("unsubscribe", who, 0, 0), ("guest", 2 * who, 2, 0), RUN),
        (("word", one, NO, 0), RUN, ("delete", one, 0, 0), RUN, yes, _run(stale_after)),
        (("word", one, NO, 0), ("delete", one, 0, 0), RUN, _run(as_it_happened)),
    )


STORIES = len(stories(0, 1, 0))


@st.composite
def steps(draw: st.DrawFn, number: int) -> list[Step]:
    """Story ``number`` with something else in between; whatever happens, where there is none."""
    if number >= STORIES:
        return draw(st.lists(STEP, min_size=3, max_size=14))
    who = draw(st.integers(0, 2))
    other = (who + draw(st.integers(1, 2))) % len(STORES)
    story = list(stories(who, other, draw(st.sampled_from((0, 2, 4))))[number])
    for place, step in draw(st.lists(st.tuples(SMALL, STEP), max_size=4)):
        story.insert(place, step)
    return story + draw(st.lists(STEP, max_size=3))


def plans(number: int) -> st.SearchStrategy[Plan]:
    """Return the histories around a story, or those of chance for a number above them."""
    return st.tuples(st.sampled_from(tuple(WAYS)), st.sampled_from((True, False)), steps(number))


def played(plan: Plan, paths: Paths | None = None) -> list[str]:
    """Play a whole history; return what was broken, at the first run that broke anything."""
    name, reconsent, steps_taken = plan
    with way(name):
        history = History(reconsent, paths or Paths())
        for step in steps_taken:
            history.play(step)
            if history.oracle.broken:
                return history.oracle.broken
        history.end()
    return history.oracle.broken
