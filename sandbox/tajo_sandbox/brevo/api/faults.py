"""Faults as they look on the wire."""

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send

from tajo_sandbox.brevo.answers import Answer, Refusal
from tajo_sandbox.brevo.switches import BrevoSwitches, FaultKind

HTML = b"<html><head><title>502 Bad Gateway</title></head><body>Bad gateway</body></html>"
UNKNOWN_IP = (
    "We have detected you are using an unrecognised IP address 203.0.113.7. If you performed this "
    "action make sure to add the new IP address in this link: "
    "https://app.brevo.com/security/authorised_ips"
)
REFUSALS: dict[FaultKind, Refusal] = {
    "400": Refusal(400, "bad_request", "The request could not be read"),
    "401-ip": Refusal(401, "unauthorized", UNKNOWN_IP),
    "402": Refusal(402, "not_enough_credits", "Not enough credits, plan upgrade needed"),
    "403": Refusal(403, "permission_denied", "Permission denied"),
    "404": Refusal(404, "document_not_found", "The path does not exist"),
    "405": Refusal(405, "method_not_allowed", "Method not allowed"),
    "406": Refusal(406, "not_acceptable", "Not acceptable"),
    "413": Refusal(413, "bad_request", "Request body is too large"),
    "422": Refusal(422, "unprocessable_entity", "The request cannot be processed"),
    "425": Refusal(425, "account_in_process", "Too early, the account is in process"),
    "429": Refusal(429, "too_many_requests", "The rate limit is exceeded"),
    "429-bare": Refusal(429, "too_many_requests", "The rate limit is exceeded"),
    "500": Refusal(500, "internal_error", "Internal error"),
    "503": Refusal(503, "service_unavailable", "Service unavailable"),
    "504": Refusal(504, "gateway_timeout", "Gateway timeout"),
}
# A proxy's or a login page where an answer should be.
PAGES: dict[FaultKind, int] = {"502-html": 502, "html-200": 200, "429-html": 429}
REDIRECTS: dict[FaultKind, str] = {
    "login-302": "/login",
    "elsewhere-302": "https://elsewhere.example/v3/account",
}
ODD: frozenset[FaultKind] = frozenset(
    {"empty", "no-json", "broken-gzip", "strange-limits", "skewed-date"}
)
ODD_HEADERS: dict[FaultKind, dict[str, str]] = {
    "strange-limits": {
        "x-sib-ratelimit-limit": "many",
        "x-sib-ratelimit-remaining": "-1",
        "x-sib-ratelimit-reset": "soon",
    },
    "skewed-date": {"date": "Sat, 01 Jan 2000 00:00:00 GMT"},
}
NOTHING_TO_SPOIL = Answer(200, {"count": 1234, "contacts": []})
DRIP_SECONDS = 0.05
NO_CONTENT = 204
NO_ANSWER = 0


class Wire:
    """Sends one answer, whole or spoilt."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    async def answer(self, answer: Answer, headers: dict[str, str]) -> None:
        """A good answer."""
        await self._whole(answer.status, answer.encoded(), headers)

    async def spoilt(
        self,
        kind: FaultKind,
        answer: Answer | None,
        headers: dict[str, str],
        switches: BrevoSwitches,
    ) -> int:
        """What the fault makes of ``answer`` (None: the call never got that far).

        Returns the status that was sent, 0 where no answer was.
        """
        if kind in REFUSALS:
            return await self._refused(kind, headers)
        if answer is None or (answer.body is None and kind not in ODD_HEADERS):
            answer = NOTHING_TO_SPOIL
        status, body = answer.status, answer.encoded()
        if kind in ODD or kind in PAGES or kind in REDIRECTS:
            return await self._odd(kind, status, body, headers)
        return await self._broken(kind, status, body, headers, switches)

    async def _broken(
        self,
        kind: FaultKind,
        status: int,
        body: bytes,
        headers: dict[str, str],
        switches: BrevoSwitches,
    ) -> int:
        """An answer that breaks off, or never comes."""
        if kind == "wrong-type":
            return await self._whole(status, body, headers, "text/plain")
        if kind == "wrong-length":
            await self._start(status, headers, len(body) + 100, "application/json")
            await self._part(body)
        if kind == "truncated":
            return await self._whole(status, body[: len(body) // 2], headers)
        if kind == "slow-drip":
            return await self._drip(status, body, headers)
        if kind == "timeout":
            await self._wait_for_hang_up(switches.timeout_seconds)
        if kind == "reset-mid-body":
            await self._start(status, headers, len(body), "application/json")
            await self._part(body[: len(body) // 2])
        await self._hang_up()
        return NO_ANSWER

    async def _odd(self, kind: FaultKind, status: int, body: bytes, headers: dict[str, str]) -> int:
        """An answer that came whole and is not what it should be."""
        if kind in PAGES:
            return await self._whole(PAGES[kind], HTML, headers, "text/html")
        if kind in REDIRECTS:
            return await self._whole(302, b"", {**headers, "location": REDIRECTS[kind]})
        if kind == "broken-gzip":
            return await self._whole(status, body, {**headers, "content-encoding": "gzip"})
        if kind in ("strange-limits", "skewed-date"):
            return await self._whole(status, body, {**headers, **ODD_HEADERS[kind]})
        return await self._whole(status, b"" if kind == "empty" else b"accepted", headers)

    async def _refused(self, kind: FaultKind, headers: dict[str, str]) -> int:
        refusal = REFUSALS[kind]
        if kind == "429-bare":
            headers = {}
        if kind == "429":
            headers = {**headers, "x-sib-ratelimit-remaining": "0", "x-sib-ratelimit-reset": "1"}
        return await self._whole(refusal.status, refusal.answer().encoded(), headers)

    async def _whole(
        self, status: int, body: bytes, headers: dict[str, str], kind: str = "application/json"
    ) -> int:
        await self._start(status, headers, len(body), kind if body else None)
        await self._send({"type": "http.response.body", "body": body})
        return status

    async def _start(
        self, status: int, headers: dict[str, str], length: int, kind: str | None
    ) -> None:
        named = dict(headers)
        if status != NO_CONTENT:
            named["content-length"] = str(length)
        if kind:
            named["content-type"] = kind
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def _part(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def _drip(self, status: int, body: bytes, headers: dict[str, str]) -> int:
        await self._start(status, headers, len(body), "application/json")
        for index in range(len(body)):
            await asyncio.sleep(DRIP_SECONDS)
            await self._part(body[index : index + 1])
        await self._send({"type": "http.response.body", "body": b""})
        return status

    async def _wait_for_hang_up(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._until_gone()
        except TimeoutError:
            return

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _hang_up(self) -> None:
        abort: Any = self._scope.get("extensions", {}).get("tajo.abort")
        if abort is None:
            raise ConnectionAbortedError(
                "sandbox: this server cannot cut a connection; faults without an answer need "
                "tajo_sandbox.running() or tajo-sandbox serve"
            )
        abort()
        await self._until_gone()
