"""Checks before the first row: scopes, history, the API's version."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.table import Connector, Stream
from tajo_connector_sdk.transport import Account


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stream that is to be read, and since when (None: from the beginning)."""

    row: Stream
    since: datetime | None


def missing_scopes(
    account: Account, asked: Iterable[tuple[Stream, Fields]]
) -> dict[str, list[str]]:
    """Return the scopes that the app lacks, each with the streams and fields that need it."""
    lacking: dict[str, list[str]] = {}
    if account.scopes is not None:
        for row, fields in asked:
            needed = [(scope, row.name) for scope in row.scopes]
            needed += [
                (scope, f"{row.name}.{name}") for name, scope in row.needs.items() if name in fields
            ]
            for scope, needer in needed:
                if scope not in account.scopes:
                    lacking.setdefault(scope, []).append(needer)
    return lacking


def check_scopes(
    connector: Connector, account: Account, asked: Iterable[tuple[Stream, Fields]]
) -> None:
    """Raise ConfigurationError, naming scope, streams and screen, when a scope is missing."""
    if lacking := missing_scopes(account, asked):
        said = "; ".join(f"{scope} for {', '.join(names)}" for scope, names in lacking.items())
        raise ConfigurationError(
            f"{connector.label}, access scopes",
            f"the app lacks {said}",
            do=f"grant it in {connector.screen}, or deselect what needs it",
        )


def check_history(
    connector: Connector,
    account: Account,
    wanted: Sequence[Wanted],
    now: datetime,
    settings: Mapping[str, object],
    logger: logging.Logger,
) -> None:
    """Stop where the platform would silently leave out the older rows.

    Raises ConfigurationError unless ``allow_partial_history`` is set; then it is said once.
    """
    for want in wanted:
        known = want.row.history
        if known is None or account.scopes is None or known.scope in account.scopes:
            continue
        if want.since is not None and want.since >= now - timedelta(days=known.days):
            continue
        what = (
            f"without the scope {known.scope} {connector.label} shows only the last "
            f"{known.days} days, and older ones are wanted"
        )
        if settings.get("allow_partial_history"):
            logger.warning("%s: %s; allow_partial_history is set", want.row.name, what)
            continue
        raise ConfigurationError(
            want.row.name,
            what,
            do=f"grant it in {connector.screen}, or set a start_date of at most {known.days} "
            "days ago, or allow_partial_history",
        )


def check_version(asked: str, answered: str, logger: logging.Logger) -> None:
    """Warn when the platform answers in another version than was asked for."""
    if asked and answered and asked != answered:
        logger.warning(
            "API version %s was asked for and %s answers: fields may be missing or mean "
            "something else; set api_version to one that is supported",
            asked,
            answered,
        )
