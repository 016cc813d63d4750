"""How a tap is let in: facts for the table, and what they become at run time.

    ``Header``             a token from a setting in a header, as it is or as ``Bearer``
    ``Basic``              user and password (RFC 7617), or in the query where a host strips it
    ``ClientCredentials``  OAuth 2.0: a token that is asked for and renewed (``oauth``)
    ``OAuth1``             a signature over each request (``signing``)
    ``ByScheme``           one of these on https, another on plain http

Tokens are never written anywhere, and no message holds one.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tajo_connector_sdk.parameters import Params

if TYPE_CHECKING:
    from tajo_connector_sdk.http import HttpSession


class Credentials(Protocol):
    """What is sent to be let in."""

    def headers(
        self, method: str = "GET", url: str = "", params: Params | None = None
    ) -> Mapping[str, str]:
        """Return the headers of a request; only a signature looks at what the request is."""

    def params(self) -> Mapping[str, str]:
        """Return what goes into the query instead."""

    def renew(self) -> bool:
        """Get a new token after a 401; False when there is no way to."""


class Auth(Protocol):
    """A way to be let in, as a fact: which settings it needs, and how it starts."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The settings that have to be given."""

    def start(
        self, settings: Mapping[str, Any], session: "HttpSession", base_url: str
    ) -> Credentials:
        """Return the credentials; nothing is sent yet."""


@dataclass(frozen=True, slots=True)
class Header:
    """The value of a setting in a header, after ``prefix`` (``"Bearer "``)."""

    header: str
    setting: str
    prefix: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The one setting."""
        return (self.setting,)

    def start(
        self,
        settings: Mapping[str, Any],
        session: "HttpSession",  # noqa: ARG002 - the protocol's; a fixed token asks nobody
        base_url: str,  # noqa: ARG002 - as above
    ) -> "FixedToken":
        """Return the credentials that this setting makes."""
        return FixedToken({self.header: f"{self.prefix}{settings[self.setting]}"})


def bearer(setting: str) -> Header:
    """Return the way in of a token sent as ``Authorization: Bearer`` (RFC 6750 §2.1)."""
    return Header("Authorization", setting, prefix="Bearer ")


@dataclass(frozen=True, slots=True)
class Basic:
    """User and password from two settings (RFC 7617).

    ``in_query`` are the two parameters that carry them instead, once a 401 says that the header
    did not arrive (some hosts strip it). Without ``password`` the user alone is sent.
    """

    user: str
    password: str = ""
    in_query: tuple[str, str] | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The one or two settings."""
        return (self.user, self.password) if self.password else (self.user,)

    def start(
        self,
        settings: Mapping[str, Any],
        session: "HttpSession",  # noqa: ARG002 - the protocol's; a password asks nobody
        base_url: str,  # noqa: ARG002 - as above
    ) -> "FixedToken":
        """Return the credentials that these settings make."""
        both = [str(settings[name]) for name in self.needs]
        query = dict(zip(self.in_query, both, strict=False)) if self.in_query else {}
        return FixedToken({"Authorization": basic(*both)}, query)


def basic(user: str, password: str = "") -> str:
    """Return the value of a Basic header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class ByScheme:
    """One way in on https, another on plain http."""

    https: "Auth"
    http: "Auth"

    @property
    def needs(self) -> tuple[str, ...]:
        """The settings of both."""
        return tuple(dict.fromkeys((*self.https.needs, *self.http.needs)))

    def start(
        self, settings: Mapping[str, Any], session: "HttpSession", base_url: str
    ) -> Credentials:
        """Return the credentials of the way that fits the address."""
        way = self.https if base_url.startswith("https:") else self.http
        return way.start(settings, session, base_url)


@dataclass(slots=True)
class FixedToken:
    """Headers that never change; or, once they were refused, parameters (``instead``)."""

    sent: Mapping[str, str] = field(repr=False)
    instead: Mapping[str, str] = field(default_factory=dict, repr=False)
    _in_query: bool = False

    def headers(
        self,
        method: str = "GET",  # noqa: ARG002 - the protocol's: only a signature needs it
        url: str = "",  # noqa: ARG002 - as above
        params: Params | None = None,  # noqa: ARG002 - as above
    ) -> Mapping[str, str]:
        """Return the headers."""
        return {} if self._in_query else self.sent

    def params(self) -> Mapping[str, str]:
        """Return the parameters that go instead of the headers."""
        return self.instead if self._in_query else {}

    def renew(self) -> bool:
        """Try the parameters once where there are any; a fixed token cannot be renewed."""
        first = bool(self.instead) and not self._in_query
        self._in_query = self._in_query or first
        return first
