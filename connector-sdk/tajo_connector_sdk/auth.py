"""How a tap is let in: facts for the table, and what they become at run time.

    ``Header``             a token from a setting, sent with every request
    ``ClientCredentials``  OAuth 2.0 client credentials: a token that is asked for, kept in memory,
                           renewed by the clock and once when the platform answers 401

Tokens are never written anywhere, and no message holds one.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tajo_connector_sdk.errors import BadAnswer, ConfigurationError
from tajo_connector_sdk.http import Answer, HttpSession

# What an OAuth server may call its refusal (RFC 6749 §5.2 and platforms' own words).
_CODE = re.compile(r"[a-z][a-z0-9_]{2,60}\Z")
OK = 200
# A token is renewed this long before it runs out, so that none dies on its way.
MARGIN_S = 300.0


class Credentials(Protocol):
    """What is sent to be let in."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers of the next request."""

    def renew(self) -> bool:
        """Get a new token after a 401; False when there is no way to."""


class Auth(Protocol):
    """A way to be let in, as a fact: which settings it needs, and how it starts."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The settings that have to be given."""

    def start(
        self, settings: Mapping[str, Any], session: HttpSession, base_url: str
    ) -> Credentials:
        """Return the credentials; nothing is sent yet."""


@dataclass(frozen=True, slots=True)
class Header:
    """The value of a setting in a header."""

    header: str
    setting: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The one setting."""
        return (self.setting,)

    def start(
        self,
        settings: Mapping[str, Any],
        session: HttpSession,  # noqa: ARG002 - the protocol's; a fixed token asks nobody
        base_url: str,  # noqa: ARG002 - as above
    ) -> "FixedToken":
        """Return the credentials that this setting makes."""
        return FixedToken({self.header: str(settings[self.setting])})


@dataclass(frozen=True, slots=True)
class FixedToken:
    """Headers that never change."""

    sent: Mapping[str, str] = field(repr=False)

    def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        return self.sent

    def renew(self) -> bool:
        """Say that a fixed token cannot be renewed."""
        return False


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749 §4.4), the token sent in ``header``.

    ``path`` is the token endpoint under the base URL. ``hints`` maps the platform's word for a
    refusal to what a person can do about it.
    """

    header: str
    path: str
    id_setting: str = "client_id"
    secret_setting: str = "client_secret"  # noqa: S105 - a setting's name
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The id and the secret."""
        return (self.id_setting, self.secret_setting)

    def start(
        self, settings: Mapping[str, Any], session: HttpSession, base_url: str
    ) -> "RenewedToken":
        """Return credentials that ask for a token when the first one is needed."""
        asked = {
            "grant_type": "client_credentials",
            "client_id": str(settings[self.id_setting]),
            "client_secret": str(settings[self.secret_setting]),
        }
        return RenewedToken(self, asked, session, base_url + self.path)


@dataclass(slots=True)
class RenewedToken:
    """A token in memory, renewed by the clock and on demand.

    ``clock`` gives seconds and never goes back.
    """

    fact: ClientCredentials
    asked: Mapping[str, str] = field(repr=False)
    session: HttpSession
    url: str
    clock: Callable[[], float] = time.monotonic
    _token: str = field(default="", repr=False)
    _until: float = 0.0

    def headers(self) -> Mapping[str, str]:
        """Return the header with a token that still lives; asks for one when needed."""
        if not self._token or self.clock() >= self._until:
            self._ask()
        return {self.fact.header: self._token}

    def renew(self) -> bool:
        """Ask for a new token whatever the clock says."""
        self._ask()
        return True

    def _ask(self) -> None:
        answer = self.session.send(
            "POST", self.url, body=dict(self.asked), headers={"Accept": "application/json"}
        )
        if answer.status != OK:
            raise self._refused(answer)
        said = answer.json()
        if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
            raise BadAnswer(answer.where, "no access_token in the answer")
        lives = float(said.get("expires_in") or 0) or float("inf")
        self._token = said["access_token"]
        self._until = self.clock() + lives - min(MARGIN_S, lives / 10)

    def _refused(self, answer: Answer) -> ConfigurationError:
        code = error_code(answer)
        hint = self.fact.hints.get(code, "")
        named = f", {code}" if code else ""
        return ConfigurationError(
            f"{self.fact.id_setting} and {self.fact.secret_setting}",
            f"the platform gave no token (HTTP {answer.status}{named})",
            do=hint or "compare both with the app's credentials on the platform, and its address",
        )


def error_code(answer: Answer) -> str:
    """Return the OAuth word in a refusal, or an empty text when there is none fit to show."""
    try:
        said = answer.json()
    except BadAnswer:
        return ""
    code = said.get("error") if isinstance(said, dict) else None
    return code if isinstance(code, str) and _CODE.match(code) else ""
