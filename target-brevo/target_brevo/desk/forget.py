"""``target-brevo forget``: let go of a person, and keep nothing of them but a no."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import click
import orjson

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.contacts.leftovers import Leftovers
from target_brevo.contacts.looks import Looks
from target_brevo.contacts.presence import Presence
from target_brevo.contacts.row import Identity
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.ledger.erasure import Erased, Erasure
from target_brevo.ledger.refused import Filter
from target_brevo.ledger.seal import Seal

# What Brevo answers of a contact that is there, is not there, or is the account's own.
_DELETED, _ABSENT, _OWN = 204, 404, 405
_CHANNELS = {"email": "e-mail", "sms": "text messages"}
STILL_THERE = (
    "in Brevo nothing was changed (--also-in-brevo deletes the contact there); a source that still "
    "has the person sends them again"
)
GONE = "the contact is deleted in Brevo; should a source send the person again, they come blocked"


@click.command(name="forget")
@desk_command
@click.argument("names", nargs=-1, required=True, metavar="EMAIL|PHONE...")
@click.option("--also-in-brevo", is_flag=True, help="Delete the contact in Brevo as well.")
@click.option("--yes", is_flag=True, help="Do not ask before a contact is deleted.")
def COMMAND(opener: Opener, *, names: tuple[str, ...], also_in_brevo: bool, yes: bool) -> None:  # noqa: N802 - the name under which the desk finds it
    """Forget persons: the ledger keeps nothing of them but that they said no.

    Delete them at the source first, and let no sync run meanwhile. Costs one call a person, two
    with --also-in-brevo, which counts as a no to e-mail and text messages and asks first where
    somebody is there to answer.
    """
    identities = [_identity(name) for name in names]
    somebody = sys.stdin is not None and sys.stdin.isatty()  # None: closed
    if also_in_brevo and not yes and somebody:
        persons = f"{len(names)} persons" if len(names) > 1 else "this person"
        question = f"Delete {persons} in Brevo, for good, and block them should they come back?"
        click.confirm(question, abort=True, err=True)
    if also_in_brevo:
        _await_imports(opener)
    done = [_forgotten(opener, each, also_in_brevo=also_in_brevo) for each in identities]
    facts = {"also_in_brevo": also_in_brevo, "forgotten": [asdict(each) for each in done]}
    opener.say(
        facts, lambda: "\n".join([*map(_line, done), GONE if also_in_brevo else STILL_THERE])
    )


def _identity(name: str) -> Identity:
    """Return whom a word of the command line names; raise ConfigurationError where nobody."""
    if "@" in name:
        return Identity("email_id", name.strip().lower())
    digits = "".join(filter(str.isdigit, name))
    if name.startswith("+") and len(digits) > 6:  # noqa: PLR2004 - shorter ones are no numbers
        return Identity("phone_id", f"+{digits}")
    raise ConfigurationError(
        "forget",
        "somebody is named by neither an e-mail address nor a phone number",
        right="person@example.org or +33612345678",
    )


def _await_imports(opener: Opener) -> None:
    # Invariant 3: one that a killed run left open would bring the contact back, without a block.
    client, ledger = opener.client, opener.ledger
    looks = Looks(client.pacer, ledger.imports)
    Leftovers(client, ledger, opener.clock, opener.note, looks).settle()


def _forgotten(opener: Opener, identity: Identity, *, also_in_brevo: bool) -> Erased:
    ledger = opener.ledger
    presence = Presence(opener.client, ledger, opener.clock, lambda: ())
    found = presence.read(identity.type, identity.value)
    persons = {identity.hashed(ledger)}
    if found is not None:
        # Invariant 3: a no that only Brevo knows is written down before Brevo forgets it.
        presence.observe([found])
        persons |= {each.person for each in presence.seen(found)}
        if also_in_brevo:
            _delete(opener, str(found["id"]))
    _forget_refused(opener, {identity.value, *_identifiers(found or {})})
    erasure = Erasure(ledger.database, ledger.places.account)
    return erasure.persons(persons, objected=opener.clock.stamp() if also_in_brevo else None)


def _identifiers(contact: Mapping[str, Any]) -> list[str]:
    attributes = contact.get("attributes") or {}
    values = (contact.get("email"), attributes.get("SMS"), attributes.get("WHATSAPP"))
    return [str(value) for value in values if value]


def _forget_refused(opener: Opener, values: Iterable[str]) -> None:
    """Delete the rejects whose kept record names somebody by one of these values."""
    seal = Seal(opener.settings.api_key, opener.database.salt)
    named = re.compile("|".join(map(_pattern, sorted(values))), re.IGNORECASE)
    doomed = []
    for each in opener.ledger.rejects.matching(Filter(kept=True)):
        line = seal.open(each.original.sealed, each.key)
        if line is not None and named.search(str(orjson.loads(line))):
            doomed.append(each.name)
    opener.ledger.rejects.erase(doomed)


def _pattern(value: str) -> str:
    """Return how an address is written, or a phone number with whatever between its digits."""
    if "@" in value:
        return rf"(?<![\w.+-]){re.escape(value)}(?![\w-])"
    return r"[ ()./-]*".join(filter(str.isdigit, value))


def _delete(opener: Opener, number: str) -> None:
    """Delete a contact by Brevo's number (API v3, deleteContact, checked 2026-11-24)."""
    answer = opener.client.write(
        "DELETE",
        f"/contacts/{quote(number)}",
        None,
        expected={_DELETED, _ABSENT, _OWN},
        params={"identifierType": "contact_id"},
    )
    if answer.status == _OWN:
        raise ConfigurationError(
            answer.where,
            "Brevo does not delete the address with which its account is registered",
            do="register the account with another one first",
        )


def _line(erased: Erased) -> str:
    blocks = " and ".join(_CHANNELS[each] for each in erased.blocks)
    kept = [f"a no to {blocks}"] if blocks else []
    kept += [f"{erased.lists_left} lists left"] if erased.lists_left else []
    told = f"kept under a salted hash: {', '.join(kept)}" if kept else "nothing is kept"
    return f"forgotten; {told}"
