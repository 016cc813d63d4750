"""The smallest histories that once broke a no, each under the name of what must hold."""

from dataclasses import replace

import pytest
from consent_histories.bench import OLD_LIST, OWN_LIST, way
from consent_histories.plans import played
from consent_histories.scene import Scene
from consent_histories.shop import PAUSE

A, B, C = "a@example.org", "b@example.org", "c@example.org"
YES, NO, SILENT = "SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED"


@pytest.fixture(params=["singles", "imports"])
def scene(request):
    with way(request.param):
        yield Scene.opened()


def test_who_moves_away_from_a_shared_address_takes_its_no_along(scene):
    scene.load(scene.customer(0, A), scene.customer(1, A))
    scene.unsubscribe(A)
    scene.load(scene.customer(1, B, YES))
    assert scene.blocked == {A, B}
    assert scene.mailed == set()


def test_who_moves_to_an_address_that_is_there_already_takes_the_no_along(scene):
    scene.load(scene.customer(0, A), scene.guest(B))
    scene.unsubscribe(A)
    scene.load(scene.customer(0, B, YES))
    assert scene.blocked == {A, B}
    assert scene.mailed == set()


@pytest.mark.parametrize("reconsent", [True, False])
def test_a_no_at_a_shared_address_goes_along_although_an_older_contact_was_left(reconsent):
    # The second customer's own contact stays at its first address, unblocked; the no was said at
    # the third one's, from which the customer moves on to the first one's.
    steps = [
        ("word", 0, 0, 0), ("address", 3, 4, 0), ("run", 3, 2, 0), ("address", 3, 0, 0),
        ("address", 6, 4, 0), ("word", 6, 3, 0), ("word", 3, 0, 0), ("run", 0, 0, 0),
    ]  # fmt: skip
    assert played(("imports", reconsent, steps)) == []


def test_who_leaves_a_list_and_moves_to_another_contacts_address_is_not_put_on_it(scene):
    scene.load(scene.customer(0, A, YES), scene.guest(B))
    scene.leave(A, OWN_LIST)
    scene.load(scene.customer(0, B, YES))
    assert scene.bench.account.members(OWN_LIST) == set()


def test_a_no_that_was_known_outlives_the_contact_in_brevo(scene):
    scene.load(scene.customer(0, A, NO))
    scene.erase(A)
    scene.load(scene.guest(A), scene.customer(1, A, YES))
    assert scene.blocked == {A}
    assert scene.mailed == set()


def test_an_address_that_said_no_and_was_moved_away_from_has_still_said_no(scene):
    scene.load(scene.customer(0, A, YES))
    scene.unsubscribe(A)
    scene.load(scene.customer(0, B, YES))
    scene.load(scene.customer(1, A, YES))
    assert scene.blocked == {A, B}


def test_a_no_in_a_record_that_was_overtaken_before_it_was_sent_is_sent(scene):
    scene.load(scene.customer(0, A, NO), scene.customer(0, A, SILENT))
    assert scene.blocked == {A}


def test_a_no_that_arrives_after_a_newer_record_without_a_word_is_sent(scene):
    no, silent = scene.customer(0, A, NO), scene.customer(0, A, SILENT)
    scene.load(silent)
    scene.load(no)
    assert scene.blocked == {A}


def test_a_late_no_reaches_the_contact_at_its_new_address(scene):
    no, moved = scene.customer(0, A, NO), scene.customer(0, B, SILENT)
    scene.load(moved)
    scene.load(no)
    assert scene.blocked == {B}


def test_a_late_no_that_a_newer_yes_has_followed_changes_nothing(scene):
    no, yes = scene.customer(0, A, NO), scene.customer(0, A, YES)
    scene.load(yes)
    scene.load(no)
    assert scene.blocked == set()
    assert scene.mailed == {A}


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_yes_and_a_no_of_the_same_moment_the_no_counts(scene, turned):
    words = [scene.customer(0, A, YES), scene.customer(0, A, NO, same_moment=True)]
    scene.load(*(reversed(words) if turned else words))
    assert scene.blocked == {A}
    assert scene.mailed == set()


def test_an_old_version_that_comes_while_a_newer_is_under_way_makes_no_second_contact():
    with way("imports"):
        scene = Scene.opened()
        old_yes, new_no = scene.customer(0, A, YES), scene.customer(0, B, NO)
        scene.load(new_no, PAUSE, old_yes)
        assert scene.contacts == {B}
        assert scene.mailed == set()


def test_a_newer_version_waits_for_the_older_one_that_is_under_way():
    with way("imports"):
        scene = Scene.opened()
        scene.load(scene.customer(0, A, YES), PAUSE, scene.customer(0, B, NO))
        assert scene.contacts == scene.blocked == {B}


def test_what_a_run_wrote_without_looking_is_looked_at_before_a_list_is_joined(scene):
    scene.load(scene.customer(0, A), scene.customer(1, A))
    scene.join(A, OLD_LIST)
    scene.leave(A, OLD_LIST)
    scene.load(scene.customer(0, A), PAUSE, PAUSE, PAUSE, scene.customer(1, A, YES))
    assert scene.put_back == []


def test_who_unsubscribed_after_a_guest_order_stays_blocked_through_a_new_address(scene):
    scene.load(scene.guest(A))
    scene.load(scene.customer(0, A))
    scene.unsubscribe(A)
    scene.load(scene.customer(0, B, YES))
    assert scene.contacts == scene.blocked == {B}


def test_a_contact_that_others_own_is_not_moved_by_who_created_it(scene):
    scene.load(scene.customer(0, A), scene.customer(1, A))
    scene.load(scene.customer(1, B))
    scene.unsubscribe(B)
    scene.load(scene.customer(1, C, YES))
    assert scene.contacts == {A, C}
    assert scene.blocked == {C}


def test_a_no_under_an_address_that_brevo_refuses_blocks_the_old_contact(scene):
    scene.load(scene.customer(0, A, YES))
    scene.load(scene.customer(0, "a..a@example.org", NO))
    assert scene.blocked == {A}


def test_a_no_under_an_address_of_somebody_else_blocks_the_contact_left_behind(scene):
    scene.load(scene.customer(0, A, YES), scene.guest(B))
    scene.load(scene.customer(0, B, NO))
    assert scene.blocked == {A, B}


def test_a_contact_that_changed_its_address_in_brevo_is_seen_before_it_is_put_on_a_list(scene):
    for hour in range(3):
        scene.clock.seconds += 3600
        scene.load(*(scene.guest(f"g{hour}{i}@example.org") for i in range(3)))
    scene.rename("g00@example.org", C)
    scene.unsubscribe(C)
    scene.load(*(scene.guest(f"h{i}@example.org") for i in range(3)), scene.customer(2, C, YES))
    assert scene.blocked == {C}
    assert C not in scene.bench.account.members(OWN_LIST)


def test_an_old_yes_that_comes_after_the_deletion_of_its_customer_joins_no_list(scene):
    yes, gone = scene.customer(0, A, YES), scene.customer(0, A)
    scene.load(replace(gone, deleted=True))
    scene.load(yes)
    assert scene.mailed == set()


def test_a_no_from_before_a_deletion_that_comes_with_the_person_come_back_is_kept(scene):
    said_no = scene.customer(0, A, NO)
    gone = replace(scene.customer(0, A, NO), deleted=True)
    scene.load(gone)
    back = replace(said_no, email_state=SILENT, at=scene.customer(0, A).at)
    scene.load(said_no, back)
    assert scene.blocked == {A}


def test_a_no_of_a_customer_who_has_no_address_any_more_blocks_the_contact_left_behind():
    # The number that says no is a guest's, with a contact of its own.
    steps = [
        ("sms", 3, 3, 0), ("guest", 0, 0, 0), ("run", 0, 0, 0), ("address", 3, 0, 7),
        ("phone", 3, 0, 0),
    ]  # fmt: skip
    assert played(("singles", True, steps)) == []


@pytest.mark.parametrize("word", [YES, NO])
def test_a_contact_that_is_only_to_be_created_is_blocked_all_the_same(word):
    with way("singles"):
        scene = Scene.opened(mode="create_only")
        scene.load(scene.customer(0, A))
        scene.load(scene.customer(0, A, word))
        assert scene.blocked == ({A} if word == NO else set())
        assert scene.mailed == set()


@pytest.fixture
def slow_imports():
    with way("imports"):
        scene = Scene.opened()
        scene.bench.account.switches.import_seconds = 60
        yield scene


def test_a_no_that_is_seen_while_an_import_is_open_outlives_the_contact(slow_imports):
    scene = slow_imports
    scene.load(scene.customer(0, A))
    # So many strangers that all contacts are read, and with them whom the open import is about.
    strangers = [scene.guest(f"guest{number}@example.org") for number in range(6)]
    changed = scene.customer(0, A, SILENT)
    scene.load(changed, PAUSE, lambda: scene.bench.account.unsubscribe(A), *strangers, PAUSE)
    scene.erase(A)
    scene.load(scene.customer(0, A, YES))
    assert scene.blocked == {A}
    assert scene.mailed == set()


def test_a_late_no_at_an_address_that_an_open_import_is_about_outlives_the_contact(slow_imports):
    scene = slow_imports
    late = scene.customer(0, A, NO)
    scene.load(scene.customer(0, B, SILENT), scene.customer(1, B, SILENT))
    scene.load(scene.customer(1, B, SILENT), PAUSE, late, PAUSE)
    scene.erase(B)
    scene.load(scene.customer(1, B, YES))
    assert scene.blocked == {B}
    assert scene.mailed == set()
