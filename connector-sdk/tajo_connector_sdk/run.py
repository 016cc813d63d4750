"""One run against one account: who is let in, what is checked first, who reads what."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tajo_connector_sdk import settings as given
from tajo_connector_sdk.bookmarks import Bookmark
from tajo_connector_sdk.bulk import hash_of
from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.fields import Fields
from tajo_connector_sdk.http import HttpSession
from tajo_connector_sdk.incremental import read_time
from tajo_connector_sdk.jobs import Job
from tajo_connector_sdk.preflight import Wanted, check_history, check_scopes, check_version
from tajo_connector_sdk.progress import Progress
from tajo_connector_sdk.proofs import prove
from tajo_connector_sdk.table import Connector, Stream
from tajo_connector_sdk.transport import Account, Reader, Site


@dataclass(frozen=True, slots=True)
class Choice:
    """A stream that is to be read: its fields as selected, its state, and how much of it."""

    row: Stream
    fields: Fields
    bookmark: Bookmark
    limit: int | None = None


@dataclass(slots=True)
class Run:
    """Holds what the streams of one run share. ``high`` is the platform's time at its beginning."""

    connector: Connector
    settings: Mapping[str, Any]
    logger: logging.Logger
    session: HttpSession
    reader: Reader
    account: Account
    high: datetime
    jobs: dict[str, Job] = field(default_factory=dict)

    def prepare(self, choices: Sequence[Choice]) -> None:
        """Check what the streams need, then start all bulk operations that are wanted together.

        Raises ConfigurationError for a missing scope, a history that would be partial, or a filter
        that the host does not keep to.
        """
        check_scopes(self.connector, self.account, [(one.row, one.fields) for one in choices])
        jobs = [self.job(choice) for choice in choices]
        wanted = [Wanted(job.row, job.since) for job in jobs if job.limit is None]
        check_history(self.connector, self.account, wanted, self.high, self.settings, self.logger)
        prove(self.reader, [(job.row, job.fields) for job in jobs if job.limit is None], self.high)
        for job in jobs:
            self.jobs[job.row.name] = job
            job.plan()

    def take(self, choice: Choice) -> Job:
        """Return the prepared work of a stream, for it to do once; prepared now if need be."""
        if choice.row.name not in self.jobs:
            self.prepare([choice])
        return self.jobs.pop(choice.row.name)

    @property
    def whose(self) -> str:
        """A short mark of whose rows are read: store, mode, and whether a stand-in gives them."""
        stand_in = bool(self.settings.get("api_url"))
        return hash_of(f"{self.account.store} {self.account.mode} {stand_in}")

    def job(self, choice: Choice) -> Job:
        """Return the work for one stream; nothing is sent yet."""
        choice.bookmark.take(self.whose, self.logger)
        start = self.settings.get("start_date")
        return Job(
            row=choice.row,
            fields=choice.fields,
            reader=self.reader,
            bookmark=choice.bookmark,
            high=self.high,
            sleep=self.session.sleep,
            progress=Progress(choice.row.name, self.logger),
            start=read_time(start) if start else None,
            limit=choice.limit,
            settings=self.settings,
        )

    def more_room(self) -> None:
        """Start the operations for which the platform had no room before."""
        for job in self.jobs.values():
            job.start_bulk()


def opened(
    connector: Connector,
    settings: Mapping[str, Any],
    logger: logging.Logger,
    session: HttpSession,
) -> Run:
    """Let the tap in and return a run.

    Raises ConfigurationError when the platform does not let it in, Unavailable when nobody
    answers.
    """
    base = given.base_url(connector, settings)
    way = given.way_in(connector, settings)
    if way is None:
        raise ConfigurationError(f"tap-{connector.name}", "no way to be let in is set")
    site = Site(connector.name, base, session, way.start(settings, session, base), settings)
    reader = connector.transport.open(site)
    account = reader.account()
    # A whole second: the platform's clock ticks in seconds, and what changes within this one is
    # read again by the next run's lookback.
    now = (reader.clock or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    check_version(*reader.versions, logger)
    return Run(connector, settings, logger, session, reader, account, now + timedelta(seconds=1))
