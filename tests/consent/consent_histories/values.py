"""Histories of what customers are called and where they live: does Brevo show the newest?

Versions come late, twice and in any order, loaders are killed at any call, names come back to what
they were, and customers move, to addresses of their own or to each other's.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from consent_histories.bench import BATCH_AGE_S, Bench, Kill
from consent_histories.history import mapping
from consent_histories.shop import SCHEMAS, STATE, STORES, Version, line_of

NAMES = ("Ada", "Eve", "Ida")


@dataclass
class ValueHistory:
    """One shop, one account, and what chance makes of them; ``told`` is how it went."""

    seed: int
    shared: bool
    told: list[str] = field(default_factory=list)
    _versions: list[tuple[Version, str]] = field(default_factory=list)
    _read: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - the same history for a seed
        self._bench = Bench(mapping(reconsent=False))
        self._bench.account.switches.import_seconds = self._chance.choice([0, 5, 60])

    def play(self) -> list[str]:
        """Play it to the end; return what Brevo shows wrongly, behind how it came to that."""
        chance = self._chance
        for _ in range(chance.randrange(2, 7)):
            for _ in range(chance.randrange(4)):
                self._change()
            kill = Kill(chance.randrange(1, 18), chance.random() < 0.5)
            self._run(kill if chance.random() < 0.6 else None)
        self._run(None)
        if self.shared:
            # Who leaves an address to another leaves values there, until that one is read again.
            self._read = 0
            self._run(None)
        wrong = self._wrong()
        return [*self.told, *wrong] if wrong else []

    def _change(self) -> None:
        chance, clock = self._chance, self._bench.clock
        clock.seconds += 60
        who = chance.randrange(len(STORES))
        old = next((each for each, _ in reversed(self._versions) if each.who == who), None)
        address = f"{chance.choice('abc')}{'' if self.shared else who}@example.org"
        if old is not None and chance.random() < 0.6:
            address = old.address or address
        name = chance.choice(NAMES)
        self.told.append(f"{len(self._versions)}: customer {who}, {address}, {name}")
        self._versions.append((Version(who, len(self._versions), clock.text(), address), name))

    def _run(self, kill: Kill | None) -> None:
        chance = self._chance
        part = self._versions[max(0, self._read - chance.choice([0, 0, 1, 3])) :]
        if chance.random() < 0.3:
            chance.shuffle(part)
        numbers = [version.number for version, _ in part]
        if self._bench.load(self._lines(part), kill):
            self._read = len(self._versions)
            self.told.append(f"loaded {numbers}")
        else:
            self.told.append(f"loaded {numbers}, killed at {kill}")
        self._bench.clock.seconds += chance.choice([1, 100])

    def _lines(self, part: list[tuple[Version, str]]) -> Iterator[str]:
        yield from SCHEMAS
        for version, name in part:
            message: dict[str, Any] = json.loads(line_of(version))
            message["record"]["firstName"] = name
            yield json.dumps(message)
            if self._chance.random() < 0.3:
                self._bench.clock.seconds += BATCH_AGE_S
                yield STATE

    def _wrong(self) -> list[str]:
        newest = {version.who: (version, name) for version, name in self._versions}
        ordered = sorted(newest.values(), key=lambda each: each[0].number)
        wanted = {version.address: name for version, name in ordered}
        contacts = self._bench.account.contacts.values()
        held = {each.email: each.attributes.get("FIRSTNAME") for each in contacts}
        wrong = [
            f"{address} is {held.get(address)}, not {name}"
            for address, name in wanted.items()
            if held.get(address) != name
        ]
        # A contact stays behind where the new address was taken, and only there.
        left = set() if self.shared else held.keys() - wanted.keys()
        return wrong + [f"{each} is there still" for each in sorted(left, key=str)]
