"""A history told by hand: who comes from the shop, what happens in Brevo, what is there then."""

import json
from dataclasses import dataclass, field
from typing import Any

from hand_clock import HandClock

from consent_histories.bench import BATCH_AGE_S, OLD_LIST, OWN_LIST, Bench
from consent_histories.history import mapping
from consent_histories.shop import PAUSE, SCHEMAS, STATE, Guest, Version, line_of
from tajo_sandbox.brevo.state.contacts import Change


@dataclass
class Scene:
    """One account and one ledger. Each record that is made is a minute younger than the last."""

    bench: Bench
    clock: HandClock
    _number: int = 0
    _guests: list[Guest] = field(default_factory=list)

    @classmethod
    def opened(cls, *, reconsent: bool = False, **contact: Any) -> "Scene":
        laid_over = mapping(reconsent=reconsent)
        laid_over["streams"]["customers"]["contact"] |= contact
        bench = Bench(laid_over)
        return cls(bench, bench.clock)

    def customer(
        self, who: int, address: str | None, state: str | None = None, *, same_moment: bool = False
    ) -> Version:
        self.clock.seconds += 0 if same_moment else 60
        self._number += 1
        at = self.clock.text()
        return Version(who, self._number, at, address, email_state=state, email_at=state and at)

    def guest(self, address: str) -> Guest:
        self.clock.seconds += 60
        self._guests.append(Guest(len(self._guests), self.clock.text(), address, None))
        return self._guests[-1]

    def load(self, *items: Any) -> dict[str, Any]:
        """Load records; at PAUSE what was read so far leaves, its imports staying open.

        What can be called is, when the loader has come so far.
        """
        self.clock.seconds += 60

        def lines() -> Any:
            yield from SCHEMAS
            for item in items:
                if callable(item):
                    item()
                    continue
                self.clock.seconds += BATCH_AGE_S if item is PAUSE else 0.0
                yield STATE if item is PAUSE else line_of(item)

        assert self.bench.load(lines())
        return self.bench.summary

    def allow_reconsent(self) -> None:
        """Let a newer grant unblock from now on."""
        self.bench.mapping = mapping(reconsent=True)

    # In Brevo.

    def unsubscribe(self, address: str) -> None:
        self.clock.seconds += 60
        self.bench.account.unsubscribe(address)

    def _list(self, name: str) -> int:
        return next(each.id for each in self.bench.account.lists.values() if each.name == name)

    def leave(self, address: str, name: str) -> None:
        self.clock.seconds += 60
        self.bench.account.leave_list(address, self._list(name))

    def join(self, address: str, name: str) -> None:
        account = self.bench.account
        account.book.add_to_lists(account.contact(address), [self._list(name)], account.at())

    def erase(self, address: str) -> None:
        self.bench.account.book.delete(self.bench.account.contact(address))

    def rename(self, address: str, new: str) -> None:
        account = self.bench.account
        account.book.apply(account.contact(address), Change({"email": new}), account.at())

    # What is there.

    @property
    def contacts(self) -> set[str | None]:
        return {each.email for each in self.bench.account.contacts.values()}

    @property
    def blocked(self) -> set[str | None]:
        contacts = self.bench.account.contacts.values()
        return {each.email for each in contacts if each.email_blacklisted}

    @property
    def mailed(self) -> set[str | None]:
        """Who is on a mailing list and not blocked."""
        account = self.bench.account
        return {
            each
            for name in (OWN_LIST, OLD_LIST)
            for each in account.members(name)
            if not account.contact(each).email_blacklisted
        }

    @property
    def unblocks(self) -> list[Any]:
        """The bodies of calls that take a block away."""
        found = [
            each
            for each in self.bench.account.requests
            if b'Blacklisted":false' in (each.body or b"")
        ]
        return [json.loads(each.body) for each in found]

    @property
    def put_back(self) -> list[tuple[int, int]]:
        mailing = {self._list(name) for name in (OWN_LIST, OLD_LIST)}
        return [each for each in self.bench.account.book.put_back if each[1] in mailing]
