"""The main job through Meltano, as one story of a store: each chapter is run once.

What arrives, what a second run costs, what a change brings, who says no and stays out.
"""

import json
from collections import Counter
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Chapter:
    """What one run printed and what it left behind."""

    exit_code: int
    printed: str
    difference: list
    events: Counter
    live: list
    writes: list
    notifications: list
    summary: dict


@pytest.fixture(scope="module")
def chapter(run, sandbox, difference, tmp_path_factory):
    """Run the main job once and take down what it did."""

    def teller(*words):
        brevo = sandbox.brevo
        brevo.mark()
        path = tmp_path_factory.mktemp("summary") / "summary.json"
        extra = {"TARGET_BREVO_SUMMARY_FILE": path, "MELTANO_CLI_LOG_LEVEL": "debug"}
        done = run(*words, "tap-shopify-tajo", "target-brevo", **extra)
        return Chapter(
            done.returncode,
            done.stdout + done.stderr,
            difference(),
            Counter(event.name for event in brevo.events),
            [start for start in brevo.automations if start.kind != "list"],
            brevo.writes(),
            list(brevo.notifications),
            json.loads(path.read_text(encoding="utf-8")),
        )

    return teller


@dataclass(frozen=True)
class Story:
    first: Chapter
    again: Chapter
    changed: Chapter
    refreshed: Chapter
    gone: int  # the number of a product that was deleted
    left: str  # the address of somebody who unsubscribed in Brevo
    refused: str  # the address of somebody who said no in the store
    secrets: tuple
    people: set


@pytest.fixture(scope="module")
def story(chapter, sandbox):
    store, brevo = sandbox.store, sandbox.brevo
    people = {row.email for row in store.customers.values() if row.email}
    first = chapter()
    again = chapter()
    subscribed = [
        row
        for row in store.customers.values()
        if row.email and row.email_consent.state == "SUBSCRIBED"
    ]
    refused, left = subscribed[0], subscribed[1]
    store.change_customers(5)
    store.place_orders(3)
    store.unsubscribe(refused.gid)
    brevo.unsubscribe(left.email.lower())
    store.subscribe(left.gid)
    # One that nobody ordered: an order looks different once a product of it is gone.
    ordered = {line.product for order in store.orders.values() for line in order.lines}
    gone = next(each for each in store.products.values() if each.number not in ordered)
    store.delete_product(gone.gid)
    changed = chapter()
    refreshed = chapter("--full-refresh")
    secrets = ("shpat_sandbox", "xkeysib-sandbox")
    return Story(
        first, again, changed, refreshed, gone.number, left.email, refused.email, secrets, people
    )


def test_every_run_ends_well(story):
    chapters = (story.first, story.again, story.changed, story.refreshed)

    assert {each.exit_code for each in chapters} == {0}


def test_a_store_arrives_whole(story):
    assert story.first.difference == []


def test_a_first_load_starts_no_automation_and_mails_nobody(story):
    assert story.first.events == Counter()
    assert story.first.live == []
    assert story.first.notifications == []
    assert "automations that may have started: none" in story.first.printed


def test_a_second_run_with_nothing_new_writes_nothing(story):
    assert story.again.writes == []


def test_changes_arrive(story):
    assert story.changed.difference == []


def test_a_deletion_arrives_and_a_full_refresh_brings_nothing_back(story, sandbox):
    products = sandbox.brevo.products.items()
    (body,) = [body for key, body in products if key.rpartition(":")[2] == str(story.gone)]

    assert body["isDeleted"]
    assert story.refreshed.difference == []


def test_each_new_order_brings_one_event(story):
    assert story.changed.events == Counter(order_completed=3)


def test_a_full_refresh_writes_nothing_and_sends_no_event_again(story):
    assert story.refreshed.writes == []
    assert story.refreshed.events == Counter(order_completed=3)


def test_somebody_who_says_no_is_blocked_and_stays_so(story, sandbox):
    assert sandbox.brevo.contact(story.refused).email_blacklisted
    assert sandbox.brevo.book.unblocked == []


def test_somebody_who_unsubscribed_in_brevo_is_not_brought_back_by_anything(story, sandbox):
    assert sandbox.brevo.contact(story.left).email_blacklisted
    assert sandbox.brevo.book.put_back == []


def test_the_summary_adds_up_and_can_be_had_as_json(story):
    ends = ("sent", "unchanged", "superseded", "rejected", "filtered")
    for each in (story.first, story.again, story.changed, story.refreshed):
        streams = each.summary["streams"].values()
        lines = [figures for stream in streams for figures in stream["kinds"].values()]
        assert lines
        assert all(line["made"] == sum(line[end] for end in ends) for line in lines)


def test_nothing_of_a_person_or_a_key_is_printed(story):
    printed = story.first.printed + story.changed.printed

    assert [word for word in (*story.secrets, *story.people) if word in printed] == []
