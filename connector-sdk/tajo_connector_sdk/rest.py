"""The REST transport: facts for the table, and the client that asks.

A platform's rows are asked for by path and parameters and come in pages (``paging``). What differs
between platforms beyond that (what an answer says about itself, whose data it is) are pure
functions in the tap's ``quirks.py``, named by the fact.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from tajo_connector_sdk.answers import Answer, redirected, sent_at
from tajo_connector_sdk.errors import (
    BadAnswer,
    ConfigurationError,
    ConnectorError,
    Denied,
    Missing,
    NotYet,
    Refusal,
    TooLarge,
    Unavailable,
    nearest,
)
from tajo_connector_sdk.hosts import origin_of
from tajo_connector_sdk.incremental import Feed, Scanned
from tajo_connector_sdk.paging import Paging, Where
from tajo_connector_sdk.parameters import Params
from tajo_connector_sdk.rates import Pacer, Rate
from tajo_connector_sdk.transport import Account, Fault, Reader, Site

if TYPE_CHECKING:
    from tajo_connector_sdk.table import Stream

NO_CONTENT, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, GONE, WORST_OK = 204, 401, 403, 404, 410, 299
NO_DATA = "set a start_date within what the platform keeps, or run again later"


@dataclass(frozen=True, slots=True)
class Lists:
    """How a list inside a row looks when it is only its first page.

    ``rows`` and ``more`` are dotted paths in the list, ``path`` where it says its own path, which
    is then paged as any other.
    """

    rows: str = "data"
    more: str = "has_more"
    path: str = "url"


@dataclass(frozen=True, slots=True)
class REST:
    """A REST API; streams may overrule ``paging``, ``records`` and add ``params``.

    ``records`` is the dotted path to the rows in an answer, empty where the body is the list.
    ``identity`` is the path that says whose data this is, ``account`` reads its answer (None
    without a path) and the settings. ``params`` and ``headers`` go with every request; their
    values, and paths, may hold settings in braces. ``fault`` says, from status and body of a
    refusal, what can be done. ``halves``: an answer that fails or is no JSON is asked for again
    by half the page; ``spoils``: some rows make every page fail that holds them with others
    (HTTP 500), so that only such a page is read by less. ``skips`` are statuses that
    close a single stream to these credentials: it is left out aloud, the others go on. ``drops``
    are fields that no record bears. ``empties``: an object without fields comes as an empty list,
    as PHP writes one. ``lists`` is how lists inside rows look, ``counted`` the
    dotted path to the number that the ``count`` of a stream
    answers, ``depth_limit`` how many rows one walk may pass, ``hints`` say, by status, what to do.
    """

    paging: Paging
    account: Callable[[Any, Mapping[str, Any]], Account]
    records: str = ""
    identity: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    fault: Callable[[int, Any], Fault | None] = lambda _status, _body: None
    halves: bool = False
    spoils: bool = False
    skips: frozenset[int] = frozenset()
    drops: tuple[str, ...] = ()
    empties: bool = False
    lists: Lists | None = None
    counted: str = "count"
    depth_limit: int = sys.maxsize
    hints: Mapping[int, str] = field(default_factory=dict)

    @property
    def whole_rows(self) -> bool:
        """Say that rows come whole: what is not wanted is dropped here."""
        return True

    def open(self, site: Site) -> Reader:
        """Return a reader of this API; nothing is sent yet."""
        from tajo_connector_sdk.listing import RestReader  # noqa: PLC0415 - it builds on this

        rate = self.rate.given(site.settings)
        return RestReader(self, Client(self, site, Pacer(rate, sleep=site.session.sleep)))

    def faults(self, row: "Stream") -> Iterator[tuple[str, str, str]]:
        """Yield (fact, what is wrong, what would be right) of a stream on this API."""
        yield from self.rate.faults()
        yield from (row.paging or self.paging).faults()
        known = row.incremental
        known = known.first if isinstance(known, Feed) else known
        words = () if known is None else (known.by_id, getattr(known, "sort", ""))
        for word in words:
            if word and isinstance(word, str):
                right = "parameters, such as {'orderby': 'id'}"
                yield "incremental", f"'{word}' orders nothing on a REST API", right
        if isinstance(known, Scanned):
            for name in known.ignore:
                if name not in row.fields:
                    yield "incremental", f"'{name}' is not in fields", nearest(name, row.fields)
        if row.filters:
            yield "filters", "terms of a search", "params, on a REST API"


@dataclass(slots=True)
class Client:
    """Asks one REST API; safe to share between lanes: a new token once on a 401, errors by what
    they mean. ``clock`` is the platform's time when it last answered.
    """  # noqa: D205 - the summary needs two lines

    facts: REST
    site: Site
    pacer: Pacer
    clock: datetime | None = None

    def url(self, path: str, values: Mapping[str, Any] | None = None) -> str:
        """Return the address of a path; ``values`` fill its braces beside the settings."""
        return self.site.base_url + path.format_map({**self.site.settings, **(values or {})})

    def followed(self, address: str, where: str) -> str:
        """Return an address that an answer gave, whole; raise BadAnswer when it leads elsewhere.

        Credentials go with it, so it has to be of the same origin.
        """
        base = urlsplit(self.site.base_url)
        made = urljoin(f"{base.scheme}://{base.netloc}/", address)
        if origin_of(made) != origin_of(self.site.base_url):
            raise BadAnswer(
                where,
                "the next page is said to be on another host",
                right=f"{base.scheme}://{base.netloc}",
                do="check api_url or the host in the settings against the platform's own address",
            )
        return made

    def ask(
        self,
        where: str,
        url: str,
        params: Params,
        *,
        exact: bool = False,
        scopes: tuple[str, ...] = (),
        absent: bool = False,
        tries: int | None = None,
    ) -> tuple[Any, Mapping[str, str]]:
        """Return body and headers of an answer; None for one without content.

        ``exact``: numbers with a fraction come as Decimal; ``scopes`` are what a 403 may be for
        want of; ``absent``: what is not there is None as well; ``tries``: how often, where that is
        not as usual. Raises ConfigurationError when
        nobody is let in, Denied when only this is closed, TooLarge, Unavailable, Refusal or
        BadAnswer.
        """
        answer = self._send(url, params, tries)
        if answer.status == UNAUTHORIZED and self.site.credentials.renew():
            answer = self._send(url, params, tries)
        self._learn(answer)
        if absent and answer.status in {NOT_FOUND, GONE} and said_in(answer) is not None:
            return None, answer.headers
        if answer.status > WORST_OK:
            raise redirected(answer) or self._refused(where, answer, scopes)
        if answer.status == NO_CONTENT:
            return None, answer.headers
        if not answer.body:
            raise BadAnswer(
                answer.where,
                f"an answer (HTTP {answer.status}) with nothing in it",
                right="rows, or HTTP 204 where there are none",
                do="run again; where it stays, look at the platform's or the host's error log",
            )
        return answer.json(exact=exact), answer.headers

    def _send(self, url: str, params: Params, tries: int | None) -> Answer:
        credentials = self.site.credentials
        every: Params = {**self._given(self.facts.params), **params, **credentials.params()}
        headers = {"Accept": "application/json", **self._given(self.facts.headers)}
        return self.site.session.send(
            "GET",
            url,
            headers=headers,
            signed=lambda: credentials.headers("GET", url, every),
            params=every,
            pace=self.pacer,
            tries=tries,
        )

    def _given(self, templates: Mapping[str, str]) -> dict[str, str]:
        return {name: text.format_map(self.site.settings) for name, text in templates.items()}

    def _learn(self, answer: Answer) -> None:
        self.clock = sent_at(answer) or self.clock

    def _refused(self, where: str, answer: Answer, scopes: tuple[str, ...]) -> ConnectorError:
        hint = self.facts.hints.get(answer.status, "")
        what = f"HTTP {answer.status}"
        if answer.status == FORBIDDEN and scopes:
            what += f", it needs {', '.join(scopes)}"
        denied = f"the platform denies access to it ({what})"
        told = self.facts.fault(answer.status, said_in(answer))
        closed = told in {None, Fault.OTHER} and answer.status in self.facts.skips
        if closed or told is Fault.DENIED:
            return Denied(where, denied, do=hint)
        match told:
            case Fault.TOO_COSTLY:
                return TooLarge(where, "the platform finds the question too large")
            case Fault.LATER | Fault.THROTTLED:
                return Unavailable(where, f"the platform is busy ({what})", do=hint)
            case Fault.NOT_YET:
                return NotYet(where, "the platform has no data of this time", do=NO_DATA)
        if answer.status in {UNAUTHORIZED, FORBIDDEN, NOT_FOUND}:
            do = hint or "check address and credentials"
            # The platform's own words are JSON; the page of a proxy says nothing of what is there.
            missing = answer.status == NOT_FOUND and said_in(answer) is not None
            kind = Missing if missing else ConfigurationError
            return kind(answer.where, what, do=do)
        return Refusal(answer.where, what, do=hint)


def said_in(answer: Answer) -> Any:
    """Return the parsed body of a refusal, or None when it is no JSON."""
    try:
        return answer.json()
    except BadAnswer:
        return None


__all__ = ["REST", "Client", "Fault", "Lists", "Where"]
