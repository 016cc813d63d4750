"""Which addresses a request may go to, decided after the name was resolved.

A host name in a setting or in an answer of the platform can point anywhere (server-side request
forgery). The check is made on the connected socket's peer, so a name that resolves differently
the second time gains nothing.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from urllib3 import PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

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


Road: TypeAlias = HTTPConnectionPool | PoolManager


class Roads:
    """The connections to each origin: guarded ones, or the proxy's that the environment names.

    Certificates are those of REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE where one is set.
    """

    def __init__(self, policy: HostPolicy, pool_size: int) -> None:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415 - only a run needs it

        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._given: dict[str, Any] = {
            "maxsize": pool_size,
            "ca_certs": bundle or DEFAULT_CA_BUNDLE_PATH,
        }
        self._straight = guarded_pools(policy, **self._given)
        self._known: dict[str, Road] = {}

    def to(self, url: str) -> tuple[Road, str]:
        """Return the connections to an address, and what they are asked for.

        The environment is asked once for each origin; straight ones need no look-up per request.
        """
        origin = origin_of(url)
        road = self._known.get(origin)
        if road is None:
            proxy = proxy_to(url)
            if proxy:
                road = ProxyManager(proxy, **self._given)
            else:
                road = self._straight.connection_from_url(url)
            self._known[origin] = road
        if isinstance(road, PoolManager):
            return road, url
        parts = urlsplit(url)
        return road, f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def proxy_to(url: str) -> str | None:
    """Return the proxy that the environment names for an address, as requests reads it."""
    from requests.utils import get_environ_proxies, select_proxy  # noqa: PLC0415 - as above

    return select_proxy(url, get_environ_proxies(url))


def guarded_pools(policy: HostPolicy, **given: Any) -> PoolManager:
    """Return pools whose connections check their peer before a byte is sent."""

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

    made = PoolManager(**given)
    made.pool_classes_by_scheme = {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}
    return made
