"""Histories of consent where imports leave as CSV: a no stays a no in a cell as well."""

import json

from consent_histories.bench import way
from consent_histories.history import History
from consent_histories.paths import Paths
from consent_histories.plans import plain, plans, played
from consent_histories.stories import NAMES
from hypothesis import HealthCheck, Phase, given, seed, settings

# Every story is told at several addresses, by several customers; by CSV only some of these.
_PART = 5


@seed(1)
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(plans(None))
def test_no_history_of_chance_breaks_a_no_by_csv(plan):
    _, reconsent, steps = plan
    assert played(("csv", reconsent, steps), Paths()) == []


def test_no_story_breaks_a_no_by_csv():
    told = {repr((reconsent, steps)): (reconsent, steps) for _, reconsent, steps in plain(NAMES)}
    for reconsent, steps in list(told.values())[::_PART]:
        assert played(("csv", reconsent, steps), Paths()) == []


def test_these_histories_send_csv():
    forms = []
    with way("csv"):
        history = History(reconsent=False, paths=Paths())
        for step in (("word", 1, 2, 3), ("run", 0, 0, 0)):
            history.play(step)
        history.end()
    for each in history.bench.account.requests:
        if each.path == "/contacts/import" and each.body:
            forms += [name for name in json.loads(each.body) if name.endswith("Body")]
    assert "fileBody" in forms
