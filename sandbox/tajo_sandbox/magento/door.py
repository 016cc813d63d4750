"""Who may come in: OAuth 1.0a signatures, bearer tokens where they are let, Adobe IMS tokens."""

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

    from tajo_sandbox.magento.switches import Switches

NEEDED = (
    "oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method",
    "oauth_timestamp", "oauth_token",
)  # fmt: skip
DRIFT = 600
LIVES = 86_399
SCOPE = "commerce.accs"


class Refused(Exception):
    """Nobody is let in: the message."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A request as far as its sender matters; `url` is without the query."""

    method: str
    url: str
    query: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Door:
    """Lets callers in; remembers nonces and the tokens that were given out."""

    switches: Switches
    nonces: set[tuple[str, str]] = field(default_factory=set)
    given: dict[str, float] = field(default_factory=dict)

    def opened(self, caller: Caller) -> str:
        """The way in: `oauth`, `bearer`, `ims`, or empty for a guest (an unknown bearer is one).

        Raises:
            Refused: a signature is not right.
        """
        header = caller.headers.get("authorization", "")
        if header.startswith("OAuth "):
            self._check(caller, header)
            return "oauth"
        token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
        if self.given.get(token, 0) > self.switches.clock():
            sent = caller.headers.get("x-api-key"), caller.headers.get("x-gw-ims-org-id")
            return "ims" if all(sent) else ""
        return "bearer" if self.switches.bearer and token in self.switches.tokens else ""

    def token(self, form: Mapping[str, str]) -> str:
        """A token for a client of the SaaS edition, empty when it gets none."""
        secret = self.switches.clients.get(form.get("client_id", ""))
        right = secret is not None and form.get("client_secret") == secret
        scopes = form.get("scope", "").replace(",", " ").split()
        if not right or form.get("grant_type") != "client_credentials" or SCOPE not in scopes:
            return ""
        token = f"ims-{len(self.given) + 1}"
        self.given[token] = self.switches.clock() + LIVES
        return token

    def _check(self, caller: Caller, header: str) -> None:
        said = {n: unquote(v) for n, v in re.findall(r'(oauth_\w+)="([^"]*)"', header)}
        missing = [name for name in NEEDED if not said.get(name)]
        if missing:
            raise Refused(f"oauth_problem=parameter_absent&oauth_parameters_absent={missing[0]}")
        secret = self.switches.consumers.get(said["oauth_consumer_key"])
        if secret is None:
            raise Refused("A consumer having the specified key does not exist")
        if abs(self.switches.clock() - float(said["oauth_timestamp"])) > DRIFT:
            raise Refused("The timestamp value in the oauth_timestamp parameter is invalid")
        once = (said["oauth_nonce"], said["oauth_timestamp"])
        if once in self.nonces:
            raise Refused("The nonce is already being used by the consumer")
        token_secret = self.switches.tokens.get(said["oauth_token"])
        if token_secret is None:
            raise Refused("Specified token does not exist")
        if said["oauth_signature_method"] != "HMAC-SHA256":
            raise Refused("Signature method is not supported")
        key = f"{_escaped(secret)}&{_escaped(token_secret)}"
        text = base_string(caller, {n: v for n, v in said.items() if n != "oauth_signature"})
        mac = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())
        if not hmac.compare_digest(mac.decode(), said["oauth_signature"]):
            raise Refused("The signature is invalid. Verify and try again.")
        self.nonces.add(once)


def base_string(caller: Caller, said: Mapping[str, str]) -> str:
    """What is signed: method, address, and every parameter with its brackets, escaped, in order.

    A plus sign in the query is a plus sign here and no space (rawurldecode).
    """
    query = parse_qsl(caller.query.replace("+", "%2B"), keep_blank_values=True)
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in [*query, *said.items()])
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{caller.method}&{_escaped(caller.url)}&{_escaped(joined)}"


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
