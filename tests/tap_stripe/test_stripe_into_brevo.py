"""The whole way in this process: account, tap, mapping, loader, Brevo."""

from collections import defaultdict
from decimal import Decimal

import pytest
import tap_harness

DIGITS = {"jpy": 0, "kwd": 3}


@pytest.fixture
def account(open_account):
    return open_account(24, 40, brevo=True)


def major(amount, currency):
    return Decimal(amount).scaleb(-DIGITS.get(currency, 2))


def test_an_account_is_loaded_and_loaded_again_without_a_writing_call(account, carry):
    first = carry(account)

    brevo, store = account.brevo, account.store
    assert brevo.events == []  # the past starts no automation
    known = {row.email.lower() for row in store.customers.values() if row.email}
    assert known <= {contact.email for contact in brevo.contacts.values()}
    paid = [row for row in first.rows["checkout_sessions"] if row["payment_status"] == "paid"]
    paid += [row for row in first.rows["invoices"] if row["status"] == "paid"]
    assert len(brevo.orders) == len(paid)
    assert len(brevo.products) == len(first.rows["products"])
    assert not any(contact.email_blacklisted for contact in brevo.contacts.values())

    brevo.mark()
    second = carry(account, first.state)
    assert not any(second.rows.values())
    assert brevo.writes() == []


def test_a_load_of_all_streams_has_nothing_to_wonder_at(account, read, tmp_path, caplog):
    first = read(account)
    caplog.clear()
    loaded = tap_harness.load(first.text, account, tmp_path)

    assert [line.getMessage() for line in caplog.records if line.levelname != "INFO"] == []
    filtered = loaded.summary["streams"]["events"]["kinds"]["record"]["filtered"]
    assert filtered == len(first.rows["events"]) > 0


def test_lifetime_value_and_mrr_are_exact_and_never_added_across_currencies(account, carry):
    first = carry(account)

    spent, monthly = defaultdict(dict), defaultdict(dict)
    for row in first.rows["charges"]:
        email = (row["customer"] or {}).get("email") or row["receipt_email"]
        if row["status"] == "succeeded" and email:
            sums = spent[email.lower()]
            code = row["currency"]
            sums[code] = sums.get(code, 0) + major(row["amount_net"], code)
    for row in first.rows["subscriptions"]:
        if row["customer"]["email"]:
            monthly[row["customer"]["email"].lower()][row["currency"]] = major(
                row["mrr"], row["currency"]
            )
    assert {code for sums in monthly.values() for code in sums} >= {"eur", "usd", "jpy", "kwd"}
    assert any(len(sums) > 1 for sums in spent.values())
    for email, sums in spent.items():
        held = account.brevo.contact(email).attributes
        assert Decimal(str(held["TOTAL_SPENT"])) == sums[held["CURRENCY"].lower()]
        for code in ("EUR", "USD", "GBP"):
            wanted = sums.get(code.lower())
            found = held.get(f"TOTAL_SPENT_{code}")
            assert (None if found is None else Decimal(str(found))) == wanted, email
    for email, sums in monthly.items():
        held = account.brevo.contact(email).attributes
        assert Decimal(str(held["MRR"])) == sums[held["MRR_CURRENCY"].lower()]


def test_what_happens_next_reaches_brevo_once(account, carry):
    first = carry(account)
    store, desk = account.store, account.platform_app.state.desk
    placed = store.place_orders(3)
    for order in store.orders.values():
        order.source = "web"
    store.refund(placed[0], whole=True)
    buyer = store.customers[store.order(placed[0]).customer].email.lower()
    before = account.brevo.contact(buyer).attributes.get("TOTAL_SPENT")
    member = next(
        row for row in first.rows["subscriptions"] if row["status"] == "active" and row["mrr"]
    )
    desk.change_subscription(member["id"], status="canceled")

    second = carry(account, first.state)

    names = sorted(event.name for event in account.brevo.events)
    assert names == ["order_completed"] * 3 + ["order_refunded", "stripe_subscription_canceled"]
    assert account.brevo.contact(buyer).attributes.get("TOTAL_SPENT") in {before, 0}
    assert account.brevo.contact(member["customer"]["email"].lower()).attributes["MRR"] == 0
    carry(account, second.state)
    assert len(account.brevo.events) == len(names)
