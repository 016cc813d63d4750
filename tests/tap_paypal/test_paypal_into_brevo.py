"""The whole way in this process: account, tap, mapping, loader, Brevo."""

from collections import defaultdict
from decimal import Decimal


def traded(rows):
    """Payments that came in and what went back of them, whose payers are known."""
    for row in rows:
        info, email = row["transaction_info"], row["payer_info"].get("email_address")
        amount = Decimal(info["transaction_amount"]["value"])
        code = row["transaction_event_code"]
        if email and ((code[:3] == "T00" and amount >= 0) or (code[:3] == "T11" and amount < 0)):
            yield email.lower(), row, amount


def test_an_account_is_loaded_and_loaded_again_without_a_writing_call(open_account, carry):
    account = open_account(brevo=True)

    first = carry(account)

    brevo = account.brevo
    assert brevo.events == []  # the past starts no automation
    known = {email for email, _, _ in traded(first.rows["transactions"])}
    known |= {row["subscriber"]["email_address"].lower() for row in first.rows["subscriptions"]}
    known = {email for email in known if email.isascii()}  # others are refused by Brevo
    assert {contact.email for contact in brevo.contacts.values() if contact.email} == known
    assert not any(contact.email_blacklisted for contact in brevo.contacts.values())
    paid = [row for _, row, _ in traded(first.rows["transactions"])
            if row["transaction_event_code"] == "T0006"]  # fmt: skip
    assert len(brevo.orders) == len(paid)

    brevo.mark()
    second = carry(account, first.state)
    assert set(second.rows) <= {"transactions"}
    assert brevo.writes() == []


def test_what_was_paid_is_added_up_in_one_currency_and_never_across(open_account, carry):
    account = open_account(customers=6, orders=60, brevo=True)
    first = carry(account, only=["transactions"])

    spent, counts = defaultdict(lambda: defaultdict(Decimal)), defaultdict(int)
    for email, row, amount in traded(first.rows["transactions"]):
        info = row["transaction_info"]
        if info["transaction_status"] in {"S", "V"}:
            spent[email][info["transaction_amount"]["currency_code"]] += amount
        counts[email] += info["transaction_status"] == "S" and row["transaction_event_code"] == (
            "T0006"
        )
    assert len({code for sums in spent.values() for code in sums}) > 1
    for email, sums in spent.items():
        attributes = account.brevo.contact(email).attributes
        assert Decimal(str(attributes["TOTAL_SPENT"])) == sums[attributes["CURRENCY"]]
        assert attributes["ORDER_COUNT"] == counts[email]


def test_new_payments_refunds_and_a_cancelled_subscription_reach_brevo_once(open_account, carry):
    account = open_account(brevo=True)
    first = carry(account)
    store = account.store
    placed = store.place_orders(3)
    store.refund(placed[0], whole=False)
    ended = first.rows["subscriptions"][0]["id"]
    account.platform_switches.cancelled[ended] = store.now()

    second = carry(account, first.state)

    names = sorted(event.name for event in account.brevo.events)
    assert names == ["order_completed"] * 3 + ["order_refunded", "paypal_subscription_ended"]
    carry(account, second.state)
    assert len(account.brevo.events) == 5
