"""A client that reads Brevo and writes nothing: what a dry run sends through.

Everything else of a run is the same, so a dry run decides as the run would.
"""

from collections.abc import Collection
from typing import Any

import orjson

from tajo_connector_sdk.http import Answer, Params
from target_brevo.brevo.client import Client

# What Brevo answers when all goes well: status, and the name of the id it gives.
_TAKEN: tuple[tuple[str, int, str], ...] = (
    ("/contacts/import", 202, "processId"),
    ("/contacts/lists", 201, "id"),
    ("/contacts/folders", 201, "id"),
    ("/contacts/attributes/", 201, ""),
    ("/contacts", 204, ""),
    ("/events/batch", 202, ""),
    ("/events", 204, ""),
    ("/orders/status/batch", 202, ""),
    ("/orders/status", 204, ""),
    ("/products", 201, ""),
    ("/categories", 201, ""),
    ("/ecommerce/activate", 200, ""),
)


class Rehearsal(Client):
    """Counts the calls that a run would make; ids it makes up are negative."""

    _made_up = 0

    def write(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        expected: Collection[int],  # noqa: ARG002 - all goes well here
        params: Params | None = None,  # noqa: ARG002
        repeatable: bool = True,  # noqa: ARG002
    ) -> Answer:
        """Count the call and answer as Brevo does when it takes it; ``body`` goes nowhere."""
        orjson.dumps(body) if not isinstance(body, bytes) else None
        self.calls.writing += 1
        self.calls.by_bucket[self.pacer.bucket(method, path)] += 1
        status, name = next((s, n) for start, s, n in _TAKEN if path.startswith(start))
        self._made_up -= 1
        return _answer(method, path, status, {name: self._made_up} if name else None)

    def get(
        self,
        path: str,
        params: Params | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Read Brevo, except for an import that was only made up."""
        if path.startswith("/processes/-"):
            process = {"id": int(path.rpartition("/")[2]), "status": "completed"}
            return _answer("GET", path, 200, process)
        return super().get(path, params, also)


def _answer(method: str, path: str, status: int, body: dict[str, Any] | None) -> Answer:
    return Answer(status, {}, orjson.dumps(body) if body else b"", f"{method} {path}")
