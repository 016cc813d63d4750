"""The ledger of one Brevo account: its rooms, and the hash that hides personal values."""

import hashlib
from dataclasses import dataclass
from typing import Any

from tajo_mapping.operations import Source
from target_brevo.ledger.database import Database
from target_brevo.ledger.goods import Fingerprints
from target_brevo.ledger.imports import Imports
from target_brevo.ledger.limits import Limits
from target_brevo.ledger.members import Members
from target_brevo.ledger.objections import Objections
from target_brevo.ledger.people import People
from target_brevo.ledger.places import Places, account_in
from target_brevo.ledger.rejects import Rejects
from target_brevo.ledger.sendings import Sendings
from target_brevo.ledger.shares import Shares
from target_brevo.ledger.traces import Traces
from target_brevo.ledger.writers import Writers

# A ledger holds a few accounts, so eight hex digits tell them apart.
_NAME = 8


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything remembered of one account."""

    database: Database
    places: Places
    people: People
    objections: Objections
    writers: Writers
    shares: Shares
    members: Members
    goods: Fingerprints
    sendings: Sendings
    traces: Traces
    imports: Imports
    rejects: Rejects
    limits: Limits

    @classmethod
    def of(cls, database: Database, api_url: str, organization: str) -> "Ledger":
        """Return the ledger of the account ``organization`` behind ``api_url``.

        Keyed by both, so that a demo against a stand-in never silences production.
        """
        account = account_in(database, api_url, organization) or named(api_url, organization)
        ledger = cls(
            database,
            Places(database, account),
            People(database, account),
            Objections(database, account),
            Writers(database, account),
            Shares(database, account),
            Members(database, account),
            Fingerprints(database, account),
            Sendings(database, account),
            Traces(database, account),
            Imports(database, account),
            Rejects(database, account),
            Limits(database, account),
        )
        ledger.places.enter(api_url, organization)
        return ledger

    def hash(self, *parts: str) -> str:
        """Return the salted hash under which ``parts`` are kept here."""
        return digest(self.database.salt, *parts)


def named(api_url: str, organization: str) -> str:
    """Return the name of a new account: short, for it begins every key of every table."""
    return digest(b"", api_url, organization)[:_NAME]


def digest(salt: bytes, *parts: str) -> str:
    """Return 32 hex digits of SHA-256 over the salt and the parts, kept apart from each other."""
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(salt + joined).hexdigest()[:32]


class Hashing:
    """Hashes many values whose first parts are the same: those are hashed once."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._begun: dict[tuple[str, ...], Any] = {}

    def __call__(self, first: tuple[str, ...], last: str) -> str:
        """Return what ``digest`` makes of the salt, the parts ``first`` and ``last``."""
        begun = self._begun.get(first)
        if begun is None:
            joined = "".join(f"{part}\x1f" for part in first).encode("utf-8", "surrogatepass")
            begun = self._begun[first] = hashlib.sha256(self._salt + joined)
        whole = begun.copy()
        whole.update(last.encode("utf-8", "surrogatepass"))
        return str(whole.hexdigest()[:32])


def source_hash(ledger: Ledger, origin: Source) -> str:
    """Return the hash under which the ledger keeps a source record."""
    return ledger.hash(origin.platform, origin.store, origin.stream, origin.id)
