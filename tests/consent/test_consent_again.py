"""A yes after a no: unblocked only where the mapping says so and the grant is surely newer."""

from dataclasses import replace

import pytest
from brevo_in_process import memory_ledger
from consent_histories.bench import OWN_LIST, way
from consent_histories.scene import Scene

from target_brevo.contacts.row import Identity
from target_brevo.ledger.book import Ledger

A, B = "a@example.org", "b@example.org"
YES, NO, SILENT = "SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED"
DAY = 86_400


@pytest.fixture(params=["singles", "imports"])
def scene(request):
    with way(request.param):
        yield Scene.opened(reconsent=True)


def said_no(scene):
    scene.load(scene.customer(0, A, YES))
    scene.unsubscribe(A)


def blocked_by_nobody_knows_what(scene):
    scene.load(scene.customer(0, A, YES))
    scene.bench.account.contact(A).email_blacklisted = True


def bounced(scene):
    said_no(scene)
    scene.bench.account.bounce(A)


def complained(scene):
    said_no(scene)
    scene.bench.account.bounce(A, complaint=True)


def bounced_last_year(scene):
    scene.load(scene.customer(0, A, YES))
    scene.bench.account.bounce(A)
    scene.clock.seconds += 400 * DAY
    scene.unsubscribe(A)


def denied_by_another_store(scene):
    said_no(scene)
    scene.load(scene.customer(1, A, NO))
    scene.clock.seconds -= 3600


NOT_UNBLOCKED = (
    blocked_by_nobody_knows_what,
    bounced,
    complained,
    bounced_last_year,
    denied_by_another_store,
)


@pytest.mark.parametrize("before", NOT_UNBLOCKED, ids=lambda each: each.__name__)
def test_a_grant_unblocks_nobody_who(scene, before):
    before(scene)
    scene.load(scene.customer(0, A, YES))
    assert scene.blocked == {A}
    assert scene.unblocks == []


def said_no_last_year(scene):
    said_no(scene)
    scene.clock.seconds += 400 * DAY


def denied_by_the_shop(scene):
    scene.load(scene.customer(0, A, NO))


def denied_by_another_store_before(scene):
    scene.load(scene.customer(1, A, NO))


def moved_with_a_block(scene):
    scene.load(scene.customer(0, B, YES))
    scene.unsubscribe(B)
    scene.load(scene.customer(0, A, SILENT))


UNBLOCKED = (
    said_no,
    said_no_last_year,
    denied_by_the_shop,
    denied_by_another_store_before,
    moved_with_a_block,
)


@pytest.mark.parametrize("before", UNBLOCKED, ids=lambda each: each.__name__)
def test_a_newer_grant_unblocks_by_one_call_who(scene, before):
    before(scene)
    scene.load(scene.customer(0, A, YES))
    assert scene.blocked == set()
    assert scene.unblocks == [{"emailBlacklisted": False}]
    assert scene.bench.account.members(OWN_LIST) == {A}


NO_NEWER = {
    "before": lambda _said_no: "2026-11-24T00:00:00Z",
    "in the same moment": lambda said_no: said_no,
    "at a time it does not tell": lambda _said_no: None,
}


@pytest.mark.parametrize("when", NO_NEWER)
def test_a_grant_unblocks_nobody_that_was_given(scene, when):
    said_no(scene)
    _, at = scene.bench.account.contact(A).unsubscriptions[-1]
    scene.load(replace(scene.customer(0, A, YES), email_at=NO_NEWER[when](at)))
    assert scene.blocked == {A}


def test_a_grant_unblocks_nobody_where_the_mapping_does_not_say_so():
    with way("singles"):
        scene = Scene.opened()
        said_no(scene)
        scene.load(scene.customer(0, A, YES))
        assert scene.blocked == {A}


def test_a_contact_that_is_only_to_be_created_is_not_unblocked():
    with way("singles"):
        scene = Scene.opened(reconsent=True, mode="create_only")
        said_no(scene)
        scene.load(scene.customer(0, A, YES))
        assert scene.blocked == {A}


def test_a_grant_unblocks_also_who_is_put_on_no_list():
    with way("singles"):
        scene = Scene.opened(reconsent=True, mailing_lists=None)
        said_no(scene)
        scene.load(scene.customer(0, A, YES))
        assert scene.blocked == set()


def test_a_list_that_was_left_stays_left_when_its_person_is_unblocked(scene):
    scene.load(scene.customer(0, A, YES))
    scene.leave(A, OWN_LIST)
    scene.unsubscribe(A)
    scene.load(scene.customer(0, A, YES))
    assert scene.blocked == set()
    assert scene.bench.account.members(OWN_LIST) == set()
    assert scene.put_back == []


def test_turning_reconsent_on_is_enough_for_grants_that_were_given_before():
    with way("singles"):
        off = Scene.opened()
        said_no(off)
        grant = off.customer(0, A, YES)
        off.load(grant)
        assert off.blocked == {A}
        off.allow_reconsent()
        off.load(grant)
        assert off.blocked == set()


# What the ledger keeps of it.


def objections(scene, address):
    account = scene.bench.account.organization_id
    ledger = Ledger.of(memory_ledger(), "http://127.0.0.1:9/v3", account)
    found = ledger.objections.of(Identity("email_id", address).hashed(ledger))
    assert {each for each in found if not each.lifted_at} <= set(ledger.objections.standing())
    return {each.channel: each for each in found}


def test_a_block_that_was_found_is_kept_with_its_own_time(scene):
    said_no(scene)
    said = scene.bench.account.contact(A).unsubscriptions[-1][1]
    scene.load(scene.customer(0, A, SILENT), scene.guest(A))
    found = objections(scene, A)["email"]
    assert (found.since, found.by, found.lifted_at) == (said, "user", None)


def test_a_block_that_the_shop_asked_for_is_no_find(scene):
    scene.load(scene.customer(0, A, NO))
    scene.load(scene.customer(0, A, NO), scene.guest(A))
    assert objections(scene, A) == {}


def test_a_block_is_known_under_the_new_address_too(scene):
    said_no(scene)
    scene.load(scene.customer(0, B, SILENT))
    assert objections(scene, B)["email"].by == "user"


def test_a_block_that_is_gone_again_is_lifted(scene):
    said_no(scene)
    scene.load(scene.customer(0, A, YES))
    assert objections(scene, A)["email"].lifted_at


def test_a_block_that_somebody_took_away_in_brevo_is_lifted(scene):
    said_no(scene)
    scene.load(scene.customer(0, A, SILENT), scene.guest(A))
    scene.bench.account.contact(A).email_blacklisted = False
    scene.load(scene.customer(0, A, SILENT), scene.guest(A))
    assert objections(scene, A)["email"].lifted_at


def test_a_no_that_came_along_from_another_contact_is_older_than_no_grant(scene):
    scene.load(scene.customer(2, B, NO), scene.customer(1, A, YES))
    scene.unsubscribe(A)
    scene.bench.account.bounce(A)
    scene.load(scene.customer(1, B, YES))
    scene.load(scene.customer(1, B, YES))
    assert B in scene.blocked
    assert scene.unblocks == []


def test_a_bounce_on_top_of_the_shops_own_no_comes_along_too(scene):
    # The block at the shared address was asked for by the shop, so no run found it.
    scene.load(scene.customer(0, A, YES), scene.customer(2, A, NO))
    scene.bench.account.bounce(A)
    scene.load(scene.customer(2, B, YES))
    scene.load(scene.customer(2, B, YES))
    assert scene.unblocks == []
