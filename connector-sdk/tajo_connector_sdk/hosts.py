"""Which addresses a request may go to, decided after the name was resolved.

A host name in a setting or in an answer of the platform can point anywhere (server-side request
forgery). The check is made on the connected socket's peer, so a name that resolves differently
the second time gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tajo_connector_sdk.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Public https hosts, and besides them only the origins that a setting names.

    ``origins`` are ``scheme://host[:port]`` of ``api_url`` settings: a stand-in may listen on
    loopback, and then only there.
    """

    origins: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def with_api_url(cls, api_url: str | None) -> "HostPolicy":
        """Return the policy for an ``api_url`` setting (None: public hosts only)."""
        return cls(frozenset({origin_of(api_url)}) if api_url else frozenset())

    def check_url(self, url: str) -> None:
        """Raise ConfigurationError unless ``url`` is https, or of a named origin."""
        parts = urlsplit(url)
        if origin_of(url) in self.origins:
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


def guarded_adapter(policy: HostPolicy, *, pool_size: int = 10) -> HTTPAdapter:
    """Return an adapter whose connections check their peer before a byte is sent."""

    def guard(connection: HTTPConnection, sock: socket.socket, scheme: str) -> socket.socket:
        peer = str(sock.getpeername()[0])
        origin = f"{scheme}://{connection.host}:{connection.port}"
        if not policy.allows_peer(origin, peer):
            sock.close()
            raise ConfigurationError(
                f"host {connection.host}",
                "it resolves to an address that is not public",
                do="check the host in your settings, or set api_url if a stand-in is meant",
            )
        return sock

    class GuardedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard(self, super()._new_conn(), "http")

    class GuardedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard(self, super()._new_conn(), "https")

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTP

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPS

    class GuardedAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {
                "http": GuardedHTTPPool,
                "https": GuardedHTTPSPool,
            }

    return GuardedAdapter(pool_connections=pool_size, pool_maxsize=pool_size)
