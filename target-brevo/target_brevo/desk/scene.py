"""What a check looks at, and what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tajo_mapping.compiled import CompiledMapping
from tajo_mapping.operations import Kind
from target_brevo.brevo.account import Account, read_account
from target_brevo.brevo.client import Client
from target_brevo.clock import Clock
from target_brevo.intake import compiled_mapping
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import Database
from target_brevo.settings import Settings

# ``note`` is worth knowing, ``warning`` goes wrong some day, ``stop`` would stop a run.
State = Literal["ok", "note", "warning", "stop"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check: of ``what``, how it stands, what was seen, and what to do about it."""

    what: str
    state: State
    says: str
    do: str = ""

    def as_line(self) -> str:
        """Return the finding as one line for a log."""
        return f"{self.what}: {self.says}{f'; {self.do}' if self.do else ''}"


@dataclass
class Scene:
    """Everything that checks may look at; nothing is opened or asked before a check does.

    ``files`` are those that the settings were read from.
    """

    settings: Settings
    client: Client
    clock: Clock
    opened: Callable[[], Database]
    files: Sequence[Path] = ()

    @cached_property
    def mapping(self) -> CompiledMapping | None:
        """The mapping that a run would use; raises MappingError for a wrong one."""
        return compiled_mapping(self.settings)

    @cached_property
    def database(self) -> Database:
        """The ledger's database; raises ConfigurationError where it cannot be used."""
        return self.opened()

    @cached_property
    def account(self) -> Account:
        """The account behind the key (one call)."""
        return read_account(self.client)

    @cached_property
    def ledger(self) -> Ledger:
        """The account's ledger."""
        return Ledger.of(self.database, self.settings.api_url, self.account.organization)

    def close(self) -> None:
        """Let go of the ledger, where it was opened."""
        if "database" in self.__dict__:
            self.database.close()

    def writes(self, *kinds: Kind) -> bool:
        """Say whether the mapping makes any of ``kinds``; without a mapping anything may come."""
        mapping = self.mapping
        return mapping is None or any(
            kind in mapping.kinds(stream) for stream in mapping.streams for kind in kinds
        )

    def facts(self, path: str, also: tuple[int, ...] = (), **params: str) -> Any:
        """Read ``path`` and return its body, None for a status in ``also``."""
        answer = self.client.get(path, params, also)
        return None if answer.status in also else answer.json()
