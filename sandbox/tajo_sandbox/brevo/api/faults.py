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
    "401-ip": Refusal(401, "unauthorized", UNKNOWN_IP),
    "402": Refusal(402, "not_enough_credits", "Not enough credits, plan upgrade needed"),
    "403": Refusal(403, "permission_denied", "Permission denied"),
    "425": Refusal(425, "account_in_process", "Too early, the account is in process"),
    "429": Refusal(429, "too_many_requests", "The rate limit is exceeded"),
    "500": Refusal(500, "internal_error", "Internal error"),
    "503": Refusal(503, "service_unavailable", "Service unavailable"),
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
        if answer is None or answer.body is None:
            answer = NOTHING_TO_SPOIL
        status, body = answer.status, answer.encoded()
        if kind in ("502-html", "html-200"):
            return await self._whole(502 if kind == "502-html" else 200, HTML, headers, "text/html")
        if kind == "wrong-type":
            return await self._whole(status, body, headers, "text/plain")
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

    async def _refused(self, kind: FaultKind, headers: dict[str, str]) -> int:
        refusal = REFUSALS[kind]
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
