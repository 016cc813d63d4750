"""The one HTTP session for everything that goes out.

Timeouts, bounded retries with jitter, Retry-After and the platform's own headers, a host check
after resolution, a cap on the size of an answer, and no redirect that carries credentials.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import orjson
import requests

from tajo_connector_sdk.errors import BadAnswer, Gone, OutcomeUnknown, Unavailable
from tajo_connector_sdk.hosts import HostPolicy, guarded_adapter

MEBIBYTE = 1024 * 1024
# Statuses that say "later" on every platform (RFC 9110, RFC 6585; 425: Brevo, account_in_process).
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
# Of these the other side says by itself that it has not applied the request.
NOT_APPLIED = frozenset({425, 429, 503})
OK = 200
# What file stores answer for a signed address that has run out (RFC 9110; object stores say 403).
EXPIRED = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole: status, headers (case-insensitive), body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    where: str  # method and path, without query: fit for messages

    def json(self) -> Any:
        """Return the parsed body (None when empty); raise BadAnswer when it is not JSON."""
        if not self.body:
            return None
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            kind = self.headers.get("content-type", "no content type").split(";")[0]
            raise BadAnswer(
                self.where,
                f"the answer (HTTP {self.status}, {kind}, {len(self.body)} bytes) is not JSON",
                right="the API answers in JSON",
                do="check api_url and whether a proxy, a login page or a maintenance page answers",
            ) from error


NO_NAME, NOBODY = "no host of that name", "nothing listens there"
# Signs in the errors of the libraries below, and what they mean to a person.
FAULTS = {
    "NameResolutionError": NO_NAME,
    "Connection refused": NOBODY,
    "NewConnectionError": "no connection",
    "SSLError": "the host's certificate is not valid",
    "ConnectTimeout": "no connection in time",
    "ReadTimeout": "no answer in time",
    "IncompleteRead": "the answer broke off",
    "Connection reset": "the connection broke",
    "RemoteDisconnected": "the connection broke",
}
NEVER_SENT = frozenset({NO_NAME, NOBODY, "no connection"})

Wait = Callable[[Answer], float | None]
# A name with several values stands in the address once for each.
Params: TypeAlias = Mapping[str, str | Sequence[str]]


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (number or HTTP date), or None."""
    text = answer.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to insist: tries in all, seconds to connect and to read, longest single wait."""

    tries: int = 6
    connect_s: float = 10.0
    read_s: float = 60.0
    longest_wait_s: float = 300.0
    first_wait_s: float = 0.5
    max_bytes: int = 64 * MEBIBYTE


@dataclass
class HttpSession:
    """Sends requests; safe to share between threads.

    ``wait`` reads the platform's own headers first and Retry-After after that. ``sleep`` and
    ``jitter`` are seams for tests.
    """

    policy: HostPolicy
    patience: Patience = field(default_factory=Patience)
    wait: Wait = retry_after
    user_agent: str = "tajo-connectors/0.1"
    pool_size: int = 10
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self._session = requests.Session()
        adapter = guarded_adapter(self.policy, pool_size=self.pool_size)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.headers["User-Agent"] = self.user_agent
        # Else a ~/.netrc would add credentials of its own to any request for a host it names.
        self._session.auth = _no_credentials

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        body: Any = None,
        repeatable: bool = True,
    ) -> Answer:
        """Send one request and return its answer; 4xx answers are the caller's to judge.

        ``body``: bytes are sent as they are, anything else as JSON. ``repeatable=False`` (an event,
        which the other side stores again when it comes again) is sent once more only where it
        surely was not applied; else OutcomeUnknown is raised.

        Raises Unavailable when the tries are used up, ConfigurationError for a forbidden host,
        BadAnswer for an answer over the size cap.
        """
        where = f"{method} {urlsplit(url).hostname}{urlsplit(url).path}"
        self.policy.check_url(url)
        payload, given = encoded(body, headers or {})
        for attempt in range(1, self.patience.tries + 1):
            try:
                answer = self._once(method, url, where, given, params, payload)
            except requests.RequestException as error:
                wait, fault = self._after_failure(error, where, attempt, repeatable=repeatable)
            else:
                if answer.status not in LATER:
                    return answer
                if not repeatable and answer.status not in NOT_APPLIED:
                    raise OutcomeUnknown(where, f"HTTP {answer.status} after the request was sent")
                wait, fault = self._told_wait(answer, attempt), f"HTTP {answer.status}"
            if attempt == self.patience.tries or wait > self.patience.longest_wait_s:
                raise self._used_up(where, fault, attempt)
            self.sleep(wait)
        raise AssertionError(where)  # the last try returns or raises

    def lines(self, url: str, *, max_line: int = 16 * MEBIBYTE) -> Iterator[bytes]:
        """Yield the lines of a file at ``url``, asked for without any credentials.

        Follows no redirect. Raises Gone when the address has expired, BadAnswer on any other
        status or an overlong line, Unavailable when the connection breaks or the tries to open
        it are used up.
        """
        where = f"GET {urlsplit(url).hostname}{urlsplit(url).path}"
        try:
            with closing(self._opened(url, where)) as response:
                rest: list[bytes] = []
                size = 0
                for chunk in response.iter_content(256 * 1024):
                    first, *whole = chunk.split(b"\n")
                    rest.append(first)
                    size += len(first)
                    if whole:
                        yield b"".join(rest)
                        *middle, last = whole
                        yield from middle
                        rest, size = [last], len(last)
                    if size > max_line:
                        raise BadAnswer(where, f"a line of more than {max_line} bytes")
                if size:
                    yield b"".join(rest)
        except requests.RequestException as error:
            raise Unavailable(where, f"the file broke off ({type(error).__name__})") from None

    def _opened(self, url: str, where: str) -> requests.Response:
        self.policy.check_url(url)
        timeout = (self.patience.connect_s, self.patience.read_s)
        for attempt in range(1, self.patience.tries + 1):
            response = self._session.get(url, stream=True, timeout=timeout, allow_redirects=False)
            if response.status_code == OK:
                return response
            response.close()
            if response.status_code in EXPIRED:
                raise Gone(where, f"HTTP {response.status_code}")
            if response.status_code not in LATER:
                raise BadAnswer(where, f"HTTP {response.status_code} for a result file")
            if attempt < self.patience.tries:
                self.sleep(self._growing_wait(attempt))
        raise Unavailable(where, f"HTTP {response.status_code} on {attempt} tries")

    def _used_up(self, where: str, fault: str, attempt: int) -> Unavailable:
        do = "nothing was lost: run again later, it goes on from the last state"
        if fault in NEVER_SENT:
            do = "check api_url or the host in the settings, then run again: nothing was lost"
        return Unavailable(where, f"{fault} on try {attempt} of {self.patience.tries}", do=do)

    def _once(
        self,
        method: str,
        url: str,
        where: str,
        headers: Mapping[str, str],
        params: Params | None,
        payload: bytes | None,
    ) -> Answer:
        timeout = (self.patience.connect_s, self.patience.read_s)
        with closing(
            self._session.request(
                method,
                url,
                headers=dict(headers),
                params=params,
                data=payload,
                timeout=timeout,
                stream=True,
                allow_redirects=False,
            )
        ) as response:
            size, parts = 0, []
            for chunk in response.iter_content(MEBIBYTE):
                size += len(chunk)
                if size > self.patience.max_bytes:
                    raise BadAnswer(
                        where, f"an answer of more than {self.patience.max_bytes} bytes"
                    )
                parts.append(chunk)
            return Answer(response.status_code, response.headers, b"".join(parts), where)

    def _after_failure(
        self, error: requests.RequestException, where: str, attempt: int, *, repeatable: bool
    ) -> tuple[float, str]:
        name = fault_of(error)
        never_sent = isinstance(error, requests.ConnectTimeout) or name in NEVER_SENT
        if not repeatable and not never_sent:
            raise OutcomeUnknown(where, f"no answer ({name}) after the request was sent") from None
        return self._growing_wait(attempt), name

    def _told_wait(self, answer: Answer, attempt: int) -> float:
        told = self.wait(answer)
        return told if told is not None else self._growing_wait(attempt)

    def _growing_wait(self, attempt: int) -> float:
        longest = min(self.patience.first_wait_s * 2.0 ** (attempt - 1), 30.0)
        return longest * (0.5 + self.jitter() / 2)


def fault_of(error: requests.RequestException) -> str:
    """Return what went wrong on the way, in words that hold no address and no body."""
    text = repr(error)
    for sign, words in FAULTS.items():
        if sign in text:
            return words
    return type(error).__name__


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def encoded(body: Any, headers: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    """Return the body as bytes and the headers with its content type."""
    if body is None:
        return None, dict(headers)
    if isinstance(body, bytes):
        return body, dict(headers)
    return orjson.dumps(body), {"Content-Type": "application/json", **headers}
