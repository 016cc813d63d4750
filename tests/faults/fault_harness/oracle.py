"""The comparison: what Brevo lacks, has too much or has wrong, held against the store.

It knows the store and Brevo and nothing of the tap, the mapping or the loader. Every line begins
with what kind of violation it is: lost, stale, twice, consent, backfill, ahead.
"""

from fault_harness.facts import Facts, seconds
from fault_harness.persons import customer_problems, guest_problems, strangers, unblocked
from fault_harness.trade import (
    collection_problems,
    event_problems,
    leftovers,
    order_problems,
    product_problems,
    start_problems,
)


def differences(facts: Facts):
    """Everything that is wrong once the pipe is quiet; empty when all is well."""
    store = facts.store
    return [
        *of_rows(facts, customer_problems, store.customers),
        *of_rows(facts, guest_problems, store.orders),
        *of_rows(facts, order_problems, store.orders),
        *of_rows(facts, product_problems, store.products),
        *of_rows(facts, collection_problems, store.collections),
        *event_problems(facts),
        *always(facts),
        *leftovers(facts),
        *strangers(facts),
    ]


def always(facts: Facts):
    """What is wrong at any time, also in the middle of a run."""
    return [*unblocked(facts), *start_problems(facts), *event_problems(facts, rows=())]


def ahead(facts: Facts, state):
    """Rows that ``state`` calls given out and that Brevo does not hold: it ran ahead.

    Only rows that have not changed since count; Brevo is looked at as it is, with open imports
    not yet applied.
    """
    store = facts.store
    found = []
    for stream, rows, problems in (
        ("customers", store.customers, customer_problems),
        ("orders", store.orders, order_problems),
        ("orders", store.orders, guest_problems),
        ("products", store.products, product_problems),
        ("collections", store.collections, collection_problems),
    ):
        found += of_rows(facts, problems, covered(rows, state, stream))
    for stream, rows in (("orders", store.orders), ("abandoned_checkouts", store.checkouts)):
        given_out = covered(rows, state, stream).values()
        found += [line for line in event_problems(facts, given_out) if line.startswith("lost")]
    return [f"ahead: {line}" for line in found]


def of_rows(facts, problems, rows):
    """The problems of each row, in the order of their numbers."""
    return [line for number in sorted(rows) for line in problems(facts, rows[number])]


def covered(rows, state, stream):
    """Those ``rows`` that ``state`` calls given out, and that have not changed since."""
    mark = _mark(state, stream)
    if mark is None:
        return {}
    return {number: row for number, row in rows.items() if seconds(row.updated_at) < mark}


def _mark(state, stream):
    """Up to when a stream was given out: its bookmark, or how far its window is read."""
    said = (state or {}).get("bookmarks", {}).get(stream, {})
    marks = [said.get("replication_key_value"), (said.get("reading") or {}).get("at")]
    return max((seconds(mark) for mark in marks if mark), default=None)
