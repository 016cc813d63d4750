"""The vendor's example objects, answered as a list of one row, through tap and mapping."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tajo_mapping.compiled import compile_mapping
from tajo_mapping.operations import Filtered, Refused
from tap_stripe_tajo import STRIPE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("TAJO_CONTRACTS", ROOT.parent / "shared" / "contracts")) / "stripe"
NAMES = {"checkout_sessions": "checkout.session"}
WHO = "jenny.rosen@example.com"
# What a paid, complete one of each becomes; all of them are of a customer with an address.
BECOMES = {
    "customers": ["contact"],
    "products": ["product"],
    "subscriptions": ["contact", "event", "event"],  # it began, and it has ended
    "invoices": ["event", "order"],
    "charges": ["contact"],
    "refunds": ["event"],
    "checkout_sessions": ["contact", "event", "order"],
}
PAID = {
    "invoice": {"status": "paid", "amount_paid": 1000, "customer_email": WHO,
                "status_transitions": {"paid_at": 1_234_567_890}},
    "charge": {"paid": True, "status": "succeeded", "amount_captured": 100},
    "checkout.session": {"status": "complete", "payment_status": "paid", "mode": "payment",
                         "amount_total": 100, "currency": "usd", "invoice": None,
                         "customer_details": {"email": WHO}},
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the platform's contract is not here: set TAJO_CONTRACTS"
)


def kind_of(stream):
    return NAMES.get(stream, stream.removesuffix("s"))


class Vendor:
    """Answers each list with its one example, what is asked to be expanded as an object."""

    def __init__(self, changes):
        told = json.loads((FOLDER / "examples" / "fixtures3.json").read_text())["resources"]
        self.examples = {kind: one | changes.get(kind, {}) for kind, one in told.items()}
        self.paths = {row.path: kind_of(row.name) for row in STRIPE.streams}

    def answer(self, path, query):
        if path == "/v1/account":
            return self.examples["account"]
        if path not in self.paths:  # the rest of a list inside
            return {"object": "list", "data": [], "has_more": False, "url": path}
        row = json.loads(json.dumps(self.examples[self.paths[path]]))
        for place in query.get("expand[]", []):
            self.expand(row, place.split(".")[1:])
        return {"object": "list", "data": [row], "has_more": False, "url": path}

    def expand(self, row, names):
        name, *inside = names
        for each in row["data"] if row.get("object") == "list" else [row]:
            if name == "data":
                self.expand(each, inside)
            elif name == "line_items":  # not there unless it is asked for
                bought = json.loads(json.dumps(self.examples["item"]))
                each[name] = {"object": "list", "data": [bought], "has_more": False, "url": "/"}
            elif isinstance(each.get(name), str) and name in self.examples:
                each[name] = json.loads(json.dumps(self.examples[name]))
            if inside and name != "data" and isinstance(each.get(name), dict):
                self.expand(each[name], inside)


@pytest.fixture
def vendor():
    """A function that serves the examples, changed by kind, and gives the address."""
    servers = []

    def serve(changes):
        known = Vendor(changes)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                body = json.dumps(known.answer(parts.path, parse_qs(parts.query))).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return type("Account", (), {"platform_url": f"http://127.0.0.1:{server.server_port}"})

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def outcomes_of(reading):
    mapping = compile_mapping("stripe")
    return {
        stream: [one for row in reading.rows[stream] for one in mapping.bind(stream, "s")(row)]
        for stream in mapping.streams
    }


def test_the_vendors_examples_are_read_and_refused_by_nobody(vendor, read):
    """As they are: nobody is named in them, so they become little, and nothing wrong."""
    reading = read(vendor({}))

    assert reading.error is None
    assert {stream: len(rows) for stream, rows in reading.rows.items()} == {
        row.name: 1 for row in STRIPE.streams
    }
    for stream, outcomes in outcomes_of(reading).items():
        assert outcomes, stream
        assert [one for one in outcomes if isinstance(one, Refused)] == [], stream


def test_the_vendors_examples_of_somebody_who_paid_become_what_brevo_takes(vendor, read):
    customer = {"customer": {"email": WHO}}
    theirs = {kind: {"customer": "cus_QXg1o8vcGmoR32"} for kind in ("charge", "checkout.session")}
    changes = customer | {kind: theirs.get(kind, {}) | paid for kind, paid in PAID.items()}
    reading = read(vendor(changes))

    assert reading.error is None
    for stream, outcomes in outcomes_of(reading).items():
        assert [one for one in outcomes if isinstance(one, Refused)] == [], stream
        made = [one for one in outcomes if not isinstance(one, Filtered)]
        assert [one.kind for one in made] == BECOMES[stream], stream
        assert {one.email for one in made if one.kind != "product"} <= {WHO}, stream
