"""Takes persons off lists."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tajo_connector_sdk.errors import OutcomeUnknown
from tajo_connector_sdk.http import Answer
from target_brevo.brevo.client import Client
from target_brevo.contacts.presence import Presence
from target_brevo.ledger.book import Ledger

# POST /contacts/lists/{id}/contacts/remove: at most 150 (API v3, checked 2026-11-24).
BATCH = 150
_TAKEN_OFF = 201


@dataclass(frozen=True, slots=True)
class Unlisting:
    """Knows persons by the ids that Brevo gave them."""

    client: Client
    ledger: Ledger
    presence: Presence

    def take_off(self, list_id: int, persons: Iterable[str]) -> set[str]:
        """Take persons (hashes) off a list; return those who were on it until now."""
        ids = self._ids(sorted(persons))
        numbers = sorted(ids)
        taken: set[str] = set()
        for start in range(0, len(numbers), BATCH):
            chosen = numbers[start : start + BATCH]
            try:
                answered = _successes(self._ask(list_id, chosen, repeatable=False))
            except OutcomeUnknown:
                # Asked again, Brevo says of none that they were on it until now. Who left by
                # themselves is known as such: the others count as taken off by us.
                self._ask(list_id, chosen, repeatable=True)
                answered = chosen
            taken |= {ids[number] for number in answered if number in ids}
        return taken

    def _ask(self, list_id: int, numbers: list[int], *, repeatable: bool) -> Answer:
        return self.client.write(
            "POST",
            f"/contacts/lists/{list_id}/contacts/remove",
            {"ids": numbers},
            # 400: none of them was on the list; 404: the list itself is gone.
            expected={_TAKEN_OFF, 400, 404},
            repeatable=repeatable,
        )

    def allow_again(self, list_id: int, persons: Iterable[str]) -> set[str]:
        """Remember that we take these off, so that a new grant may put them on the list again.

        Returns those of whom that was not remembered yet.
        """
        known = self.ledger.people.known(sorted(persons))
        added = [person for person in known.values() if list_id in person.lists_added]
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(
                connection,
                [replace(each, lists_added=each.lists_added - {list_id}) for each in added],
            )
        return {each.person for each in added}

    def keep_off(self, list_id: int, persons: Iterable[str]) -> None:
        """Remember that we put these on the list, and that somebody else took them off."""
        known = self.ledger.people.known(sorted(persons))
        with self.ledger.database.begin() as connection:
            self.ledger.people.remember(
                connection,
                [
                    replace(each, lists_added=each.lists_added | {list_id})
                    for each in known.values()
                ],
            )

    def _ids(self, persons: list[str]) -> dict[int, str]:
        known = self.ledger.people.known(persons)
        if any(person.brevo_id is None for person in known.values()):
            # Contacts of an import have no id here before they are read.
            self.presence.walk()
            known = self.ledger.people.known(persons)
        return {
            person.brevo_id: name for name, person in known.items() if person.brevo_id is not None
        }


def _successes(answer: Answer) -> list[Any]:
    """Return who was taken off; the schema and the examples name them in two places (API v3)."""
    body = answer.json() if answer.status == _TAKEN_OFF else None
    if not isinstance(body, dict):
        return []
    found = body.get("contacts") if isinstance(body.get("contacts"), dict) else body
    success = found.get("success") if isinstance(found, dict) else None
    return success if isinstance(success, list) else []
