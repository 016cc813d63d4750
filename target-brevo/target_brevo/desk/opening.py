"""What a command works with: settings, ledger and Brevo, each opened when it is first asked for.

And imported then: a load makes an Opener too, and a command that asks nobody needs no client.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from tajo_connector_sdk.command import json_file
from target_brevo.clock import Clock
from target_brevo.settings import Settings

if TYPE_CHECKING:
    from target_brevo.brevo.account import Account
    from target_brevo.brevo.client import Client
    from target_brevo.ledger.book import Ledger
    from target_brevo.ledger.database import Database


@dataclass(frozen=True, slots=True)
class Source:
    """Where settings come from: the loader's class hands this down.

    ``environment`` reads the settings' variables, ``checked`` raises ConfigValidationError for
    wrong types, ``hide`` keeps a secret out of every log line.
    """

    environment: Callable[[], Mapping[str, Any]]
    checked: Callable[[Mapping[str, Any]], object]
    hide: Callable[[str], None]


@dataclass
class Opener:
    """Settings, ledger, client and account of one command, each opened on first use.

    ``given`` are settings from ``--config`` (``files``); without any the environment counts.
    """

    source: Source
    given: dict[str, Any]
    clock: Clock = field(default_factory=Clock)
    use_environment: bool = False
    files: list[Path] = field(default_factory=list)
    as_json: bool = False

    @property
    def config(self) -> dict[str, Any]:
        """The settings as they were given: a command that asks nobody needs no key."""
        config = dict(self.given)
        if self.use_environment or not config:
            config |= self.source.environment()
        return config

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises ConfigurationError or ConfigValidationError for wrong ones."""
        config = self.config
        self.source.hide(str(config.get("api_key") or ""))
        self.source.checked(config)
        return Settings.of(config)

    @cached_property
    def database(self) -> "Database":
        """The ledger's database; raises ConfigurationError where it cannot be used."""
        from target_brevo.ledger.database import open_database  # noqa: PLC0415 - late, as said

        return open_database(self.settings.ledger_url)

    @cached_property
    def client(self) -> "Client":
        """The one client to Brevo; making it calls nobody."""
        from target_brevo.brevo.client import Client  # noqa: PLC0415 - late, as said

        settings = self.settings
        return Client(settings.api_key, settings.api_url, self.clock, self.note)

    @cached_property
    def account(self) -> "Account":
        """The account behind the key, as Brevo says (one call)."""
        from target_brevo.brevo.account import read_account  # noqa: PLC0415 - late, as said

        return read_account(self.client)

    @cached_property
    def ledger(self) -> "Ledger":
        """The account's ledger.

        Where the ledger knows exactly one account behind ``api_url`` it is that one and nobody is
        called; else Brevo is asked whose key this is.
        """
        from target_brevo.ledger.book import Ledger  # noqa: PLC0415 - late, as said
        from target_brevo.ledger.places import organizations  # noqa: PLC0415 - as above

        settings = self.settings
        known = organizations(self.database, settings.api_url)
        organization = known[0] if len(known) == 1 else self.account.organization
        return Ledger.of(self.database, settings.api_url, organization)

    @staticmethod
    def note(line: str) -> None:
        """Say on standard error why it takes a while."""
        click.echo(line, err=True)

    def say(self, facts: Mapping[str, Any], text: Callable[[], str]) -> None:
        """Print ``facts`` as JSON with ``--json``, else the readable ``text``."""
        if self.as_json:
            click.echo(orjson.dumps(facts, option=orjson.OPT_INDENT_2, default=str).decode())
        else:
            click.echo(text())

    def close(self) -> None:
        """Let go of the ledger, where it was opened."""
        if "database" in self.__dict__:
            self.database.close()


def desk_command(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--config`` and ``--json``, and its Opener as first argument.

    Put it between ``@….command()`` and the command's own options.
    """

    @click.option(
        "--config",
        multiple=True,
        metavar="FILE",
        help="Settings, as for a run; 'ENV' or none at all reads TARGET_BREVO_… variables.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
    @click.pass_obj
    @functools.wraps(function)
    def opened(opener: Opener, /, *, config: tuple[str, ...], as_json: bool, **given: Any) -> None:
        for name in config:
            if name == "ENV":
                opener.use_environment = True
            else:
                opener.given |= json_file("config", name)
                opener.files.append(Path(name))
        opener.as_json = opener.as_json or as_json
        try:
            function(opener, **given)
        finally:
            opener.close()

    return opened
