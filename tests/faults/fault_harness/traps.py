"""A trap in front of a stand-in: at its n-th call something happens, before or after the answer.

Counting calls instead of waiting for a time makes a kill land between the same two steps of the
pipe each time: before the other side knew of the call, or after it acted and before it said so.
"""

import threading
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Literal

Moment = Literal["lost", "before", "applied", "answered"]


@dataclass(frozen=True, slots=True)
class Point:
    """Where a trap springs: at the n-th of ``calls``: all, writing, or those to a path's end.

    ``lost``: the call never takes effect and gets no answer; only for a caller that is dead then.
    ``before``: the caller is struck, then the call is taken as usual. ``applied``: the call has
    taken effect, its answer is not out. ``answered``: the answer is out.
    """

    side: Literal["shopify", "brevo"]
    number: int
    moment: Moment
    calls: str = "all"

    def counts(self, scope):
        """Whether a call is one of those that are counted."""
        if self.calls.startswith("/"):
            return scope["path"].endswith(self.calls)
        return self.calls == "all" or scope["method"] != "GET"


class Trap:
    """An ASGI application around another one; ``now`` gives its time for the Date header."""

    def __init__(self, app, side, now):
        self.app = app
        self.side = side
        self.now = now
        self.sprung = threading.Event()
        self.seen = 0
        self._lock = threading.Lock()
        self._point: Point | None = None
        self._act = lambda: False

    def arm(self, point, act):
        """Call ``act`` once at ``point``; it returns whether it struck anything."""
        with self._lock:
            self.sprung.clear()
            self.seen = 0
            self._point = point if point is not None and point.side == self.side else None
            self._act = act

    def disarm(self):
        """Let all calls pass."""
        with self._lock:
            self._point = None

    def _moment(self, scope):
        """Count a call and return the moment at which it is to be struck, or None."""
        with self._lock:
            point = self._point
            if point is None or not point.counts(scope):
                return None
            self.seen += 1
            if self.seen < point.number:
                return None
            self._point = None
            return point.moment

    def _spring(self):
        if self._act():
            self.sprung.set()

    async def __call__(self, scope, receive, send):
        """Take one call."""
        moment = self._moment(scope)
        if moment in ("lost", "before"):
            self._spring()
        if moment == "lost" and self.sprung.is_set():
            scope["extensions"]["tajo.abort"]()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await self.app(scope, receive, self._sender(send, moment))

    def _sender(self, send, moment):
        async def sending(message):
            if message["type"] == "http.response.start":
                if moment == "applied":
                    self._spring()
                date = format_datetime(self.now(), usegmt=True).encode()
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() != b"date"]
                message = {**message, "headers": [*kept, (b"date", date)]}
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body")
            if moment == "answered" and whole:
                self._spring()

        return sending
