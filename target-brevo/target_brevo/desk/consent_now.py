"""Which consent is in force for a channel, since when, and by whose word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from target_brevo.clock import is_older, moment
from target_brevo.contacts.unsubscriptions import is_undeliverable, latest
from target_brevo.contacts.words import since
from target_brevo.ledger.holdings import Person, SentSource
from target_brevo.ledger.objections import Objection

CHANNELS = ("email", "sms", "whatsapp")
InForce = Literal["blocked", "granted", "denied", "unknown"]
_BY = {
    "user": "the person unsubscribed in Brevo",
    "admin": "somebody unsubscribed the person in Brevo",
    "elsewhere": "blocked in Brevo under another address of this person",
    "unknown": "found blocked in Brevo by a run",
    "forgotten": "forgotten with --also-in-brevo, which counts as a no",
}
UNPROVEN = "blocked in Brevo; nothing here says by whom"
UNDONE = "Brevo shows no block: it was taken back there, or the no has not arrived yet"
# Brevo has no flag for WhatsApp: the number is there while consent is granted.
_FLAGS = {"email": "emailBlacklisted", "sms": "smsBlacklisted"}


@dataclass(frozen=True, slots=True)
class Word:
    """One reason: in words for a reader, and its time (RFC 3339) where one is known."""

    says: str
    since: str | None


@dataclass(frozen=True, slots=True)
class ConsentNow:
    """What is in force for ``channel``; ``because`` are the words it rests on, the oldest first."""

    channel: str
    state: InForce
    since: str | None
    because: Sequence[Word]


def consent_now(
    channel: str,
    contact: Mapping[str, Any] | None,
    known: Sequence[Person],
    sources: Sequence[SentSource],
    objections: Sequence[Objection],
) -> ConsentNow:
    """Return the consent in force.

    ``contact`` is what Brevo shows now, None where it holds nobody; then what the ledger keeps
    (``known``) is what a new contact would come with.
    """
    found = [each for each in objections if each.channel == channel]
    denied, granted = _words(channel, sources, "denied"), _words(channel, sources, "granted")
    if _is_blocked(channel, contact, known):
        words = [*denied, *_of_brevo(channel, contact, found)]
        return _standing(channel, "blocked", words or [Word(UNPROVEN, None)])
    if denied:
        undone = [Word(UNDONE, None)] if channel in _FLAGS and contact else []
        return _standing(channel, "denied", [*denied, *undone])
    if granted:
        return _standing(channel, "granted", granted)
    return ConsentNow(channel, "unknown", None, [Word("no source has said anything", None)])


def _is_blocked(channel: str, contact: Mapping[str, Any] | None, known: Sequence[Person]) -> bool:
    if channel not in _FLAGS:
        return False
    if contact is not None:
        return bool(contact.get(_FLAGS[channel]))
    return any(person.blocks(channel) for person in known)


def _words(channel: str, sources: Iterable[SentSource], state: str) -> list[Word]:
    return [
        Word(
            f"{sent.platform} / {sent.store} / {sent.stream} says {state}",
            since(sent.consent, channel, sent.at),
        )
        for sent in sources
        if channel in sent.consent and sent.consent[channel][0] == state
    ]


def _of_brevo(
    channel: str, contact: Mapping[str, Any] | None, objections: Sequence[Objection]
) -> list[Word]:
    words: list[Word] = []
    told = latest(contact) if contact and channel == "email" else None
    lifted = max((each.lifted_at for each in objections if each.lifted_at), default=None)
    forgotten = [each for each in objections if each.by == "forgotten" and not each.lifted_at]
    # Whoever was forgotten and comes again is blocked by a run, and Brevo calls that an admin.
    ours = told is not None and told.by == "admin" and bool(forgotten)
    if told is not None and not ours and not is_older(told.text, lifted):
        words.append(Word(_BY[told.by], told.text))
    if contact and channel == "email" and is_undeliverable(contact.get("statistics") or {}):
        words.append(Word("a hard bounce or a complaint", None))
    words.extend(
        Word(_BY[each.by], each.since or each.found_at)
        for each in objections
        if each.lifted_at is None and not (told and each.since == told.text)
    )
    return words


def _standing(channel: str, state: InForce, words: Sequence[Word]) -> ConsentNow:
    ordered = sorted(dict.fromkeys(words), key=_age)
    first = next((word.since for word in ordered if word.since), None)
    return ConsentNow(channel, state, first, ordered)


def _age(word: Word) -> float:
    at = moment(word.since)
    return at.timestamp() if at else float("inf")
