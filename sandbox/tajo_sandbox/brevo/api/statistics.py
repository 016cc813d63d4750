"""What Brevo tells of one contact's unsubscriptions, hard bounces and complaints in a window."""

from datetime import date, timedelta
from typing import Any

from tajo_sandbox.brevo.answers import invalid
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.state.contacts import Contact

MOST_DAYS = 90
_BY = {"admin": "adminUnsubscription", "user": "userUnsubscription"}


def statistics(call: Call, contact: Contact) -> dict[str, Any]:
    """The contact's statistics from ``startDate`` to ``endDate``, else of the last 90 days.

    Raises:
        Refusal: Only one of both is given, one is no date, or they are over 90 days apart.
    """
    first, last = _window(call)
    inside = [each for each in contact.unsubscriptions if first <= each[1][:10] <= last]
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in _BY.values()}
    for who, at in inside:
        told[_BY[who]].append({"eventTime": at} | ({"campaignId": 1} if who == "user" else {}))
    shown: dict[str, Any] = {"unsubscriptions": told}
    for kind, at in contact.undeliverable:
        if first <= at[:10] <= last:
            shown.setdefault(kind, []).append({"campaignId": 1, "eventTime": at})
    return shown


def _window(call: Call) -> tuple[str, str]:
    start, end = call.text("startDate"), call.text("endDate")
    if start is None and end is None:
        today = call.account.switches.now().date()
        return (today - timedelta(days=MOST_DAYS)).isoformat(), today.isoformat()
    if start is None or end is None:
        raise invalid("startDate and endDate go together")
    try:
        days = date.fromisoformat(end) - date.fromisoformat(start)
    except ValueError:
        raise invalid("startDate and endDate should be YYYY-MM-DD") from None
    if not timedelta(0) <= days <= timedelta(days=MOST_DAYS):
        raise invalid("startDate should be at most 90 days before endDate")
    return start, end
