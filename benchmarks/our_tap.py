"""The same stream as a table of the Connector SDK; lanes and rate come from the environment."""

import dataclasses
import os

from tajo_connector_sdk.auth import bearer
from tajo_connector_sdk.fields import boolean, integer, number, obj, string, unix_time
from tajo_connector_sdk.incremental import Filtered
from tajo_connector_sdk.paging import Cursor
from tajo_connector_sdk.rates import Rate
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.table import Connector, Setting, Stream
from tajo_connector_sdk.tap import make_tap
from tajo_connector_sdk.times import Times
from tajo_connector_sdk.transport import Account

ADDRESS = {
    "city": string, "country": string, "line1": string, "line2": string, "postal_code": string,
    "state": string,
}  # fmt: skip
CUSTOMERS = Stream(
    "customers", "/v1/customers", bookmark="created",
    incremental=Filtered(
        "created[gte]", until="created[lt]", times=Times.UNIX, newest_first=True
    ),
    fields={
        "id": string, "object": string, "created": unix_time, "email": string, "name": string,
        "phone": string, "currency": string, "balance": integer, "delinquent": boolean,
        "livemode": boolean, "description": string, "default_source": string,
        "default_currency": string, "discount": string, "invoice_prefix": string,
        "next_invoice_sequence": integer, "preferred_locales": [string], "tax_exempt": string,
        "test_clock": string, "address": ADDRESS, "shipping": {"address": ADDRESS, "name": string},
        "invoice_settings": {"custom_fields": string, "footer": string, "rendering": string},
        "metadata": obj, "tax": {"automatic": string, "ip": string}, "account": string,
        "cash_balance": string, "points": integer, "rating": number, "business_name": string,
        "individual_name": string,
    },
)  # fmt: skip


def table(*, lanes: int, per_second: float | None, streams: int = 1) -> Connector:
    """Return the table of an account with this rate, the stream so many times."""
    more = (dataclasses.replace(CUSTOMERS, name=f"customers{n}") for n in range(1, streams))
    return Connector(
        name="bench",
        label="Bench",
        docs="https://docs.stripe.com/api",
        checked="2026-11-24",
        base_url="https://api.bench.example",
        settings=(Setting("api_key", "The key of the benchmark's account.", secret=True),),
        auth=(bearer("api_key"),),
        transport=REST(
            paging=Cursor("starting_after", last="id", more="has_more", size="limit", most=100),
            account=lambda _body, _settings: Account("acct_bench"),
            records="data",
            rate=Rate(per_second=per_second, at_once=lanes),
        ),
        streams=(CUSTOMERS, *more),
    )


if __name__ == "__main__":
    make_tap(
        table(
            lanes=int(os.environ.get("BENCH_LANES", "1")),
            per_second=float(os.environ.get("BENCH_RATE", "0")) or None,
            streams=int(os.environ.get("BENCH_STREAMS", "1")),
        )
    ).cli()
