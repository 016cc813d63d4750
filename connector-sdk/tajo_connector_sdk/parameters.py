"""What goes out with a request: parameters in its address, a body and the type of it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

import orjson

# A name with several values stands in the address once for each.
Params: TypeAlias = Mapping[str, str | Sequence[str]]


def pairs_of(params: Params) -> list[tuple[str, str]]:
    """Return parameters as pairs, a list as one pair for each of its values."""
    return [
        (name, one)
        for name, value in params.items()
        for one in ([value] if isinstance(value, str) else value)
    ]


def with_query(url: str, params: Params | None) -> str:
    """Return an address with parameters, percent-encoded as RFC 3986 says (a space is %20)."""
    if not params:
        return url
    said = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs_of(params))
    return f"{url}{'&' if '?' in url else '?'}{said}"


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")


def encoded(body: Any, headers: Mapping[str, str]) -> tuple[bytes | None, dict[str, str]]:
    """Return the body as bytes and the headers with its content type."""
    if body is None:
        return None, dict(headers)
    if isinstance(body, bytes):
        return body, dict(headers)
    return orjson.dumps(body), {"Content-Type": "application/json", **headers}
