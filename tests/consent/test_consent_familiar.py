"""Records that came before, word for word, are recognised, as if each was mapped and compared.

``lines at once``: a tap that writes much is read in hunks, and what stands in one hunk is looked up
before the first of it is taken in.
"""

from collections import Counter

import pytest
from consent_histories.bench import Bench, replaced
from consent_histories.plans import plans
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from test_consent_alike import outcome_of

from target_brevo.contacts import familiar

MANY = 20
SEEN: Counter[str] = Counter()


@st.composite
def read_again(draw):
    """Histories in which everything is read again and again, whole, old or in any order."""
    name, reconsent, steps = draw(plans(None))
    runs = st.tuples(
        st.just("run"), st.integers(1, 7), st.integers(0, 2), st.sampled_from((0, 0, 0, 5))
    )
    return name, reconsent, [each for step in steps for each in (step, draw(runs))]


def blind(_self, _lines, _messages):
    """Recognise nothing."""


def unparsed(_self, _lines):
    """Recognise nothing before it is parsed."""
    return ()


def sighted(self, line):
    found = WHOLE(self, line)
    SEEN["recognised" if found else "not"] += 1
    return found


def glancing(self, lines):
    found = GLANCE(self, lines)
    SEEN["unparsed"] += sum(found)
    return found


WHOLE, GLANCE = familiar.Familiar.recognised, familiar.Familiar.glance


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_histories_end_the_same_whether_records_are_recognised_or_not(at_once):
    SEEN.clear()

    @seed(at_once)
    @settings(
        max_examples=MANY,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(read_again())
    def compared(plan):
        with replaced((Bench, "at_once", at_once)):
            with replaced(
                (familiar.Familiar, "recognised", sighted), (familiar.Familiar, "glance", glancing)
            ):
                glanced = outcome_of(plan, together=True)
            with replaced((familiar.Familiar, "glance", unparsed)):
                recognising = outcome_of(plan, together=True)
            with replaced(
                (familiar.Familiar, "look", blind), (familiar.Familiar, "glance", unparsed)
            ):
                mapping = outcome_of(plan, together=True)
        assert glanced == recognising == mapping

    compared()
    assert SEEN["recognised"] > MANY
    assert SEEN["unparsed"] > MANY
