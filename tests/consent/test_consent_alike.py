"""Persons who are alike are planned once: they get what each of them would get alone."""

import json
from functools import partial

from brevo_in_process import memory_ledger
from consent_histories.bench import replaced, way
from consent_histories.history import History
from consent_histories.paths import Paths
from consent_histories.plans import plans
from consent_histories.scene import Scene
from consent_histories.shop import Guest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import select

from target_brevo import rooms
from target_brevo.contacts import alike, departure
from target_brevo.ledger.tables import FACTS, METADATA

GUESTS = [
    Guest(number, "2026-11-24T12:00:00Z", f"g{number}@example.org", None) for number in range(3)
]


def outcome_of(plan, *, together):
    """What a history sends to Brevo, leaves in the ledger, and says at the end of its last run."""
    name, reconsent, steps = plan
    made = partial(alike.Alike, on=together)
    with way(name), replaced((rooms, "Alike", made)):
        history = History(reconsent, Paths())
        for step in steps:
            history.play(step)
        history.end()
    told = dict(history.bench.summary)
    told.pop("seconds", None)
    calls = [
        (each.method, each.path, json.loads(each.body or b"null"))
        for each in history.bench.account.requests
    ]
    return calls, kept(), told


# What is made by chance: an import's number, a run's token, the seal of a refused record.
BY_CHANCE = {"number", "run", "record"}


def kept():
    """The ledger's rows."""
    with memory_ledger().begin() as connection:
        return {
            table.name: sorted(
                map(
                    repr,
                    connection.execute(select(*[c for c in table.c if c.name not in BY_CHANCE])),
                )
            )
            for table in METADATA.sorted_tables
            if table is not FACTS
        }


@seed(1)
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(plans(None))
def test_persons_planned_together_are_sent_and_remembered_as_if_planned_alone(plan):
    assert outcome_of(plan, together=True) == outcome_of(plan, together=False)


def test_persons_who_are_alike_share_one_plan():
    made, sent = [], []
    plan, draft = alike.Alike._made, alike.drafted

    def making(self, *given):
        made.append(given)
        return plan(self, *given)

    def drafting(*given):
        sent.append(given)
        return draft(*given)

    with (
        way("imports"),
        replaced((alike.Alike, "_made", making), (departure, "drafted", drafting)),
    ):
        scene = Scene.opened()
        scene.load(*GUESTS)
    assert len(made) < len(sent) == len(GUESTS)
