"""A client that reads Brevo and writes nothing: what a dry run sends through.

Everything else of a run is the same, so a dry run decides as the run would.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson

from tajo_connector_sdk.http import Answer, Params
from target_brevo.brevo.client import Client
from target_brevo.brevo.differences import Differences
from target_brevo.brevo.tiers import TIERS, own_tier, seconds_of, total
from target_brevo.clock import Clock

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
    """Counts the calls that a run would make, and what they would change.

    Ids that it makes up are negative. What is read only to compare is counted apart.
    """

    def __init__(
        self, api_key: str, api_url: str, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        super().__init__(api_key, api_url, clock, tell)
        self.differences = Differences(self._look)
        self._looks = 0
        self._made_up = 0

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
        self.differences.take(method, path, body)
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
            self.calls.by_bucket[self.pacer.bucket("GET", path)] += 1
            process = {"id": int(path.rpartition("/")[2]), "status": "completed"}
            return _answer("GET", path, 200, process)
        return super().get(path, params, also)

    def forecast(self) -> dict[str, Any]:
        """Return what a run would change, and the calls and seconds that it would take at least."""
        calls = {bucket: count for bucket, count in self.calls.by_bucket.items() if count}
        limits, tier = own_tier(self.pacer.windows) or ("General", TIERS["General"])
        seconds = seconds_of(calls, tier)
        return self.differences.as_facts() | {
            "limits": limits,
            "seconds": total(seconds),
            "buckets": {
                bucket: {"calls": count, "seconds": seconds[bucket]}
                for bucket, count in sorted(calls.items())
            },
            "calls_to_compare": self._looks,
        }

    def _look(self, path: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        """Read only to compare: a run would not make this call."""
        answer = super().get(path, params, also={400, 404})
        self.calls.by_bucket[self.pacer.bucket("GET", path)] -= 1
        self._looks += 1
        found: dict[str, Any] | None = answer.json() if answer.status == 200 else None  # noqa: PLR2004 - found
        return found


def _answer(method: str, path: str, status: int, body: dict[str, Any] | None) -> Answer:
    return Answer(status, {}, orjson.dumps(body) if body else b"", f"{method} {path}")
