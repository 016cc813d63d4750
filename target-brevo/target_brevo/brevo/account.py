"""The account behind the key."""

from dataclasses import dataclass

from tajo_connector_sdk.errors import BadAnswer
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of


@dataclass(frozen=True, slots=True)
class Account:
    """Who the key belongs to: Brevo's id of the organisation, and its plans in Brevo's words."""

    organization: str
    plans: tuple[str, ...] = ()


def read_account(client: Client) -> Account:
    """Return the account behind the key (``GET /account``, API v3, checked 2026-11-24).

    Raises ConfigurationError for a key that Brevo does not take, BadAnswer where no account
    comes back.
    """
    answer = client.get("/account")
    body = facts_of(answer)
    organization = body.get("organization_id") if isinstance(body, dict) else None
    if not organization:
        raise BadAnswer(
            answer.where,
            "the answer names no organization_id",
            right="the account as Brevo's API v3 shows it",
            do="check api_url: it must end in /v3",
        )
    return Account(str(organization), _plans(body.get("plan")))


def _plans(told: object) -> tuple[str, ...]:
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    return tuple(
        f"{row.get('type', 'unnamed')} ({row.get('credits', '?')} {row.get('creditsType', '')})"
        for row in rows
    )
