"""A server on loopback that answers as a test says, and a table to try things on."""

import dataclasses
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tajo_connector_sdk.auth import Header
from tajo_connector_sdk.fields import date_time, string
from tajo_connector_sdk.graphql import Fault, GraphQL
from tajo_connector_sdk.incremental import Sorted
from tajo_connector_sdk.oauth import ClientCredentials
from tajo_connector_sdk.table import Connector, Setting, Stream
from tajo_connector_sdk.transport import Account


@dataclasses.dataclass
class Server:
    """``answers`` are (status, headers, body) one after the other, the last one for good."""

    url: str = ""
    answers: list = dataclasses.field(default_factory=lambda: [(200, {}, b"{}")])
    requests: list = dataclasses.field(default_factory=list)


@pytest.fixture
def server():
    facts = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("content-length") or 0)
            facts.requests.append((self.path, dict(self.headers), self.rfile.read(length)))
            answers = facts.answers
            status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response_only(status)
            told = {"Date": self.date_time_string(), "content-length": str(len(body))}
            declared = {**told, **headers}
            for name, value in declared.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    facts.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield facts
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def transport():
    return GraphQL(
        path="/graphql",
        identity="{ shop }",
        account=lambda data: Account(data["shop"]),
        search=lambda wanted: " ".join(wanted.terms),
        cost=lambda _: None,
        fault=lambda _: Fault.OTHER,
    )


@pytest.fixture
def thing():
    return Stream(
        "things",
        "things",
        bookmark="updated",
        incremental=Sorted("updated", "UPDATED"),
        fields={"id": string, "updated": date_time, "name": string},
        kind="Thing",
    )


@pytest.fixture
def connector(transport, thing):
    return Connector(
        name="acme",
        label="Acme",
        docs="https://acme.example/docs",
        checked="2026-11-24",
        base_url="https://{host}",
        settings=(
            Setting("host", "Your host.", required=True, pattern=r"[a-z]+\.acme\.example",
                    right="name.acme.example"),
            Setting("token", "A token.", secret=True),
            Setting("client_id", "An id."),
            Setting("client_secret", "A secret.", secret=True),
            Setting("tries", "How often.", kind="integer", default=3),
        ),
        auth=(Header("X-Token", setting="token"), ClientCredentials("X-Token", path="/token")),
        transport=transport,
        streams=(thing,),
    )  # fmt: skip
