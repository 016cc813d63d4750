"""The client credentials grant: `POST /admin/oauth/access_token`.

Answers `access_token`, `scope` and `expires_in`, as JSON or form was sent (shopify.dev, client
credentials grant, checked 2026-11-24).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from tajo_sandbox.mishaps import json_response

if TYPE_CHECKING:
    from starlette.responses import Response

    from tajo_sandbox.shopify.desk import Desk


def _fields(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        try:
            sent = orjson.loads(body)
        except orjson.JSONDecodeError:
            return {}
        return sent if isinstance(sent, dict) else {}
    return dict(parse_qsl(body.decode(errors="replace")))


def grant(desk: Desk, body: bytes, content_type: str) -> tuple[Response, str]:
    """The answer to one request for a token, and its outcome for the log."""
    sent, switches = _fields(body, content_type), desk.switches
    if sent.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "The grant type is not supported.")
    known = (switches.client_id, switches.client_secret)
    if (sent.get("client_id"), sent.get("client_secret")) != known:
        return _refused(401, "invalid_client", "Client authentication failed.")
    if not switches.shop_permitted:
        return _refused(
            400,
            "shop_not_permitted",
            "Client credentials cannot be performed on this shop.",
        )
    token = f"shpat_{next(desk.numbers):032x}"
    switches.issued[token] = switches.clock() + switches.token_seconds
    body_out = {
        "access_token": token,
        "scope": ",".join(sorted(switches.scopes)),
        "expires_in": switches.token_seconds,
    }
    return json_response(body_out), "ok"


def _refused(status: int, error: str, description: str) -> tuple[Response, str]:
    return json_response({"error": error, "error_description": description}, status), error
