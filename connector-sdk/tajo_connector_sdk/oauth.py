"""OAuth 2.0 client credentials: a token that is asked for, kept in memory, renewed.

It is renewed by the clock, and once when the platform answers 401. It is never written anywhere,
and no message holds it.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tajo_connector_sdk.answers import Answer, redirected
from tajo_connector_sdk.auth import basic
from tajo_connector_sdk.errors import BadAnswer, ConfigurationError
from tajo_connector_sdk.parameters import Params

if TYPE_CHECKING:
    from tajo_connector_sdk.http import HttpSession

# What an OAuth server may call its refusal (RFC 6749 §5.2 and platforms' own words).
_CODE = re.compile(r"[a-z][a-z0-9_]{2,60}\Z")
OK = 200
# A token is renewed this long before it runs out, so that none dies on its way.
MARGIN_S = 300.0


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749 §4.4), the token sent in ``header``.

    ``path`` is the token endpoint under the base URL, or under ``host`` (``https://...``) where
    tokens come from elsewhere; a stand-in answers for both. ``sends`` says how the secrets go:
    ``json``, ``form`` (both in the body) or ``basic`` (RFC 6749 §2.3.1). ``prefix`` stands before
    the token (``"Bearer "``), ``scope`` is asked for. ``hints`` maps the platform's word for a
    refusal to what a person can do about it. ``beside`` are headers that go with the token, and
    the settings that hold their values.
    """

    header: str
    path: str
    id_setting: str = "client_id"
    secret_setting: str = "client_secret"  # noqa: S105 - a setting's name
    hints: Mapping[str, str] = field(default_factory=dict)
    sends: str = "json"
    prefix: str = ""
    scope: str = ""
    host: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The id and the secret, and what goes beside the token."""
        return tuple(dict.fromkeys((self.id_setting, self.secret_setting, *self.beside.values())))

    def start(
        self, settings: Mapping[str, Any], session: "HttpSession", base_url: str
    ) -> "RenewedToken":
        """Return credentials that ask for a token when the first one is needed."""
        user, secret = str(settings[self.id_setting]), str(settings[self.secret_setting])
        asked = {"grant_type": "client_credentials"}
        headers = {"Accept": "application/json"}
        if self.sends == "basic":
            headers["Authorization"] = basic(user, secret)
        else:
            asked |= {"client_id": user, "client_secret": secret}
        if self.scope:
            asked["scope"] = self.scope
        base = self.host if self.host and not settings.get("api_url") else base_url
        made = RenewedToken(self, asked, session, base + self.path, sent=headers)
        made.beside = {name: str(settings[of]) for name, of in self.beside.items()}
        return made


@dataclass(slots=True)
class RenewedToken:
    """A token in memory, renewed by the clock and on demand; safe to share between threads.

    ``sent`` are the headers of the request for a token. ``clock`` gives seconds and never goes
    back.
    """

    fact: ClientCredentials
    asked: Mapping[str, str] = field(repr=False)
    session: "HttpSession"
    url: str
    clock: Callable[[], float] = time.monotonic
    sent: Mapping[str, str] = field(default_factory=dict, repr=False)
    beside: Mapping[str, str] = field(default_factory=dict, repr=False)
    _token: str = field(default="", repr=False)
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def headers(
        self,
        method: str = "GET",  # noqa: ARG002 - the protocol's: only a signature needs it
        url: str = "",  # noqa: ARG002 - as above
        params: Params | None = None,  # noqa: ARG002 - as above
    ) -> Mapping[str, str]:
        """Return the header with a token that still lives; asks for one when needed."""
        with self._lock:
            if not self._token or self.clock() >= self._until:
                self._ask()
            return {self.fact.header: f"{self.fact.prefix}{self._token}", **self.beside}

    def params(self) -> Mapping[str, str]:
        """Return no parameters: the token goes in a header."""
        return {}

    def renew(self) -> bool:
        """Ask for a new token whatever the clock says."""
        with self._lock:
            self._ask()
        return True

    def _ask(self) -> None:
        headers, body = dict(self.sent), dict(self.asked)
        form = urlencode(body).encode() if self.fact.sends != "json" else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.session.send("POST", self.url, body=form or body, headers=headers)
        if answer.status != OK:
            raise self._refused(answer)
        said = answer.json()
        if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
            raise BadAnswer(answer.where, "no access_token in the answer")
        lives = float(said.get("expires_in") or 0) or float("inf")
        self._token = said["access_token"]
        self._until = self.clock() + lives - min(MARGIN_S, lives / 10)

    def _refused(self, answer: Answer) -> ConfigurationError:
        if moved := redirected(answer):
            return moved
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
