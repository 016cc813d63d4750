"""E-commerce calls: switched on once where the account has it off."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tajo_connector_sdk.http import Answer
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.brevo.refusals import unexpected
from target_brevo.clock import Clock

FORBIDDEN = 403
# "eCommerce activation is in process, please wait for 5 minutes" (API v3, checked 2026-11-24).
# GET /products and /categories filter by ids in the address, which must not grow too long; a page
# of categories holds at most 100 (API v3, checked 2026-11-24).
_ASKED = 50
_WAITS_S = (1.0, 5.0, 15.0, 30.0, 60.0, 60.0, 120.0, 120.0, 120.0)


@dataclass
class Shop:
    """Writes orders, products and categories."""

    client: Client
    clock: Clock
    tell: Callable[[str], None]
    _activated: bool = False

    def write(
        self, path: str, body: Any, expected: Collection[int], *, repeatable: bool = True
    ) -> Answer:
        """Post ``body``, switching e-commerce on first where Brevo says that it is off.

        Raises Refusal where the call stays forbidden after that, OutcomeUnknown where a call that
        is not ``repeatable`` got no answer.
        """
        answer = self._post(path, body, expected, repeatable=repeatable)
        if answer.status != FORBIDDEN or self._activated:
            return self._allowed(answer)
        self._activated = True
        self.client.write("POST", "/ecommerce/activate", None, expected={200})
        for wait in _WAITS_S:
            self.tell("Brevo is activating e-commerce for this account (about 5 minutes)")
            self.clock.sleep(wait)
            answer = self._post(path, body, expected, repeatable=repeatable)
            if answer.status != FORBIDDEN:
                break
        return self._allowed(answer)

    def held(self, path: str, ids: Sequence[str]) -> set[str]:
        """Return which of these products or categories (``path``) Brevo holds."""
        found: set[str] = set()
        for start in range(0, len(ids), _ASKED):
            params = {"ids": ids[start : start + _ASKED], "limit": str(_ASKED)}
            # An account whose e-commerce is off holds none.
            answer = self.client.get(path, params, also={FORBIDDEN})
            if answer.status == FORBIDDEN:
                return set()
            found.update(str(each["id"]) for each in facts_of(answer).get(path[1:]) or ())
        return found

    def _post(self, path: str, body: Any, expected: Collection[int], *, repeatable: bool) -> Answer:
        return self.client.write(
            "POST", path, body, expected={*expected, FORBIDDEN}, repeatable=repeatable
        )

    def _allowed(self, answer: Answer) -> Answer:
        if answer.status == FORBIDDEN:
            raise unexpected(answer)
        return answer
