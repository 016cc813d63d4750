"""What an answer says, or an error where it says nothing that can be read."""

from typing import Any

from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.http import Answer


def facts_of(answer: Answer, *needed: str) -> dict[str, Any]:
    """Return the JSON object of an answer, which holds at least the names ``needed``.

    Raises BadAnswer for anything else: a proxy's page, nothing, a list.
    """
    body = answer.json()
    if not isinstance(body, dict) or any(name not in body for name in needed):
        names = f" with {', '.join(needed)}" if needed else ""
        raise BadAnswer(
            answer.where,
            f"the answer (HTTP {answer.status}, {len(answer.body)} bytes) is not what Brevo says "
            "here",
            right=f"a JSON object{names}",
            do="run again: nothing that was not confirmed counts as sent; where it stays, check "
            "api_url and whether a proxy answers",
        )
    return body


def number_in(answer: Answer, name: str) -> int:
    """Return the whole number ``name`` of an answer.

    Raises BadAnswer where there is none.
    """
    value = facts_of(answer, name)[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not str(value).lstrip("-").isdigit()
    ):
        raise BadAnswer(answer.where, f"'{name}' is no number", do="run again")
    return int(value)
