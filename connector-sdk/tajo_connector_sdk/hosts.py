"""Which addresses a request may go to, decided after the name was resolved.

A host name in a setting or in an answer of the platform can point anywhere (server-side request
forgery). The check is made on the connected socket's peer, so a name that resolves differently
the second time gains nothing.
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tajo_connector_sdk.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Public https hosts, and besides them only the origins that a setting names.

    ``origins`` are ``scheme://host[:port]`` of ``api_url`` settings: a stand-in may listen on
    loopback, and then only there. ``plain`` are origins that a person has named with http://: as
    public as any other, without TLS.
    """

    origins: frozenset[str] = field(default_factory=frozenset)
    plain: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def with_api_url(cls, api_url: str | None) -> "HostPolicy":
        """Return the policy for an ``api_url`` setting (None: public hosts only)."""
        return cls(frozenset({origin_of(api_url)}) if api_url else frozenset())

    def without_tls(self, base_url: str) -> "HostPolicy":
        """Return the policy that also lets in ``base_url``, where that is http."""
        if not base_url.startswith("http:"):
            return self
        return HostPolicy(self.origins, self.plain | {origin_of(base_url)})

    def check_url(self, url: str) -> None:
        """Raise ConfigurationError unless ``url`` is https, or of a named origin."""
        parts = urlsplit(url)
        if origin_of(url) in self.origins | self.plain:
            return
        if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
            raise ConfigurationError(
                f"address {origin_of(url)}",
                "only https addresses are followed",
                do="set api_url if a stand-in is meant",
            )

    def allows_peer(self, url_origin: str, peer: str) -> bool:
        """Say whether the resolved address ``peer`` may be talked to under ``url_origin``."""
        return url_origin in self.origins or is_public(peer)


# Addresses that a gateway translates to the IPv4 address in their last 32 bits (RFC 6052).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(peer: str) -> bool:
    """Say whether an address is public; of one that wraps an IPv4 address, that one decides."""
    at = ipaddress.ip_address(peer.partition("%")[0])
    if isinstance(at, ipaddress.IPv6Address):
        inner = at.ipv4_mapped or at.sixtofour or (at.teredo[1] if at.teredo else None)
        if at in NAT64:
            inner = ipaddress.IPv4Address(int(at) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global
    return at.is_global


def origin_of(url: str) -> str:
    """Return ``scheme://host:port`` in lower case, the port always spelled out."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return f"{parts.scheme}://{parts.hostname}:{port or (443 if parts.scheme == 'https' else 80)}"
