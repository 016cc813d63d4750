"""What only PayPal does: pure functions, each named by the table."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.incremental import read_time
from tajo_connector_sdk.transport import Account, Fault

Row = Mapping[str, Any]
NINE_HOURS = (
    "tick the feature (Transaction search, Subscriptions, Invoicing, Customer disputes) in the "
    "app at developer.paypal.com > Apps & Credentials; a new permission takes up to nine hours to "
    "reach new tokens"
)
ENDED, MAY_GO_BACK = frozenset({"CANCELLED", "EXPIRED"}), timedelta(days=181)
# What the report says of a start that lies after its last refresh, or before all that it keeps.
NO_DATA = "Data for the given start date is not available"
LIFTED = ("transaction_id", "transaction_event_code", "transaction_initiation_date",
          "transaction_updated_date")  # fmt: skip


def account(body: Any, _settings: Row) -> Account:
    """Read whose balances these are (Transaction Search, GET /v1/reporting/balances)."""
    named = body.get("account_id") if isinstance(body, Mapping) else None
    if not named:
        raise ConfigurationError(
            "balances of the account", "they do not say whose account it is", do=NINE_HOURS
        )
    return Account(str(named))


def fault(status: int, body: Any) -> Fault | None:
    """Say what can be done about a refusal, by its name and message."""
    said = body if isinstance(body, Mapping) else {}
    if said.get("name") == "RESULTSET_TOO_LARGE":
        return Fault.TOO_COSTLY
    if said.get("name") == "RATE_LIMIT_REACHED":
        return Fault.THROTTLED
    told = [said.get("message"), *(each.get("issue") for each in _details(said))]
    if status in {400, 404} and any(str(one).startswith(NO_DATA) for one in told):
        return Fault.NOT_YET
    return None


def _details(said: Row) -> list[Row]:
    details = said.get("details")
    return [each for each in details if isinstance(each, Mapping)] if details else []


def over(subscription: Row) -> datetime | None:
    """Say since when nothing about a subscription's payments can change any more.

    One that was cancelled or has expired is charged no more, and a payment can be sent back or
    disputed for 180 days (developer.paypal.com, "Refund payments", and how far back disputes are
    told; checked 2026-11-29); a day is added. A suspended one may go on. Without the time of its
    end nobody knows.
    """
    ended = subscription.get("status_update_time")
    if subscription.get("status") not in ENDED or not ended:
        return None
    return read_time(str(ended)) + MAY_GO_BACK


def identified(row: Row, _settings: Row) -> Row:
    """Lift what makes a transaction one of its own: an id may stand in the report several times."""
    info = row["transaction_info"]
    return {name: info.get(name) for name in LIFTED}
