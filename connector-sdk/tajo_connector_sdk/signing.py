"""OAuth 1.0a, one- and two-legged, by HMAC-SHA256 (RFC 5849 §3; SHA-256 as Magento wants it).

The base string holds the query as it goes out, bracketed names and all, percent-encoded as
RFC 3986 says; ``query_text`` writes the query the same way.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit

from tajo_connector_sdk.parameters import Params, pairs_of

if TYPE_CHECKING:
    from tajo_connector_sdk.http import HttpSession

Pairs: TypeAlias = list[tuple[str, str]]
DIGESTS = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}


def escaped(text: str) -> str:
    """Return a text percent-encoded as RFC 3986 §2.3 leaves only unreserved signs."""
    return quote(text, safe="-._~")


def base_string(method: str, url: str, pairs: Pairs) -> str:
    """Return the signature base string (RFC 5849 §3.4.1) of a request with these parameters."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme):
        host = f"{host}:{parts.port}"
    every = pairs + parse_qsl(parts.query, keep_blank_values=True)
    named = sorted((escaped(name), escaped(value)) for name, value in every)
    query = "&".join(f"{name}={value}" for name, value in named)
    where = f"{parts.scheme.lower()}://{host}{parts.path or '/'}"
    return "&".join(escaped(part) for part in (method.upper(), where, query))


def signature(method: str, url: str, pairs: Pairs, key: str, digest: str) -> str:
    """Return the signature of a request; ``key`` is both secrets, escaped, joined by ``&``."""
    text = base_string(method, url, pairs)
    mac = hmac.new(key.encode(), text.encode(), DIGESTS[digest])
    return base64.b64encode(mac.digest()).decode()


@dataclass(frozen=True, slots=True)
class OAuth1:
    """OAuth 1.0a: each request signed with the secrets that these settings hold.

    Without ``token`` and ``token_secret`` (settings' names) it is one-legged, as WooCommerce has
    it on plain HTTP.
    """

    consumer_key: str = "consumer_key"
    consumer_secret: str = "consumer_secret"  # noqa: S105 - a setting's name
    token: str = ""
    token_secret: str = ""
    digest: str = "HMAC-SHA256"

    @property
    def needs(self) -> tuple[str, ...]:
        """The key, the secrets, the token."""
        named = (self.consumer_key, self.consumer_secret, self.token, self.token_secret)
        return tuple(name for name in named if name)

    def start(
        self,
        settings: Mapping[str, Any],
        session: "HttpSession",  # noqa: ARG002 - the protocol's; a signature asks nobody
        base_url: str,  # noqa: ARG002 - as above
    ) -> "Signer":
        """Return what signs."""

        def given(name: str) -> str:
            return str(settings[name]) if name else ""

        return Signer(
            self.digest,
            given(self.consumer_key),
            given(self.consumer_secret),
            given(self.token),
            given(self.token_secret),
        )


@dataclass(slots=True)
class Signer:
    """Signs requests. ``now`` gives seconds since 1970, ``nonce`` a text that comes only once."""

    digest: str
    consumer: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)
    now: Callable[[], float] = time.time
    nonce: Callable[[], str] = secrets.token_hex

    def headers(self, method: str = "GET", url: str = "", params: Params | None = None) -> dict[
        str, str
    ]:  # fmt: skip
        """Return the Authorization header of a request."""
        said = {
            "oauth_consumer_key": self.consumer,
            "oauth_nonce": self.nonce(),
            "oauth_signature_method": self.digest,
            "oauth_timestamp": str(int(self.now())),
            "oauth_version": "1.0",
        }
        if self.token:
            said["oauth_token"] = self.token
        key = f"{escaped(self.secret)}&{escaped(self.token_secret)}"
        pairs = pairs_of(params or {}) + list(said.items())
        said["oauth_signature"] = signature(method, url, pairs, key, self.digest)
        text = ", ".join(f'{name}="{escaped(value)}"' for name, value in said.items())
        return {"Authorization": f"OAuth {text}"}

    def params(self) -> Mapping[str, str]:
        """Return no parameters: the signature goes in the header."""
        return {}

    def renew(self) -> bool:
        """Say that there is nothing to renew."""
        return False
