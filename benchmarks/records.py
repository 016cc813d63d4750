"""The records of the benchmarks: customers as Stripe has them, 30 fields, about 1 kB each."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

NEWEST = 1_790_000_000  # when the first row of the list was made; each next one a minute before
STEP_S = 60
FIELDS = 30


def record(number: int) -> dict[str, Any]:
    """Return customer ``number`` of an account, 0 the newest."""
    address = {
        "city": "Zürich", "country": "CH", "line1": f"Bahnhofstrasse {number}", "line2": None,
        "postal_code": "8001", "state": "ZH",
    }  # fmt: skip
    return {
        "id": f"cus_{number:09d}", "object": "customer", "created": NEWEST - number * STEP_S,
        "email": f"person{number}@example.org", "name": f"Person {number}",
        "phone": f"+41445550{number % 1000:03d}", "currency": "chf", "balance": number % 700,
        "delinquent": number % 97 == 0, "livemode": False, "description": "A customer " * 6,
        "default_source": None, "default_currency": "chf", "discount": None,
        "invoice_prefix": f"{number:08X}", "next_invoice_sequence": number % 50 + 1,
        "preferred_locales": ["de-CH", "fr-CH"], "tax_exempt": "none", "test_clock": None,
        "address": address, "shipping": {"address": address, "name": f"Person {number}"},
        "invoice_settings": {"custom_fields": None, "footer": None, "rendering": None},
        "metadata": {"shop": "main", "segment": f"s{number % 12}", "score": str(number % 1000)},
        "tax": {"automatic": "supported", "ip": None}, "account": "acct_bench",
        "cash_balance": None, "points": number % 10_000, "rating": (number % 50) / 10,
        "business_name": f"Company {number % 4000} AG", "individual_name": f"Person {number}",
    }  # fmt: skip


def digest_of(rows: Iterable[dict[str, Any]]) -> str:
    """Return a digest of rows in any order: the sum of their hashes, and how many there were."""
    total, count = 0, 0
    for row in rows:
        text = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        total += int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")
        count += 1
    return f"{count}:{total % (1 << 128):032x}"
