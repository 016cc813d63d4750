"""The connections to hosts that may be talked to, each checked on the connected socket's peer."""

import os
import socket
import sys
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import certifi
from urllib3 import PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.hosts import HostPolicy, origin_of

# Where proxies are kept outside the environment as well (urllib.request, getproxies).
_SYSTEM_KNOWS = sys.platform in {"darwin", "win32"}

Road: TypeAlias = HTTPConnectionPool | PoolManager


class Roads:
    """The connections to each origin: guarded ones, or the proxy's that the environment names.

    Certificates are those of REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE where one is set.
    """

    def __init__(self, policy: HostPolicy, pool_size: int) -> None:
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._given: dict[str, Any] = {
            "maxsize": pool_size,
            "ca_certs": bundle or certifi.where(),
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
            proxy = _proxy_of(url)
            if proxy:
                road = ProxyManager(proxy, **self._given)
            else:
                road = self._straight.connection_from_url(url)
            self._known[origin] = road
        if isinstance(road, PoolManager):
            return road, url
        parts = urlsplit(url)
        return road, f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _proxy_of(url: str) -> str | None:
    """Return the proxy that the environment, or the system, names for an address."""
    if not _SYSTEM_KNOWS and not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    # With it come cookies and character sets, a tenth of a start, and most runs have no proxy.
    from requests.utils import get_environ_proxies, select_proxy  # noqa: PLC0415 - see above

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
