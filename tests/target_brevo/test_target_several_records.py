"""Several records of one person: who may write which attribute, and what adds up."""

import itertools

import pytest

from target_brevo.contacts.sums import total_of
from target_brevo.ledger.shares import Share

TEXT, NUMBER = {"type": ["string", "null"]}, {"type": ["number", "null"]}
DATE = {"type": ["string", "null"], "format": "date"}
SPENT = {"rules": {"TOTAL_SPENT": "sum by CURRENCY"}}


@pytest.fixture
def told(schema):
    return schema("contacts", CURRENCY=TEXT, ORDER_COUNT=NUMBER, LAST_ORDER_DATE=DATE)


@pytest.fixture
def record(row, clock):
    def made(number, minutes=0, email="p@example.org", **values):
        at = clock.text(minutes=minutes)
        return row("contacts", id=f"c{number}", email=email, updated_at=at, **values)

    return made


def held(bench, email="p@example.org"):
    return bench.contact(email).attributes


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_an_older_record_never_overwrites_a_newer_one_attribute_by_attribute(
    bench, told, record, together, turned
):
    records = [
        record(1, 5, store="paris", CITY="Paris", FIRSTNAME="Ada"),
        record(2, 3, store="rome", CITY="Rome", NOTE="of the older"),
    ]
    if turned:
        records.reverse()
    loads = [records] if together else [[each] for each in records]
    for load in loads:
        bench.load(told, *load)
    assert held(bench) == {"CITY": "Paris", "FIRSTNAME": "Ada", "NOTE": "of the older"}


@pytest.mark.parametrize("together", [True, False])
def test_a_record_that_says_the_same_later_than_another_counts_again(bench, told, record, together):
    bench.load(told, record(1, 1, store="paris", CITY="Paris"))
    records = [
        record(2, 3, store="rome", CITY="Rome"),
        record(1, 5, store="paris", CITY="Paris"),
    ]
    for load in [records] if together else [[each] for each in records]:
        outcome = bench.load(told, *load)
    assert held(bench) == {"CITY": "Paris"}
    assert outcome.verdicts("contacts", "contact") == {"sent": 2 if together else 1}
    touched = bench.load(told, record(1, 7, store="paris", CITY="Paris"))
    assert touched.verdicts("contacts", "contact") == {"unchanged": 1}


def test_what_a_record_wrote_is_undone_where_it_leaves_a_shared_address(bench, told, record):
    bench.load(told, record(1, 1, CITY="Paris"))
    bench.load(told, record(2, 3, CITY="Rome"))
    bench.load(told, record(2, 5, CITY="Rome", email="new@example.org"))
    bench.load(told, record(1, 1, CITY="Paris"))
    assert held(bench) == {"CITY": "Paris"}
    assert held(bench, "new@example.org") == {"CITY": "Rome"}


def test_a_newer_null_is_not_undone_by_an_older_value(bench, told, record):
    bench.load(told, record(1, 5, store="paris", CITY="Paris"))
    bench.load(told, record(1, 6, store="paris", CITY=None))
    bench.load(told, record(2, 3, store="rome", CITY="Rome"))
    assert held(bench) == {}


def test_an_older_record_still_writes_what_the_newer_ones_stream_does_not(bench, told, record):
    bench.load(told, record(1, 1, store="rome", NOTE="first", CITY="Rome"))
    bench.load(told, record(2, 9, store="paris", CITY="Paris"))
    bench.load(told, record(1, 5, store="rome", NOTE="second", CITY="Rome"))
    assert held(bench) == {"CITY": "Paris", "NOTE": "second"}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_counts_of_several_stores_add_up_in_any_order_and_under_replays(
    bench, told, record, together, order
):
    records = [
        record(i, i, store=f"s{i}", ORDER_COUNT=10**i, rules={"ORDER_COUNT": "sum"})
        for i in range(3)
    ]
    shuffled = [records[i] for i in order]
    for load in [shuffled] if together else [[each] for each in shuffled]:
        bench.load(told, *load)
    assert held(bench)["ORDER_COUNT"] == 111
    bench.load(told, *records, *records)
    assert held(bench)["ORDER_COUNT"] == 111


def test_a_sum_follows_each_of_its_parts_exactly(bench, told, record):
    def spent(number, minutes, amount, **more):
        return record(number, minutes, store=f"s{number}", CURRENCY="EUR", TOTAL_SPENT=amount,
                      **SPENT, **more)  # fmt: skip

    bench.load(told, spent(1, 1, 0.1), spent(2, 2, 0.2), spent(3, 3, 0.3))
    assert held(bench)["TOTAL_SPENT"] == 0.6
    bench.load(told, spent(2, 4, 1000.25))
    assert held(bench)["TOTAL_SPENT"] == 1000.65
    bench.load(told, spent(1, 5, None))
    assert held(bench)["TOTAL_SPENT"] == 1000.55
    bench.load(told, spent(2, 6, 0), spent(3, 6, None))
    assert held(bench)["TOTAL_SPENT"] == 0


LATEST = {"rules": {"LAST_ORDER_DATE": "latest"}}


def test_the_latest_date_of_all_records_counts_whichever_comes_last(bench, told, record):
    def ordered(number, minutes, date):
        return record(number, minutes, store=f"s{number}", LAST_ORDER_DATE=date, **LATEST)

    bench.load(told, ordered(1, 1, "2026-03-01"), ordered(2, 2, "2026-05-01"))
    bench.load(told, ordered(3, 9, "2025-01-01"))
    assert held(bench)["LAST_ORDER_DATE"] == "2026-05-01"
    bench.load(told, ordered(2, 10, None))
    assert held(bench)["LAST_ORDER_DATE"] == "2026-03-01"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("first", ["sum", "whole"])
def test_what_some_records_add_up_no_other_writes_whole(bench, told, record, first, together):
    added = record(1, 1, store="stripe", ORDER_COUNT=3, rules={"ORDER_COUNT": "sum"})
    whole = record(2, 2, store="shop", ORDER_COUNT=50)
    records = [added, whole] if first == "sum" else [whole, added]
    for load in [records] if together else [[each] for each in records]:
        bench.load(told, *load)
    bench.load(told, record(2, 3, store="shop", ORDER_COUNT=51, CITY="Rome"))
    assert held(bench) == {"ORDER_COUNT": 3, "CITY": "Rome"}


def test_a_record_that_moves_to_another_person_takes_its_part_along(bench, told, record):
    rules = {"ORDER_COUNT": "sum"}
    bench.load(
        told,
        record(1, 1, store="s1", ORDER_COUNT=1, rules=rules),
        record(2, 1, store="s2", ORDER_COUNT=20, rules=rules),
    )
    moved = record(2, 2, "q@example.org", store="s2", ORDER_COUNT=30, rules=rules)
    bench.load(told, moved)
    assert held(bench)["ORDER_COUNT"] == 1
    assert held(bench, "q@example.org")["ORDER_COUNT"] == 30


def test_a_sum_keeps_its_currency_when_one_of_its_records_moves_away(bench, told, record):
    def spent(number, minutes, email, amount):
        return record(number, minutes, email, store=f"s{number}", CURRENCY="EUR",
                      TOTAL_SPENT=amount, **SPENT)  # fmt: skip

    bench.load(told, spent(1, 1, "p@example.org", 10), spent(2, 1, "p@example.org", 5))
    bench.load(told, spent(2, 2, "q@example.org", 5))
    assert held(bench) == {"TOTAL_SPENT": 10, "CURRENCY": "EUR"}


def test_guests_orders_add_up_beside_the_customer(bench, told, record):
    rules = {"ORDER_COUNT": "sum"}
    bench.load(told, record(1, 1, ORDER_COUNT=5, rules=rules))
    guests = [record(f"o{i}", 2, owner=False, ORDER_COUNT=1, rules=rules) for i in range(3)]
    bench.load(told, *guests)
    bench.load(told, *guests)
    assert held(bench)["ORDER_COUNT"] == 8


@pytest.mark.parametrize("turned", [True, False])
def test_different_currencies_are_never_added(bench, told, record, turned):
    records = [
        record(1, 1, store="a", TOTAL_SPENT=100, CURRENCY="EUR", **SPENT),
        record(2, 2, store="b", TOTAL_SPENT=7, CURRENCY="USD", **SPENT),
        record(3, 3, store="c", TOTAL_SPENT=20, CURRENCY="EUR", **SPENT),
    ]
    if turned:
        records.reverse()
    for each in records:
        outcome = bench.load(told, each)
    assert held(bench) == {"TOTAL_SPENT": 120, "CURRENCY": "EUR"}
    assert any("another currency" in note for note in outcome.summary["notes"])
    bench.load(told, record(2, 9, store="b", TOTAL_SPENT=8, CURRENCY="USD", **SPENT))
    assert held(bench) == {"TOTAL_SPENT": 8, "CURRENCY": "USD"}


def share(minute, amount, unit):
    at = f"2026-11-24T12:{minute:02}:00Z"
    return Share(f"s{minute}", "p", "TOTAL_SPENT", amount, unit, at)


@pytest.mark.parametrize(
    ("shares", "by_unit", "amount", "unit", "left_out"),
    [
        ([share(1, "0.1", None), share(2, "0.2", None)], False, "0.3", None, 0),
        ([share(1, "5", "EUR"), share(2, "0", "USD")], True, "5", "EUR", 0),
        ([share(1, "5", "EUR"), share(2, "3", None)], True, "5", "EUR", 1),
        ([share(1, "5", None), share(2, "3", None)], True, "3", None, 1),
        ([share(1, "0", "EUR"), share(2, "0", "USD")], True, "0", "USD", 0),
        ([share(1, "", "EUR")], True, "None", None, 0),
        ([share(1, "-2.50", "EUR"), share(2, "10.25", "EUR")], True, "7.75", "EUR", 0),
    ],
)
def test_what_a_sum_is(shares, by_unit, amount, unit, left_out):
    total = total_of(shares, by_unit=by_unit)
    assert (str(total.amount), total.unit, total.left_out) == (amount, unit, left_out)


def test_a_sum_of_more_than_fifteen_digits_is_left_out_and_noted(bench, told, record):
    rules = {"ORDER_COUNT": "sum"}
    bench.load(told, record(1, 1, store="a", ORDER_COUNT=999_999_999_999_999, rules=rules))
    outcome = bench.load(told, record(2, 2, store="b", ORDER_COUNT=9, rules=rules))
    assert any("15 digits" in note for note in outcome.summary["notes"])
    assert held(bench)["ORDER_COUNT"] == 999_999_999_999_999


def test_a_record_that_is_gone_stands_in_nobodys_way(bench, told, record, row, clock):
    bench.load(told, record(1, 1, store="rome", CITY="Rome"))
    bench.load(told, record(2, 5, store="paris", CITY="Paris"))
    gone = row(
        "contacts", id="c2", store="paris", deletion="unlink", updated_at=clock.text(hours=1)
    )
    bench.load(told, gone)
    bench.load(told, record(1, 9, store="rome", CITY="Roma"))
    assert held(bench)["CITY"] == "Roma"


@pytest.mark.parametrize("deletion", ["unlink", "delete"])
def test_a_record_that_is_deleted_no_longer_adds_up(bench, told, record, row, clock, deletion):
    records = [
        record(i, i, store=f"s{i}", ORDER_COUNT=10**i, rules={"ORDER_COUNT": "sum"})
        for i in range(3)
    ]
    bench.load(told, *records)
    gone = row("contacts", id="c1", store="s1", deletion=deletion, updated_at=clock.text(hours=1))
    bench.load(told, gone, allow_delete=True)
    assert held(bench)["ORDER_COUNT"] == 101
    bench.load(told, gone, allow_delete=True)
    bench.load(told, record(0, 9, store="s0", ORDER_COUNT=2, rules={"ORDER_COUNT": "sum"}))
    assert held(bench)["ORDER_COUNT"] == 102


def test_amounts_that_are_all_of_one_currency_are_added_whatever_the_newest_record_has(
    bench, schema, record
):
    rules = {"rules": {"SPENT_EUR": "sum of EUR", "SPENT_USD": "sum of USD"}}
    told = schema("contacts", SPENT_EUR=NUMBER, SPENT_USD=NUMBER)
    bench.load(told, record(1, 1, SPENT_EUR=0.1, **rules), record(2, 2, SPENT_EUR=0.2, **rules))
    bench.load(told, record(3, 3, SPENT_USD=5.0, SPENT_EUR=None, **rules))
    assert held(bench) == {"SPENT_EUR": 0.3, "SPENT_USD": 5}
