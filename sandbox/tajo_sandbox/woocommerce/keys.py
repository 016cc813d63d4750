"""Who may come in: Basic or the query on https, a signature (OAuth 1.0a) anywhere.

As WC_REST_Authentication does it (WooCommerce 10.0, checked 2026-11-24).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tajo_sandbox.woocommerce.switches import Switches

DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
NEEDED = (
    "oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature",
    "oauth_signature_method",
)  # fmt: skip
DRIFT = 15 * 60
"""Seconds by which a signature's time may be off."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A request as far as its sender matters."""

    method: str
    url: str
    """Scheme, host and path, without the query."""
    query: str
    authorization: str
    tls: bool


@dataclass(slots=True)
class Door:
    """Lets callers in; remembers nonces."""

    switches: Switches
    nonces: set[tuple[str, str]] = field(default_factory=set)

    def opened(self, caller: Caller) -> str:
        """The way in that was used: `basic`, `query` or `oauth`; empty when nobody is let in."""
        header = "" if self.switches.strips_header else caller.authorization
        query = dict(parse_qsl(caller.query, keep_blank_values=True))
        if caller.tls:
            if self._is_pair(query.get("consumer_key"), query.get("consumer_secret")):
                return "query"
            if header.startswith("Basic ") and self._is_pair(*_basic(header[6:])):
                return "basic"
        said = _signed(header) or query
        return "oauth" if self._is_signed(caller, said) else ""

    def _is_pair(self, key: str | None, secret: str | None) -> bool:
        return key is not None and self.switches.keys.get(key) == secret

    def _is_signed(self, caller: Caller, said: Mapping[str, str]) -> bool:
        secret = self.switches.keys.get(said.get("oauth_consumer_key", ""))
        if secret is None or any(not said.get(name) for name in NEEDED):
            return False
        once = (said["oauth_nonce"], said["oauth_timestamp"])
        digest = DIGESTS.get(said["oauth_signature_method"])
        fresh = abs(self.switches.clock() - float(said["oauth_timestamp"])) <= DRIFT
        if digest is None or not fresh or once in self.nonces:
            return False
        pairs = parse_qsl(caller.query, keep_blank_values=True) + list(said.items())
        text = base_string(caller.method, caller.url, dict(pairs))
        mac = hmac.new(f"{secret}&".encode(), text.encode(), digest)
        right = base64.b64encode(mac.digest()).decode()
        if not hmac.compare_digest(right, said["oauth_signature"]):
            return False
        self.nonces.add(once)
        return True


def base_string(method: str, url: str, params: Mapping[str, str]) -> str:
    """What is signed: method, address, parameters in order of their names, all escaped."""
    kept = {name: value for name, value in params.items() if name != "oauth_signature"}
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in kept.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{method}&{_escaped(url)}&{_escaped(joined)}"


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


def _basic(text: str) -> tuple[str, str]:
    try:
        key, _, secret = base64.b64decode(text).decode().partition(":")
    except ValueError:
        return "", ""
    return key, secret


def _signed(header: str) -> dict[str, str]:
    if not header.startswith("OAuth "):
        return {}
    return {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', header)}
