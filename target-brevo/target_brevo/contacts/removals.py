"""Persons that the source deleted: kept, or taken off the lists this project put them on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tajo_connector_sdk.errors import ConfigurationError
from tajo_mapping.operations import Contact
from target_brevo.brevo.client import Client
from target_brevo.clock import is_older
from target_brevo.contacts.receipts import Bookkeeping
from target_brevo.contacts.row import Row
from target_brevo.ledger.book import Ledger, digest
from target_brevo.ledger.people import Person, SentSource
from target_brevo.verdicts import Claim

# POST /contacts/lists/{id}/contacts/remove: at most 150 (API v3, checked 2026-11-24).
BATCH = 150
KEPT = "deleted at the source, kept in Brevo (when_deleted: keep)"
NEVER_SENT = "deleted at the source, never sent to Brevo"
ON_NO_LIST = "deleted at the source, on no mailing list of ours"


@dataclass(frozen=True, slots=True)
class _Leaving:
    claim: Claim
    source: str
    contact: Contact


@dataclass
class Removals:
    """Deletions of one run, gathered until the next flush."""

    client: Client
    ledger: Ledger
    books: Bookkeeping
    _waiting: list[_Leaving] = field(default_factory=list)
    _newest: dict[str, str | None] = field(default_factory=dict)

    def add(self, contact: Contact, claim: Claim, source: str) -> None:
        """Take in a deleted contact.

        Raises ConfigurationError for ``when_deleted: delete``: contacts are not deleted in Brevo
        before a limit on deletions can be set (a block would be forgotten with its contact).
        """
        if contact.deletion == "delete":
            raise ConfigurationError(
                f"mapping: {contact.source.stream}: when_deleted",
                "'delete' is not offered yet",
                right="keep (nothing happens) or unlink (the person leaves our mailing lists)",
                do="set when_deleted to one of them; nothing was lost",
            )
        if contact.deletion == "keep":
            self.books.verdicts.settle(claim, "filtered", KEPT)
            return
        self._waiting.append(_Leaving(claim, source, contact))
        if not is_older(contact.source.at, self._newest.get(source)):
            self._newest[source] = contact.source.at

    def overtakes(self, row: Row) -> bool:
        """Say whether a deletion that waits is newer than ``row``."""
        at = self._newest.get(row.source)
        return at is not None and is_older(row.at, at)

    @property
    def waiting(self) -> int:
        """How many deletions wait."""
        return len(self._waiting)

    def flush(self) -> None:
        """Take the persons off their lists; their additions before must be confirmed."""
        leaving, self._waiting = self._waiting, []
        self._newest.clear()
        sources = self.ledger.people.sources([each.source for each in leaving])
        people = self.ledger.people.known([source.person for source in sources.values()])
        self._remember_strangers([each for each in leaving if each.source not in sources])
        present = [each for each in leaving if each.source in sources]
        gone = [each for each in present if sources[each.source].fingerprint != _mark(each)]
        for each in present:
            if each not in gone:
                self.books.verdicts.settle(each.claim, "unchanged")
        self._remove(gone, sources, people)

    def _remember_strangers(self, leaving: Sequence[_Leaving]) -> None:
        """Remember deletions of what was never sent, so that no older version is sent later."""
        gone = [
            SentSource(
                source=each.source,
                person="",
                platform=each.contact.source.platform,
                store=each.contact.source.store,
                stream=each.contact.source.stream,
                owner=each.contact.owner,
                fingerprint=_mark(each),
                at=each.contact.source.at,
                consent={},
                sent_at=self.books.clock.stamp(),
            )
            for each in leaving
        ]
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember_sources(connection, gone)
        for each in leaving:
            self.books.verdicts.settle(each.claim, "filtered", NEVER_SENT)

    def _remove(
        self,
        gone: Sequence[_Leaving],
        sources: dict[str, SentSource],
        people: dict[str, Person],
    ) -> None:
        by_list: dict[tuple[int, str], list[str | int]] = defaultdict(list)
        for each in gone:
            person = people.get(sources[each.source].person)
            for list_id in person.lists_added if person else ():
                if person is not None and person.brevo_id is not None:
                    by_list[list_id, "ids"].append(person.brevo_id)
                elif each.contact.ext_id:
                    by_list[list_id, "extIds"].append(each.contact.ext_id)
        for (list_id, kind), members in by_list.items():
            for start in range(0, len(members), BATCH):
                self.client.write(
                    "POST",
                    f"/contacts/lists/{list_id}/contacts/remove",
                    {kind: members[start : start + BATCH]},
                    # 400: none of them was on the list; 404: the list itself is gone.
                    expected={201, 400, 404},
                )
        self._remember(gone, sources, people)

    def _remember(
        self,
        gone: Sequence[_Leaving],
        sources: dict[str, SentSource],
        people: dict[str, Person],
    ) -> None:
        sent = [
            replace(sources[each.source], fingerprint=_mark(each), at=each.contact.source.at)
            for each in gone
        ]
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember_sources(connection, sent)
        for each in gone:
            person = people.get(sources[each.source].person)
            if person is not None and person.lists_added:
                self.books.verdicts.settle(each.claim, "sent")
            else:
                self.books.verdicts.settle(each.claim, "filtered", ON_NO_LIST)


def _mark(each: _Leaving) -> str:
    """Return the fingerprint of a deletion that was carried out."""
    return digest(b"", "deleted", each.source)
