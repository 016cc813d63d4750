"""The one client through which every call to Brevo goes: pacing, counting, saying no."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import orjson

from tajo_connector_sdk.errors import RunError
from tajo_connector_sdk.hosts import HostPolicy
from tajo_connector_sdk.http import Answer, HttpSession, Params, Patience, retry_after
from target_brevo.brevo.address import DEFAULT_API_URL
from target_brevo.brevo.pacing import Pacer, reset_seconds
from target_brevo.brevo.refusals import unexpected
from target_brevo.clock import Clock

# An hourly window can be as long as this; shorter waits are the rule.
LONGEST_WAIT_S = 3700.0
JSON = {"Content-Type": "application/json"}


@dataclass
class Calls:
    """How many calls were made, by bucket, and how many of them write."""

    by_bucket: Counter[str] = field(default_factory=Counter)
    writing: int = 0
    repeated: int = 0

    @property
    def all(self) -> int:
        """Calls of every kind, repetitions after a refusal included."""
        return sum(self.by_bucket.values()) + self.repeated


# Below /contacts everything else names one contact.
_NO_CONTACT = ("import", "attributes", "lists", "folders")


def shown_path(path: str) -> str:
    """Return ``path`` without the identifier of a person."""
    parts = path.split("/")
    if len(parts) > 2 and parts[1] == "contacts" and parts[2] not in _NO_CONTACT:  # noqa: PLR2004 - /contacts/x
        return "/contacts/…"
    return path


class Client:
    """Sends requests to one account; raises for answers that no caller expects."""

    def __init__(
        self, api_key: str, api_url: str, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.calls = Calls()
        self.pacer = Pacer(clock, tell)
        self._headers = {"api-key": api_key, "Accept": "application/json"}
        self._base_path = urlsplit(self.api_url).path
        self._shown_url = f"{urlsplit(self.api_url).hostname}{self._base_path}"
        # Public addresses only, unless a setting names a stand-in.
        given = None if self.api_url == DEFAULT_API_URL else self.api_url
        self._session = HttpSession(
            HostPolicy.with_api_url(given),
            Patience(longest_wait_s=LONGEST_WAIT_S),
            wait=self._told_wait,
            tell=tell,
            user_agent="target-brevo/0.1",
            sleep=clock.sleep,
            clock=clock.monotonic,
        )

    def get(
        self,
        path: str,
        params: Params | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Read ``path``; statuses besides 200 that the caller understands are in ``also``."""
        return self._send("GET", path, params=params, expected={200, *also})

    def write(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        expected: Collection[int],
        params: Params | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """Change something; ``expected`` are the statuses that the caller understands."""
        self.calls.writing += 1
        return self._send(method, path, body, params, expected, repeatable=repeatable)

    def lines(self, url: str) -> Iterator[bytes]:
        """Yield the lines of a result file, asked for without the key."""
        return self._session.lines(url)

    def _send(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Params | None = None,
        expected: Collection[int] = (),
        *,
        repeatable: bool = True,
    ) -> Answer:
        self.pacer.before(method, path)
        self.calls.by_bucket[self.pacer.bucket(method, path)] += 1
        payload = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        shown = f"{method} {self._shown_url}{shown_path(path)}"
        try:
            answer = self._session.send(
                method,
                self.api_url + path,
                headers=self._headers if payload is None else self._headers | JSON,
                params=params,
                body=payload,
                repeatable=repeatable,
            )
        except RunError as error:
            # Invariant 9: a contact's path holds an e-mail address or a phone number.
            raise type(error)(shown, error.what, right=error.right, do=error.do) from None
        answer = replace(answer, where=shown)
        self.pacer.learn(method, path, answer.status, answer.headers)
        if answer.status not in expected:
            raise unexpected(answer)
        return answer

    def _told_wait(self, answer: Answer) -> float | None:
        """Return how long Brevo asks to wait before the same call again."""
        # Invariant 7: a 429 is waited out as long as told, never guessed.
        self.calls.repeated += 1
        if answer.status != 429:  # noqa: PLR2004 - too many requests
            return retry_after(answer)
        method, _, rest = answer.where.partition(" ")
        path = "/" + rest.partition("/")[2]
        self.pacer.learn(method, path.removeprefix(self._base_path), 429, answer.headers)
        return reset_seconds(answer.headers)
