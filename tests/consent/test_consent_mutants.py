"""The oracle can see: the loader is broken on purpose, and each fault is found in a few stories."""

from dataclasses import replace

import pytest
from consent_histories.bench import OWN_LIST
from consent_histories.plans import plain, played

from tajo_mapping.compiled import CompiledMapping
from tajo_mapping.operations import Consent, Contact
from target_brevo.contacts import (
    denials,
    departure,
    moves,
    planning,
    reconsent,
    room,
    row,
    singles,
    words,
)

MOST = 24


def sends_false(patch):
    body = singles._body
    patch(singles, "_body", lambda *given: {"emailBlacklisted": False} | body(*given))


def unknown_is_granted(patch):
    bind = CompiledMapping.bind

    def hopeful(outcome):
        if not isinstance(outcome, Contact) or outcome.consent["email"].state != "unknown":
            return outcome
        granted = {**outcome.consent, "email": Consent("granted")}
        return outcome._replace(consent=granted, mailing_lists=(OWN_LIST,))

    def bound(*given):
        operations = bind(*given)
        return lambda record: [hopeful(one) for one in operations(record)]

    patch(CompiledMapping, "bind", bound)


def lists_are_joined_again(patch):
    lists = planning._lists
    nothing = {"lists_left": frozenset(), "lists_added": frozenset()}
    patch(
        planning,
        "_lists",
        lambda wish, after, rules: lists(wish, replace(after, **nothing), rules),
    )


def the_blocked_join_lists(patch):
    lists = planning._lists
    patch(
        planning,
        "_lists",
        lambda wish, after, rules: lists(wish, replace(after, email_blocked=False), rules),
    )


def a_no_is_not_sent(patch):
    patch(row.Wanted, "email_denied", property(lambda _wish: False))


def a_no_to_text_messages_is_not_sent(patch):
    patch(row.Wanted, "sms_denied", property(lambda _wish: False))


def a_yes_of_one_source_wins_over_the_no_of_another(patch):
    merge = departure.merged
    patch(
        departure,
        "merged",
        lambda identity, wishes, *others: replace(
            merge(identity, wishes, *others), email_denied=all(each.email_denied for each in wishes)
        ),
    )


def a_stale_record_wins(patch):
    patch(room, "is_older", lambda _one, _other: False)


def an_address_changes_without_its_block(patch):
    patch(moves, "blocks_of", lambda **_flags: {})


def nothing_moves_along(patch):
    move = moves.Moves.move

    def forgetful(self, *given):
        move(self, *given)
        return moves.NO_PAST

    patch(moves.Moves, "move", forgetful)


def an_overtaken_no_is_lost(patch):
    patch(row.Row, "hearing", lambda self, _words, _at: self)


def a_late_no_is_lost(patch):
    patch(denials, "with_denials", lambda known, _at, _other, _other_at: known)


def a_block_is_forgotten_with_its_contact(patch):
    patch(planning, "_blocks", lambda wish, _known, _after: (wish.email_denied, wish.sms_denied))


def brevo_is_not_looked_at_before_a_list_is_joined(patch):
    patch(departure, "_needs_a_look", lambda _wishes, _known: False)


def an_older_yes_beats_a_newer_no(patch):
    patch(words, "is_older", lambda _one, _other: True)


def any_grant_unblocks(patch):
    patch(reconsent.Reconsent, "_why_not", lambda *_given: "")


def a_grant_unblocks_unasked(patch):
    merge = departure.merged

    def eager(identity, wishes, *others):
        granted = max((each.granted_at or "" for each in wishes), default="")
        return replace(merge(identity, wishes, *others), regranted_at=granted)

    patch(departure, "merged", eager)


def a_grant_unblocks_who_bounced(patch):
    patch(reconsent, "is_undeliverable", lambda _statistics: False)


def a_grant_unblocks_against_another_source(patch):
    patch(reconsent.Reconsent, "_denied_elsewhere", lambda *_given: False)


def a_grant_without_a_time_counts_as_of_its_record(patch):
    def hopeful(wish):
        state, at = wish.consent.get("email", [None, None])
        return at or wish.at if state == "granted" else None

    patch(row.Wanted, "granted_at", property(hopeful))


def a_no_to_text_messages_stays_behind(patch):
    blocks = moves.blocks_of
    patch(moves, "blocks_of", lambda **flags: blocks(**flags | {"sms": False}))
    patch(moves.Past, "of", lambda past, person: replace(person, email_blocked=past.email_blocked))


# The fault, and the stories in which it shows.
MUTANTS = {
    sends_false: ["unsubscribed"],
    unknown_is_granted: ["late"],
    lists_are_joined_again: ["left a list"],
    the_blocked_join_lists: ["unsubscribed"],
    a_no_is_not_sent: ["said no"],
    a_no_to_text_messages_is_not_sent: ["text messages"],
    a_yes_of_one_source_wins_over_the_no_of_another: ["granted beside a no"],
    a_stale_record_wins: ["stale"],
    an_address_changes_without_its_block: ["moved while blocked"],
    nothing_moves_along: ["moved out of a shared address"],
    an_overtaken_no_is_lost: ["overtaken"],
    a_late_no_is_lost: ["late"],
    a_block_is_forgotten_with_its_contact: ["deleted in Brevo"],
    brevo_is_not_looked_at_before_a_list_is_joined: ["unsubscribed", "left a list"],
    an_older_yes_beats_a_newer_no: ["both in one moment"],
    any_grant_unblocks: ["unsubscribed, and changed"],
    a_grant_unblocks_unasked: ["unsubscribed"],
    a_grant_unblocks_who_bounced: ["bounced"],
    a_grant_unblocks_against_another_source: ["granted before another's no"],
    a_grant_without_a_time_counts_as_of_its_record: ["granted at no time"],
    a_no_to_text_messages_stays_behind: ["text messages, moved"],
}


@pytest.mark.parametrize("plant", MUTANTS, ids=lambda plant: plant.__name__)
def test_the_oracle_objects_where(plant, monkeypatch):
    plant(monkeypatch.setattr)
    histories = zip(range(MOST), plain(MUTANTS[plant]), strict=False)
    assert any(played(plan) for _, plan in histories)
