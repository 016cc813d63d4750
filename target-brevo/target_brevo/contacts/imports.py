"""Imports under way: opened, polled within the hourly budget, and read back when completed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tajo_connector_sdk.errors import BadAnswer, Gone, OutcomeUnknown, RunError, Unavailable
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of, number_in
from target_brevo.clock import Clock
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.leftovers import ENDED_BADLY, LONGEST_WAIT_S, Leftovers, overdue
from target_brevo.contacts.looks import Looks
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.receipts import Draft, Packed, names_somebody, without
from target_brevo.contacts.refused import COLLISIONS, REASONS, RefusedRows
from target_brevo.contacts.refused_nos import RefusedNos
from target_brevo.contacts.sheets import Sheet
from target_brevo.contacts.singles import BELONGS_ELSEWHERE, LEFT_OUT
from target_brevo.contacts.spools import Spool
from target_brevo.ledger.book import Ledger

# Brevo's advice is to stay below 8 MB, its limit is 10 MB (API v3, importContacts, 2026-11-24): so
# much for the rows, and the rest for what is said of all of them.
LARGEST_BODY = 7_990_000
_TRIES = 2
# So long it is waited, try by try, before an import that got no answer is looked for.
_ASKED_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_TAKEN, _REFUSED = 202, 400
NOT_AS_CSV = "Brevo refused an import as CSV: its contacts were sent as JSON"


@dataclass(slots=True)
class OpenImport:
    """One import that Brevo has accepted and not yet completed."""

    spool: Spool
    number: str
    process: int
    opened: float
    due: float
    tries: int = 1


@dataclass
class Imports:
    """The imports of one run. ``tell`` gets a line while waiting, ``again`` drafts to resend.

    ``made`` is called where contacts may have been made. ``rehearses`` says that the bodies go
    nowhere and are only compared.
    """

    client: Client
    ledger: Ledger
    books: Bookkeeping
    nos: RefusedNos
    clock: Clock
    tell: Callable[[str], None]
    note: Callable[[str], None]
    looks: Looks
    leftovers: Leftovers
    rehearses: bool = False
    again: Callable[[Partition, Draft], None] = lambda _partition, _draft: None
    made: Callable[[], None] = lambda: None
    open: list[OpenImport] = field(default_factory=list)

    def start(self, spool: Spool, tries: int = 1) -> None:
        """Ask Brevo to import a partition."""
        number = self.ledger.imports.intend(spool.count, self.clock.stamp())
        flags = _flags(spool.partition)
        # A dry run compares values, which JSON says as they are.
        body = spool.as_json(flags) if self.rehearses else spool.body(flags)
        also = {_REFUSED} if isinstance(spool, Sheet) else set[int]()
        process = self._asked(body, also)
        if process is None:
            self._send_as_json(spool, number)
            return
        self.ledger.imports.opened(number, process)
        now = self.clock.monotonic()
        due = now + self.looks.first(spool.count)
        self.open.append(OpenImport(spool, number, process, now, due, tries))

    def _asked(self, body: bytes, also: Collection[int]) -> int | None:
        """Return the process of an import that Brevo has accepted, None for a status in ``also``.

        Where no answer came, it may be under way all the same, and slow. It must not land after
        what is sent later, so it is waited for before the same is asked once more.
        """
        for gap in _ASKED_AGAIN_S:
            try:
                return self._ask(body, also)
            except OutcomeUnknown as error:
                where, what = error.where, error.what
                self.tell(f"{where}: {what}")
                self.clock.sleep(gap)
                self.leftovers.await_end(None, "an import that got no answer")
        raise Unavailable(
            where,
            f"{what}, on {len(_ASKED_AGAIN_S)} tries",
            do="nothing was lost: run again later, it goes on from the last state",
        )

    def _ask(self, body: bytes, also: Collection[int]) -> int | None:
        # Invariant 3: whoever was unlisted, deleted or blocked since would be put back by it.
        answer = self.client.write(
            "POST", "/contacts/import", body, expected={_TAKEN, *also}, repeatable=False
        )
        return None if answer.status in also else number_in(answer, "processId")

    def _send_as_json(self, spool: Spool, number: str) -> None:
        """Hand back the rows of a CSV body that Brevo refused whole.

        It does so where no row has an identifier that it calls valid (seen 2023-11,
        github.com/getbrevo/brevo-node/issues/12). Invariant 8: such rows stop nothing, and of JSON
        it says of each what is wrong.
        """
        self.note(NOT_AS_CSV)
        for draft in spool:
            self.again(spool.partition, draft)
        self._end(number, "failed")
        spool.close()

    def holds(self, key: str) -> bool:
        """Say whether an open import is about to write this person or source."""
        hashed = bytes.fromhex(key)
        return any(each.spool.holds(hashed) for each in self.open)

    def poll(self) -> None:
        """Look after all imports when one of them is due: one call covers all of them."""
        now = self.clock.monotonic()
        if not any(each.due <= now for each in self.open):
            return
        looked_after = list(self.open)
        shown = self._processes(looked_after)
        for each in looked_after:
            process = shown.get(each.process)
            status = process.get("status") if process else None
            if process is not None and status == "completed":
                self._completed(each, process)
            elif status in ENDED_BADLY:
                self._failed(each, str(status))
            else:
                self._wait_on(each)

    def wait_for_one(self) -> None:
        """Wait until the next import is due, and look after it."""
        if not self.open:
            return
        now = self.clock.monotonic()
        first = min(self.open, key=lambda each: each.due)
        if first.due > now:
            rows = sum(each.spool.count for each in self.open)
            self.tell(
                f"waiting for Brevo's import of {rows} contacts ({now - first.opened:.0f} s so far)"
            )
            self.clock.sleep(first.due - now)
        self.poll()

    def _processes(self, due: list[OpenImport]) -> dict[int, Mapping[str, Any]]:
        if len(due) == 1:
            body = facts_of(self.client.get(f"/processes/{due[0].process}"), "status")
            return {due[0].process: body}
        found = self.leftovers.processes()
        for each in due:
            if each.process not in found:
                found[each.process] = facts_of(
                    self.client.get(f"/processes/{each.process}"), "status"
                )
        return found

    def _wait_on(self, each: OpenImport) -> None:
        now = self.clock.monotonic()
        if now - each.opened > LONGEST_WAIT_S:
            raise overdue()
        each.due = now + self.looks.next(now - each.opened)

    def _completed(self, each: OpenImport, process: Mapping[str, Any]) -> None:
        refused = self._refused_rows(process)
        matched = 0

        def taken() -> Iterator[Packed]:
            nonlocal matched
            for draft in each.spool:
                kind = refused.kind_of(draft)
                if kind is None:
                    yield draft.receipt
                else:
                    matched += 1

        if refused.rows:
            found = sum(refused.kind_of(draft) is not None for draft in each.spool)
            if found < refused.rows:
                raise BadAnswer(
                    f"import {each.process}",
                    f"Brevo lists {refused.rows} refused rows, of which {found} are ours",
                    right="every refused row can be found in what was sent",
                    do="none of its contacts count as sent: run again, and report this line",
                )
        self.looks.done(each.spool.count, self.clock.monotonic() - each.opened)
        self.books.confirmed(taken() if refused.rows else each.spool.receipts())
        self.made()
        if matched:
            self._refuse(each, refused)
        self._close(each, "done")
        each.spool.close()

    def _refuse(self, each: OpenImport, refused: RefusedRows) -> None:
        for draft in each.spool:
            kind = refused.kind_of(draft)
            if kind is None:
                continue
            name = COLLISIONS.get(kind)
            rest = without(draft, [name]) if name else draft
            if name and names_somebody(rest) and rest != draft:
                self.note(LEFT_OUT.format(name))
                if name == "SMS":
                    self.nos.reach(each.spool.partition, draft)
                self.again(each.spool.partition, rest)
            else:
                self.nos.arrive(each.spool.partition, draft)
                self.books.refused(draft.receipt, REASONS.get(kind, BELONGS_ELSEWHERE), kind)

    def _refused_rows(self, process: Mapping[str, Any]) -> RefusedRows:
        refused = RefusedRows()
        files = (process.get("info") or {}).get("import") or {}
        for kind, url in files.items():
            if not isinstance(url, str) or not url:
                continue
            try:
                refused.read(kind, self.client.lines(url))
            except Gone as error:
                raise Gone(
                    f"import {process.get('id')}",
                    f"Brevo's file of refused rows ({kind}) is gone ({error.what})",
                    do="none of its contacts count as sent: run again",
                ) from None
        return refused

    def _failed(self, each: OpenImport, status: str) -> None:
        self._close(each, "failed")
        if each.tries >= _TRIES:
            raise RunError(
                f"import {each.process}",
                f"Brevo ended it as '{status}', and so the one before it",
                do="none of its contacts count as sent: run again later; where it stays, ask "
                "Brevo's support with the number of the process",
            )
        self.note("an import failed in Brevo and was sent again")
        self.start(each.spool, each.tries + 1)

    def _close(self, each: OpenImport, state: str) -> None:
        self.open.remove(each)
        self._end(each.number, state)

    def _end(self, number: str, state: str) -> None:
        with self.ledger.database.begin() as connection:
            self.ledger.imports.closed(connection, number, state, self.clock.stamp())


def _flags(partition: Partition) -> bytes:
    """Return what an import's body says of all its rows, as a JSON object."""
    flags: dict[str, Any] = {
        "listIds": list(partition.lists),
        "updateExistingContacts": not partition.create_only,
        # Without this Brevo mails the account's owner at every import.
        "disableNotification": True,
    }
    # Invariant 3: these flags hold for every row, and false is never sent.
    if partition.email_blocked:
        flags["emailBlacklist"] = True
    if partition.sms_blocked:
        flags["smsBlacklist"] = True
    if partition.clears is not None:
        flags["emptyContactsAttributes"] = True
    return orjson.dumps(flags)
