"""Decides what one person gets: a pure function of the wish and of what Brevo holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from target_brevo.clock import is_older
from target_brevo.contacts.merging import Wish, is_value
from target_brevo.contacts.row import Wanted
from target_brevo.ledger.holdings import Person

LEFT = "a person who left a mailing list was not put back"
BLOCKED = "a blocked person was put on no mailing list"
BACKFILL = "a list that existed before was not filled by a backfill (backfill_existing_lists)"


class Partition(NamedTuple):
    """What the rows of one import have in common: its flags hold for all of them.

    ``clears`` are the names of the rows' attributes where a value is cleared (an import that
    clears would clear what a row does not name as well), None where nothing is.
    """

    email_blocked: bool
    sms_blocked: bool
    lists: tuple[int, ...]
    clears: tuple[str, ...] | None
    create_only: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning has to know beside the person."""

    technical: Callable[[str], int]
    mailing: Callable[[str], int]
    list_id: Callable[[str], int | None]
    is_ours: Callable[[int], bool]
    is_on: Callable[[str, int], bool]
    first_seen: Callable[[str, str], str]
    backfill_existing: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent for one person, and what Brevo will hold afterwards.

    ``filtered`` is the reason why nothing is; ``nothing`` says that all of it is there already.
    """

    partition: Partition | None
    body: Mapping[str, Any]
    after: Person
    joined: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    filtered: str = ""
    nothing: bool = False


def planned(wish: Wish, known: Person | None, after: Person, rules: Rules) -> Plan:
    """Plan for one person.

    ``known`` is what Brevo holds of them, None where nothing; ``after`` what is known of them all
    the same: blocks and lists left that must hold whether Brevo still knows of them or not.
    """
    email_blocked, sms_blocked = _blocks(wish, known, after)
    if wish.mode == "create_only" and known is not None:
        if not _is_new_block(email_blocked, sms_blocked, known):
            return Plan(None, {}, after, filtered="create_only: the contact is in Brevo already")
        # Invariant 3: a no is sent whatever the mode, and nothing but the no.
        wish = replace(wish, attributes={}, fills={}, lists={}, mode="upsert")
    if wish.mode == "update_only" and known is None:
        return Plan(None, {}, after, filtered="update_only: the contact is not in Brevo")
    attributes, clears = _attributes(wish, known)
    lists, notes = _lists(wish, after, rules)
    changed = bool(attributes or lists or email_blocked or sms_blocked or wish.owned)
    if known is not None and not changed:
        return Plan(None, {}, after, nothing=True)
    if known is None and wish.owned and wish.ext_id:
        # Only the source that creates a contact writes its ext_id: Brevo holds one of them.
        attributes = attributes | {"EXT_ID": wish.ext_id}
    attributes |= _identifying(wish)
    body: dict[str, Any] = {"email": wish.email} if wish.email else {}
    technical = {rules.technical(source.store) for source in wish.sources}
    partition = Partition(
        email_blocked=email_blocked,
        sms_blocked=sms_blocked,
        lists=tuple(sorted({*technical, *lists})),
        clears=tuple(sorted(attributes)) if clears else None,
        create_only=wish.mode == "create_only",
    )
    held = {name for name, value in attributes.items() if is_value(value)}
    emptied = attributes.keys() - held
    after = replace(
        after,
        email_blocked=after.email_blocked or email_blocked,
        sms_blocked=after.sms_blocked or sms_blocked,
        filled=(after.filled | held) - emptied,
        lists_added=after.lists_added | set(lists),
    )
    return Plan(partition, body | {"attributes": attributes}, after, tuple(lists), tuple(notes))


def _blocks(wish: Wish, known: Person | None, after: Person) -> tuple[bool, bool]:
    """Return whether e-mail and text messages are to be blocked by this sending.

    A denial is sent, and so is a block that we know of and Brevo does not (any more).
    """
    return (
        wish.email_denied or (after.email_blocked and not (known and known.email_blocked)),
        wish.sms_denied or (after.sms_blocked and not (known and known.sms_blocked)),
    )


def _is_new_block(email_blocked: bool, sms_blocked: bool, known: Person) -> bool:
    new_email = email_blocked and not known.email_blocked
    return new_email or (sms_blocked and not known.sms_blocked)


def _attributes(wish: Wish, known: Person | None) -> tuple[dict[str, Any], bool]:
    """Return what is written, and whether that clears something in Brevo.

    A null for what Brevo does not hold is left out: there is nothing to clear.
    """
    filled = known.filled if known else frozenset()
    attributes = {
        name: value
        for name, value in wish.attributes.items()
        if value is not None or name in filled
    }
    for name, value in wish.fills.items():
        if name not in filled and not is_value(attributes.get(name)):
            attributes[name] = value
    clears = any(name in filled and not is_value(value) for name, value in attributes.items())
    return attributes, clears


def _identifying(wish: Wish) -> dict[str, Any]:
    """Return the attribute without which a row without an e-mail address names nobody."""
    names = {"phone_id": "SMS", "whatsapp_id": "WHATSAPP", "ext_id": "EXT_ID"}
    kind, value = wish.identity
    return {names[kind]: value} if kind in names else {}


def _lists(wish: Wish, after: Person, rules: Rules) -> tuple[list[int], list[str]]:
    """Return the mailing lists to add the person to now, and notes on those that were not."""
    # Invariant 3: only while consent is granted, once, and never again for who left or is blocked.
    if not wish.lists:
        return [], []
    if wish.email_denied or after.email_blocked:
        return [], [BLOCKED]
    joins, notes = [], []
    for name, source in wish.lists.items():
        list_id = rules.mailing(name)
        if list_id in after.lists_left:
            notes.append(LEFT)
        elif list_id in after.lists_added or (
            # Who was put there by somebody else is not ours to take off again.
            name in source.mirrored and rules.is_on(after.person, list_id)
        ):
            continue
        elif not rules.is_ours(list_id) and _is_backfill(source, rules):
            notes.append(BACKFILL)
        else:
            joins.append(list_id)
    return joins, notes


def _is_backfill(source: Wanted, rules: Rules) -> bool:
    # Invariant 5: a consent from before the first day, or of unknown age, is no news.
    if rules.backfill_existing:
        return False
    first_seen = rules.first_seen(source.platform, source.store)
    return source.granted_at is None or is_older(source.granted_at, first_seen)
