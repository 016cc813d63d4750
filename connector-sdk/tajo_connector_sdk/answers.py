"""What comes back from a request: an answer and what its status means, or a fault on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tajo_connector_sdk.bodies import read_json
from tajo_connector_sdk.errors import BadAnswer, ConfigurationError
from tajo_connector_sdk.times import read_mail_time

if TYPE_CHECKING:
    from urllib3.exceptions import HTTPError

# Statuses that say "later" on every platform (RFC 9110, RFC 6585; 425: Brevo, account_in_process).
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
# Of these the other side says by itself that it has not applied the request.
NOT_APPLIED = frozenset({425, 429, 503})
OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOLLOW = (
    "it is not followed, for credentials would go with it: set the address in the settings to the "
    "one that answers by itself (https or not, with or without www, another host)"
)
LONGEST_PATH = 200
# What file stores answer for a signed address that has run out (RFC 9110; object stores say 403).
EXPIRED = frozenset({401, 403, 404, 410})
TOO_SLOW = "the answer came too slowly"
NO_NAME, NOBODY = "no host of that name", "nothing listens there"
# Signs in the errors of the libraries below, and what they mean to a person.
FAULTS = {
    TOO_SLOW: TOO_SLOW,
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


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole: status, headers (case-insensitive), body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    where: str  # method and path, without query: fit for messages

    def json(self, *, exact: bool = False) -> Any:
        """Return the parsed body (None when empty); raise BadAnswer when it is not JSON.

        ``exact``: every fraction comes as a Decimal, so that no float rounds it.
        """
        if not self.body:
            return None
        try:
            return read_json(self.body, exact=exact)
        except ValueError as error:
            kind = self.headers.get("content-type", "no content type").split(";")[0]
            raise BadAnswer(
                self.where,
                f"the answer (HTTP {self.status}, {kind}, {len(self.body)} bytes) is not JSON",
                right="the API answers in JSON",
                do="check api_url and whether a proxy, a login page or a maintenance page answers",
            ) from error


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (number or HTTP date), or None.

    A date is one of the other side's clock, which ours may be far from.
    """
    text = answer.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        at = read_mail_time(text)
    except ValueError:
        return None
    return max(0.0, (at - (sent_at(answer) or datetime.now(UTC))).total_seconds())


def sent_at(answer: Answer) -> datetime | None:
    """Return the other side's time when it answered (``Date``), or None where it does not say."""
    try:
        return read_mail_time(answer.headers.get("date", ""))
    except ValueError:
        return None


def redirected(answer: Answer) -> ConfigurationError | None:
    """Return the error of an answer that only leads elsewhere; None where it does not say where.

    It shows no query of that address: a key or a person may stand there.
    """
    address = answer.headers.get("location", "")
    if answer.status not in REDIRECTS or not address:
        return None
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    origin = f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else ""
    what = f"HTTP {answer.status}, which leads to {origin}{parts.path[:LONGEST_PATH]}"
    return ConfigurationError(answer.where, what, do=FOLLOW)


def fault_of(error: "HTTPError") -> str:
    """Return what went wrong on the way, in words that hold no address and no body."""
    text = repr(error)
    for sign, words in FAULTS.items():
        if sign in text:
            return words
    return type(error).__name__
