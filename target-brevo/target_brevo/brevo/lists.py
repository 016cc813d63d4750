"""The folder and the lists: found by name, created once."""

from collections.abc import Iterator
from typing import Any

from tajo_connector_sdk.errors import OutcomeUnknown
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of, number_in
from target_brevo.brevo.pages import overlapping
from target_brevo.clock import Clock
from target_brevo.ledger.book import Ledger

# GET /contacts/lists and /contacts/folders: at most 50 a page (API v3, checked 2026-11-24).
PAGE = 50
_NEVER_MAIL = " · technical, never mail"


class Lists:
    """Lists of one account; those that this project made are in the ledger."""

    def __init__(self, client: Client, ledger: Ledger, folder: str, clock: Clock) -> None:
        self._client = client
        self._ledger = ledger
        self._folder = folder
        self._clock = clock
        self._ids: dict[str, int] | None = None
        self._folder_id: int | None = None
        self._made: set[int] = set()
        self._made_now: set[int] = set()

    def technical(self, store: str) -> int:
        """Return the list that takes every contact of ``store``; nobody is ever mailed by it."""
        return self.named(self.technical_name(store))

    def named(self, name: str) -> int:
        """Return the id of the list ``name``, creating it where the account has none."""
        if name not in self._read():
            # Of two runs that both miss it one makes it, and the other finds it.
            with self._ledger.database.runs.alone("lists", self._clock.sleep):
                self._look_again()
                if name not in self._read():
                    self._make(name)
        return self._read()[name]

    def _look_again(self) -> None:
        known, made = self._read(), self._made
        self._ids = None
        self._ids = {**self._read(), **known}
        self._made |= made

    def _make(self, name: str) -> None:
        ids = self._read()
        body = {"name": name, "folderId": self._folder_here()}
        self._ledger.places.making_list(name, None, self._clock.stamp())
        ids[name] = self._created("/contacts/lists", "lists", body)
        self._ledger.places.making_list(name, ids[name], self._clock.stamp())
        self._made.add(ids[name])
        self._made_now.add(ids[name])

    def ids(self) -> dict[str, int]:
        """Return name → id of all lists of the account."""
        return dict(self._read())

    def technical_name(self, store: str) -> str:
        """Return the name of the list that takes every contact of ``store``."""
        return f"{self._folder} · {store}{_NEVER_MAIL}"

    def has_folder(self) -> bool:
        """Say whether the account has the folder already."""
        return self._found_folder() is not None

    def is_ours(self, list_id: int) -> bool:
        """Say whether this project created the list."""
        return list_id in self._made

    def made_for_mail(self) -> frozenset[int]:
        """Return the ids of the lists of this project that may be mailed."""
        return frozenset(
            list_id
            for name, list_id in self._read().items()
            if self.is_ours(list_id) and not name.endswith(_NEVER_MAIL)
        )

    def is_new(self, list_id: int) -> bool:
        """Say whether this run created the list, so that no automation can hang on it yet."""
        return list_id in self._made_now

    @property
    def created(self) -> int:
        """How many lists this run created."""
        return len(self._made_now)

    def _read(self) -> dict[str, int]:
        if self._ids is None:
            found: dict[str, tuple[int, Any]] = {}
            for row in self._pages("/contacts/lists", "lists"):
                found.setdefault(str(row["name"]), (int(row["id"]), row.get("folderId")))
            self._ids = {name: list_id for name, (list_id, _) in found.items()}
            made = self._ledger.places.made_lists()
            self._made = {
                list_id
                for name, (list_id, folder) in found.items()
                if name in made and self._is_made(made[name], list_id, folder)
            }
        return self._ids

    def _is_made(self, made: int | None, list_id: int, folder: Any) -> bool:
        """Say whether a list is the one ``made``; without an answer then, it is so in our folder.

        Invariant 5: what a person has made by that name since, a backfill must not fill.
        """
        return folder == self._found_folder() if made is None else made == list_id

    def _folder_here(self) -> int:
        found = self._found_folder()
        if found is None:
            found = self._created("/contacts/folders", "folders", {"name": self._folder})
            self._folder_id = found
        return found

    def _found_folder(self) -> int | None:
        if self._folder_id is None:
            for row in self._pages("/contacts/folders", "folders"):
                if row["name"] == self._folder:
                    self._folder_id = int(row["id"])
                    break
        return self._folder_id

    def _created(self, path: str, plural: str, body: dict[str, Any]) -> int:
        """Create a list or a folder; names are not unique, so a lost answer is looked after."""
        try:
            answer = self._client.write("POST", path, body, expected={201}, repeatable=False)
        except OutcomeUnknown:
            for row in self._pages(path, plural):
                if row["name"] == body["name"]:
                    return int(row["id"])
            raise
        return number_in(answer, "id")

    def _pages(self, path: str, name: str) -> Iterator[dict[str, Any]]:
        def read(offset: int) -> list[dict[str, Any]]:
            params = {"limit": str(PAGE), "offset": str(offset), "sort": "asc"}
            return facts_of(self._client.get(path, params)).get(name) or []

        for rows in overlapping(read, PAGE):
            yield from map(dict, rows)
