"""Refusals before anything is sent: by the mapping, by the schema, by JSON itself.

Each gets the key under which Brevo's refusal of the same operation would be kept, so that one
success closes either.
"""

from tajo_mapping.operations import Operation, Refused, Source
from target_brevo.contacts.row import Identity
from target_brevo.delivery.event_bodies import reject_key
from target_brevo.ledger.book import Ledger, source_hash
from target_brevo.ledger.goods import GOODS
from target_brevo.ledger.refused import Reject, shown
from target_brevo.ledger.traces import Trace, trace
from target_brevo.verdicts import Claim

TOO_LONG = "it holds a number that is too long for JSON"


def by_mapping(ledger: Ledger, claim: Claim, refused: Refused) -> Reject:
    """Return the reject of what the mapping could not make."""
    key = source_hash(ledger, refused.source)
    if refused.of == "event":
        key = reject_key(ledger, refused.source, refused.name, refused.key)
    told = f"{refused.line}: {refused.reason}" if refused.line else refused.reason
    return _reject(claim, refused.source, key, told, line=refused.line, hint=refused.hint)


def by_json(ledger: Ledger, claim: Claim, operation: Operation) -> Reject:
    """Return the reject of an operation that cannot be written as JSON."""
    key = source_hash(ledger, operation.source)
    if operation.kind == "event":
        key = reject_key(ledger, operation.source, operation.name, operation.key)
    return _reject(claim, operation.source, key, TOO_LONG)


def by_schema(ledger: Ledger, claim: Claim, source: Source, reason: str) -> Reject:
    """Return the reject of a whole record that breaks its schema."""
    return _reject(claim, source, source_hash(ledger, source), reason)


def about(ledger: Ledger, reject: Reject, refused: Refused) -> Trace:
    """Return whom a refusal of the mapping is about: nobody, where the record names no address."""
    person = Identity("email_id", refused.email).hashed(ledger) if refused.email else ""
    source = source_hash(ledger, refused.source)
    return trace(reject.kind, reject.key, person, source, refused.source)


def _reject(
    claim: Claim, source: Source, key: str, reason: str, *, line: str = "", hint: str = ""
) -> Reject:
    # Orders and products name nobody; the key of anything else stands for a person.
    shown_key = shown(source.id, key) if claim.kind in GOODS else key
    return Reject(
        claim.stream, claim.kind, key, shown_key, reason, line=line, hint=hint, at=source.at
    )
