"""What a shop and a payment account say of one person's consent, in either order of loading."""

import json
from datetime import UTC, datetime, timedelta

import pytest

NO, SILENT, YES = "UNSUBSCRIBED", "NOT_SUBSCRIBED", "SUBSCRIBED"
TICKED, UNTICKED, NO_CHECKOUT = "opt_in", "opt_out", "no checkout"
SHOP, PAYMENTS = "Shopify newsletter", "Stripe newsletter"
NOW = datetime.now(UTC).replace(microsecond=0)
# What the shop says and since when (hours from now); the box of a checkout, and when; who mails.
CASES = [
    {"shop": (NO, -48), "box": (NO_CHECKOUT, 0), "mails": set()},
    {"shop": (NO, -48), "box": (UNTICKED, -24), "mails": set()},
    {"shop": (NO, -48), "box": (TICKED, -24), "mails": set()},
    {"shop": (NO, -24), "box": (TICKED, -48), "mails": set()},
    {"shop": (SILENT, -48), "box": (NO_CHECKOUT, 0), "mails": set()},
    {"shop": (SILENT, -48), "box": (UNTICKED, -24), "mails": set()},
    {"shop": (SILENT, -48), "box": (TICKED, -24), "mails": {PAYMENTS}},
    {"shop": (YES, -48), "box": (NO_CHECKOUT, 0), "mails": {SHOP}},
    {"shop": (YES, -48), "box": (UNTICKED, -24), "mails": {SHOP}},
    {"shop": (YES, -48), "box": (TICKED, -24), "mails": {SHOP, PAYMENTS}},
]
# The same with ``reconsent: true`` of the payment account's box: only a newer yes takes a no back.
AGAIN = [
    {"shop": (NO, -48), "box": (TICKED, 1), "mails": {PAYMENTS}},
    {"shop": (NO, -48), "box": (UNTICKED, 1), "mails": set()},
    {"shop": (NO, 2), "box": (TICKED, 1), "mails": set()},
    {"shop": (NO, 1), "box": (TICKED, 1), "mails": set()},
]
RECONSENT = {"streams": {"checkout_sessions": {"contact": {"consent": {"email": {
    "from": "consent.promotions", "at": "created", "granted": ["opt_in"], "denied": [],
    "reconsent": True}}}}}}  # fmt: skip


def at(hours):
    return (NOW + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def email_of(number):
    return f"p{number}@example.org"


@pytest.fixture
def said(texts):
    """A function that gives what each tap writes of one person for each case."""
    customer = texts["shopify"].rows["customers"][0]
    payer = texts["stripe"].rows["customers"][0] | {"phone": None, "shipping": None}
    checkout = texts["stripe"].rows["checkout_sessions"][0]

    def of(cases):
        shop, payers, checkouts = [], [], []
        for number, case in enumerate(cases):
            (state, since), (box, when) = case["shop"], case["box"]
            who = payer | {"id": f"cus_{number}", "email": email_of(number)}
            address = {"marketingState": state, "marketingUpdatedAt": at(since)}
            shop.append(customer | {
                "id": f"gid://shopify/Customer/{number}", "legacyResourceId": str(number),
                "defaultEmailAddress": address | {"emailAddress": email_of(number)},
                "defaultPhoneNumber": None, "defaultAddress": None,
            })  # fmt: skip
            payers.append(who)
            checkouts.append(checkout | {
                "id": f"cs_{number}", "status": "complete", "created": at(when), "customer": who,
                "customer_details": {"email": email_of(number)}, "consent": {"promotions": box},
            })  # fmt: skip
        ticked = [one for one in checkouts if one["consent"]["promotions"] != NO_CHECKOUT]
        paid = {"customers": payers, "checkout_sessions": ticked}
        return {
            "shopify": lines(texts["shopify"], {"customers": shop}),
            "stripe": lines(texts["stripe"], paid),
        }

    return of


def lines(reading, rows):
    made = []
    for stream, records in rows.items():
        made.append(reading.schemas[stream])
        made += [{"type": "RECORD", "stream": stream, "record": one} for one in records]
    return "\n".join(map(json.dumps, made)) + "\n"


def who_mails(brevo, cases):
    """Whose lists each person of these cases is on, unless Brevo blocks them."""
    account, found = brevo.brevo, {}
    for number, case in enumerate(cases):
        lists = {name for name in (SHOP, PAYMENTS) if email_of(number) in account.members(name)}
        blocked = account.contact(email_of(number)).email_blacklisted
        found[named(case)] = set() if blocked else lists
    return found


def named(case):
    (state, since), (box, when) = case["shop"], case["box"]
    return f"{state} at {since} h, {box} at {when} h"


def wanted(cases):
    return {named(case): case["mails"] for case in cases}


@pytest.mark.parametrize("first", [0, 1], ids=["shop first", "payments first"])
def test_one_no_is_enough_and_silence_takes_nothing_back(
    first, said, both_orders, open_brevo, load_all, tmp_path
):
    written, names = said(CASES), [*both_orders.values()][first]
    brevo = open_brevo()
    load_all(brevo, tmp_path / "ledger", names, written)

    assert who_mails(brevo, CASES) == wanted(CASES)
    blocked = {one.email for one in brevo.brevo.contacts.values() if one.email_blacklisted}
    assert blocked == {email_of(n) for n, case in enumerate(CASES) if case["shop"][0] == NO}

    load_all(brevo, tmp_path / "ledger", [*reversed(names)], written)  # a replay, the other way
    assert who_mails(brevo, CASES) == wanted(CASES)
    assert brevo.brevo.book.unblocked == []


def test_a_no_is_taken_back_only_by_a_newer_yes_and_only_in_words(
    said, open_brevo, load_all, tmp_path
):
    written = said(AGAIN)
    plain, allowed = open_brevo(), open_brevo()
    load_all(plain, tmp_path / "plain", ["shopify", "stripe"], written)
    load_all(allowed, tmp_path / "allowed", ["shopify"], written)
    load_all(allowed, tmp_path / "allowed", ["stripe"], written, mapping=RECONSENT)

    assert set(map(len, who_mails(plain, AGAIN).values())) == {0}
    assert who_mails(allowed, AGAIN) == wanted(AGAIN)
