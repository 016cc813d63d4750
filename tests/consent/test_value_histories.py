"""Histories of values: Brevo ends with what the shop shows last, whatever happened on the way."""

import pytest
from consent_histories.bench import way
from consent_histories.values import ValueHistory

# A part of the histories of consent: each is as long as several of those.
_PART = 25


@pytest.mark.parametrize("shared", [False, True], ids=["own addresses", "shared addresses"])
@pytest.mark.parametrize("how", ["singles", "imports", "mixed", "csv"])
def test_whatever_happens_brevo_ends_with_the_newest_values(block, how, shared):
    wrong = []
    with way(how):
        for number in range(max(1, block.histories // _PART)):
            found = ValueHistory(block.seed * 1000 + number, shared).play()
            wrong += [found] if found else []
    assert not wrong, "\n".join(min(wrong, key=len))
