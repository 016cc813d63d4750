"""The one HTTP session for everything that goes out.

Timeouts, bounded retries with jitter, Retry-After and the platform's own headers, a host check
after resolution, a cap on the size of an answer, and no redirect that carries credentials. It
talks through urllib3 itself: what requests adds (cookies, ``~/.netrc``, hooks) is not wanted here
and costs more than reading a page does (docs/performance.md).
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol
from urllib.parse import urlsplit

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ProtocolError

from tajo_connector_sdk.answers import (
    EXPIRED,
    LATER,
    NEVER_SENT,
    NOT_APPLIED,
    OK,
    TOO_SLOW,
    Answer,
    fault_of,
    retry_after,
)
from tajo_connector_sdk.errors import (
    BadAnswer,
    Failed,
    Gone,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.parameters import Params, encoded, with_query
from tajo_connector_sdk.roads import Roads

MEBIBYTE = 1024 * 1024
AGAIN = "run again; where it stays, report it with this line"
TOO_MANY = "HTTP 429"

Wait = Callable[[Answer], float | None]
# Shorter waits are nobody's concern.
TOLD_FROM_S = 1.0


def _silence(_line: str) -> None:
    return None


class Pace(Protocol):
    """Decides when a request may go, and learns from its answer (``rates.Pacer``)."""

    def turn(self) -> AbstractContextManager[None]:
        """Return what a request is sent inside of."""

    def told(self, answer: Answer) -> float | None:
        """Learn from an answer; return how long a refused request has to wait, if it says."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to insist: how many tries, and seconds.

    ``read_s`` is for the next bytes, ``answer_s`` for all of an answer, ``longest_wait_s`` for a
    single wait between tries.
    """

    tries: int = 6
    connect_s: float = 10.0
    read_s: float = 60.0
    answer_s: float = 300.0
    longest_wait_s: float = 300.0
    first_wait_s: float = 0.5
    max_bytes: int = 64 * MEBIBYTE


@dataclass
class HttpSession:
    """Sends requests; safe to share between threads.

    ``wait`` reads the platform's own headers first and Retry-After after that. ``tell`` gets a line
    before each wait of a second or more, with the host alone: a path may name a person. ``sleep``,
    ``clock`` (seconds) and ``jitter`` are seams for tests.
    """

    policy: HostPolicy
    patience: Patience = field(default_factory=Patience)
    wait: Wait = retry_after
    tell: Callable[[str], None] = _silence
    user_agent: str = "tajo-connectors/0.1"
    pool_size: int = 32
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self._roads = Roads(self.policy, self.pool_size)
        self._headers = {
            "User-Agent": self.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
        }
        self._timeout = Timeout(connect=self.patience.connect_s, read=self.patience.read_s)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        body: Any = None,
        repeatable: bool = True,
        pace: Pace | None = None,
        tries: int | None = None,
        signed: Callable[[], Mapping[str, str]] | None = None,
    ) -> Answer:
        """Send one request and return its answer; 4xx answers are the caller's to judge.

        ``body``: bytes are sent as they are, anything else as JSON. ``repeatable=False`` (an event,
        which the other side stores again when it comes again) is sent once more only where it
        surely was not applied; else OutcomeUnknown is raised. ``pace`` is asked before each try,
        ``tries`` overrules how often is tried, but for a 429, which is no fault of what was asked;
        ``signed`` makes further headers for each try: a signature that came once is refused when
        it comes again.

        Raises Unavailable when the tries are used up (Throttled where less would help as little),
        ConfigurationError for a forbidden host,
        BadAnswer for an answer over the size cap.
        """
        where = f"{method} {urlsplit(url).hostname}{urlsplit(url).path}"
        self.policy.check_url(url)
        payload, given = encoded(body, headers or {})
        url, most = with_query(url, params), tries or self.patience.tries
        for attempt in count(1):
            try:
                with pace.turn() if pace else nullcontext():
                    fresh = {**given, **signed()} if signed else given
                    answer = self._once(method, url, where, fresh, payload)
            except HTTPError as error:
                wait, fault = self._after_failure(error, where, attempt, repeatable=repeatable)
            else:
                told = pace.told(answer) if pace else None
                if answer.status not in LATER:
                    return answer
                if not repeatable and answer.status not in NOT_APPLIED:
                    raise OutcomeUnknown(where, f"HTTP {answer.status} after the request was sent")
                wait = told or self._told_wait(answer, attempt)
                fault = f"HTTP {answer.status}"
                most = self.patience.tries if fault == TOO_MANY else most
            if attempt >= most or wait > self.patience.longest_wait_s:
                raise self._used_up(where, fault, attempt, most)
            if wait >= TOLD_FROM_S:
                host = urlsplit(url).hostname
                self.tell(f"{host}: {fault}; again in {wait:.0f} s (try {attempt + 1} of {most})")
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
                for chunk in response.stream(256 * 1024, decode_content=True):
                    first, *whole = chunk.split(b"\n")
                    rest.append(first)
                    size += len(first)
                    if whole:
                        yield b"".join(rest)
                        *middle, last = whole
                        yield from middle
                        rest, size = [last], len(last)
                    if size > max_line:
                        raise BadAnswer(where, f"a line of more than {max_line} bytes", do=AGAIN)
                if size:
                    yield b"".join(rest)
        except HTTPError as error:
            raise Unavailable(where, f"the file broke off ({type(error).__name__})") from None

    def _opened(self, url: str, where: str) -> BaseHTTPResponse:
        self.policy.check_url(url)
        for attempt in range(1, self.patience.tries + 1):
            response = self._ask("GET", url, self._headers, None)
            if response.status == OK:
                return response
            response.close()
            if response.status in EXPIRED:
                raise Gone(where, f"HTTP {response.status}")
            if response.status not in LATER:
                raise BadAnswer(where, f"HTTP {response.status} for a result file", do=AGAIN)
            if attempt < self.patience.tries:
                self.sleep(self._growing_wait(attempt))
        raise Unavailable(where, f"HTTP {response.status} on {attempt} tries")

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], payload: bytes | None
    ) -> BaseHTTPResponse:
        road, at = self._roads.to(url)
        return road.urlopen(
            method,
            at,
            headers=headers,
            body=payload,
            timeout=self._timeout,
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )

    def _used_up(self, where: str, fault: str, attempt: int, most: int) -> Unavailable:
        do = "nothing was lost: run again later, it goes on from the last state"
        if fault in NEVER_SENT:
            do = "check api_url or the host in the settings, then run again: nothing was lost"
        kind = {"HTTP 500": Failed, TOO_MANY: Throttled}.get(fault, Unavailable)
        return kind(where, f"{fault} on try {attempt} of {most}", do=do)

    def _once(
        self, method: str, url: str, where: str, headers: Mapping[str, str], payload: bytes | None
    ) -> Answer:
        response = self._ask(method, url, {**self._headers, **headers}, payload)
        try:
            body = self._body(response, where)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Answer(response.status, response.headers, body, where)

    def _body(self, response: BaseHTTPResponse, where: str) -> bytes:
        """Return a whole body; of a trickle, no single read lasts too long, but all together do."""
        ends = self.clock() + self.patience.answer_s
        parts: list[bytes] = []
        size = 0
        while part := response.read1(MEBIBYTE, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self.patience.max_bytes:
                raise BadAnswer(
                    where, f"an answer of more than {self.patience.max_bytes} bytes", do=AGAIN
                )
            if self.clock() > ends:
                raise ProtocolError(TOO_SLOW)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _after_failure(
        self, error: HTTPError, where: str, attempt: int, *, repeatable: bool
    ) -> tuple[float, str]:
        name = fault_of(error)
        never_sent = isinstance(error, ConnectTimeoutError) or name in NEVER_SENT
        if not repeatable and not never_sent:
            raise OutcomeUnknown(where, f"no answer ({name}) after the request was sent") from None
        return self._growing_wait(attempt), name

    def _told_wait(self, answer: Answer, attempt: int) -> float:
        # Who says "at once" and refuses again does not know.
        return self.wait(answer) or self._growing_wait(attempt)

    def _growing_wait(self, attempt: int) -> float:
        longest = min(self.patience.first_wait_s * 2.0 ** (attempt - 1), 30.0)
        return longest * (0.5 + self.jitter() / 2)


__all__ = [
    "MEBIBYTE",
    "Answer",
    "HttpSession",
    "Pace",
    "Params",
    "Patience",
    "Wait",
    "retry_after",
]
