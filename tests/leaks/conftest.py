"""Made-up secrets and persons, two real commands at debug level, and a search through what is left.

Every canary is a word that stands nowhere else, so that one hit is one leak.
"""

import base64
import itertools
import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import pytest

from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches, brevo_app
from tajo_sandbox.listening import Site, bound
from tajo_sandbox.shopify import Switches, shopify_app
from tajo_sandbox.store import Store

SECRETS = {
    "api key of Brevo": "xkeysib-qz0brevokey0qz",
    "wrong api key": "xkeysib-qz1wrongkey1qz",
    "access token of the shop": "shpat_qz2shoptoken2qz",
    "client secret of the shop": "shpss_qz3clientsecret3qz",
    "token of another tap": "qz4strangertoken4qz",
    "cookie of the other side": "qz5cookie5qz",
    "password of the ledger": "qz8password8qz",
    "key of another loader": "qz6strangerkey6qz",
}
API_KEY, WRONG_KEY, TOKEN = (SECRETS[name] for name in list(SECRETS)[:3])
SHOP = "canary.myshopify.com"


def forms(word):
    """A word as it is, and as it stands in addresses, in JSON and inside base64 of any offset."""
    plain = word.encode()
    found = {
        plain.lower(),
        quote(word, safe="").lower().encode(),
        json.dumps(word)[1:-1].lower().encode(),
    }
    encoded = set()
    for offset, each in itertools.product(range(3), {plain, plain.lower()}):
        whole = base64.b64encode(b"\0" * offset + each)
        # The characters at both ends hold bits of the neighbours as well.
        encoded.add(whole[(0, 2, 3)[offset] : len(whole) - 4])
    return found, encoded


@dataclass(frozen=True)
class Canaries:
    """What must not be found, by what it is."""

    words: dict

    def found_in(self, data):
        """Say which of the words stand in these bytes, in any form."""
        lower = data.lower()
        hits = []
        for what, word in self.words.items():
            plain, encoded = forms(word)
            if any(form in lower for form in plain) or any(form in data for form in encoded):
                hits.append(what)
        return hits

    def found_below(self, folder):
        """Say which stand in which file below a folder, file names included."""
        hits = {}
        for path in sorted(Path(folder).rglob("*")):
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            if found := self.found_in(str(path.relative_to(folder)).encode() + b"\n" + data):
                hits[str(path.relative_to(folder))] = found
        return hits


def renamed(store):
    """Give every customer of a store words of its own; return them by what they are."""
    words = {}
    for number, row in enumerate(store.customers.values()):
        row.email = f"QzMail{number}.qz@canary.example"
        row.first_name, row.last_name = f"Qzfirst{number}qz", f"Qzlast{number}qz"
        row.phone = f"+3361970{number:04d}"
        row.note = f"Qznote{number}qz at the door"
        if row.address:
            row.address = replace(row.address, address1=f"{number} rue Qzstreet{number}qz")
        words |= {
            f"e-mail {number}": row.email,
            f"first name {number}": row.first_name,
            f"last name {number}": row.last_name,
            f"phone {number}": row.phone.removeprefix("+"),
            f"note {number}": f"Qznote{number}qz",
            f"street {number}": f"Qzstreet{number}qz",
        }
    return words


@dataclass
class Mirror:
    """In front of Brevo: where told to, it hands a call's body and headers back as the answer."""

    app: object
    answers: list = field(default_factory=list)  # (call, status, content type), one call each
    seen: list = field(default_factory=list)

    async def __call__(self, scope, receive, send):
        """Answer one call, or let Brevo."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        call = f"{scope['method']} {scope['path'].removeprefix('/v3')}"
        self.seen.append(call)
        chosen = next((each for each in self.answers if call.startswith(each[0])), None)
        if chosen is None:
            await self.app(scope, receive, send)
            return
        self.answers.remove(chosen)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        sent = {name.decode(): value.decode() for name, value in scope["headers"]}
        text = json.dumps({
            "code": "invalid_parameter",
            "message": f"not valid: {body.decode()} of {scope['path']} {scope['query_string']}",
            "headers": sent,
        })  # fmt: skip
        if chosen[2] == "text/html":
            text = f"<html><body><pre>{text}</pre></body></html>"
        headers = [
            (b"content-type", chosen[2].encode()),
            (b"set-cookie", f"sid={SECRETS['cookie of the other side']}".encode()),
            (b"x-request-headers", json.dumps(sent).encode()),
        ]
        await send({"type": "http.response.start", "status": chosen[1], "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})


@dataclass
class Ended:
    """How a command ended, and everything that it wrote."""

    code: int
    out: bytes
    err: bytes


@dataclass
class Scene:
    """A store and a Brevo full of canaries, and the commands that are to keep quiet about them."""

    folder: Path
    store: Store
    brevo: BrevoAccount
    switches: BrevoSwitches
    shopify: Switches
    mirror: Mirror
    shopify_url: str
    brevo_url: str
    persons: Canaries
    nursery: Callable
    secrets: Canaries = Canaries(SECRETS)
    numbers: itertools.count = field(default_factory=itertools.count)

    @property
    def everything(self):
        return Canaries(self.secrets.words | self.persons.words)

    def settings(self, command, **more):
        """Write a command's settings to a file of its own; return its path."""
        tap = {"shop_url": SHOP, "access_token": TOKEN, "api_url": self.shopify_url}
        loader = {
            "api_key": API_KEY,
            "api_url": self.brevo_url,
            "platform": "shopify",
            "ledger_url": f"sqlite:///{self.folder}/kept/ledger.db",
            "summary_file": f"{self.folder}/kept/summary.json",
        }
        path = self.folder / "settings" / f"{next(self.numbers)}.json"
        path.parent.mkdir(exist_ok=True)
        plain = tap if command.startswith("tap") else loader
        given = {name: value for name, value in {**plain, **more}.items() if value is not None}
        path.write_text(json.dumps(given))
        return str(path)

    def start(self, command, *words, read=os.devnull, settings=None):
        """Start a command on a file as its input; return the process and its two outputs."""
        words = (command, "--config", self.settings(command, **(settings or {})), *words)
        number = next(self.numbers)
        paths = [self.folder / f"{number}.{name}" for name in ("out", "err")]
        with ExitStack() as stack:
            files = [stack.enter_context(Path(read).open("rb"))]
            files += [stack.enter_context(path.open("wb")) for path in paths]
            child = self.nursery().start(words, [each.fileno() for each in files])
        return child, *paths

    def run(self, command, *words, **more):
        """Run a command to its end."""
        child, out, err = self.start(command, *words, **more)
        code = child.wait()
        return Ended(code, out.read_bytes(), err.read_bytes())

    @property
    def kept(self):
        """Where a run keeps what it keeps: ledger, summary."""
        return self.folder / "kept"


@pytest.fixture(scope="module")
def spilled(tmp_path_factory):
    """Where the commands put temporary files."""
    return tmp_path_factory.mktemp("spilled")


@pytest.fixture(scope="module")
def nursery(tmp_path_factory, spilled):
    """Real processes that cost no start, with everybody's keys around them, at debug level."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "faults"))
    from fault_harness.nursery import nursery as opened  # noqa: PLC0415 - found by the line above

    # As Meltano sets it up (4.4.1, core/plugin/singer/base.py).
    log = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"all": {"()": "singer_sdk.logging.StructuredFormatter"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler", "formatter": "all", "stream": "ext://sys.stderr",
            },
        },
        "root": {"handlers": ["console"], "level": "DEBUG"},
    }  # fmt: skip
    path = tmp_path_factory.mktemp("log") / "log.json"
    path.write_text(json.dumps(log))
    around = {
        "SINGER_SDK_LOG_CONFIG": str(path),
        "TMPDIR": str(spilled),
        "TAP_STRANGER_API_TOKEN": SECRETS["token of another tap"],
        "MELTANO_EXTRACT_API_TOKEN": SECRETS["token of another tap"],
        "TAP_SHOPIFY_TAJO_CLIENT_SECRET": SECRETS["client secret of the shop"],
        "TARGET_STRANGER_KEY": SECRETS["key of another loader"],
    }
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in around.items():
                patch.setenv(name, value)
            made = stack.enter_context(opened())
        yield made


@pytest.fixture(scope="module")
def scene(tmp_path_factory, request):
    """A shop of a dozen and an empty Brevo, both full of words that must not come out."""
    store = Store.generate(customers=12, orders=0, seed=7, domain=SHOP)
    words = renamed(store)
    store.place_orders(6)
    switches = BrevoSwitches(api_keys={API_KEY}, tier="extended", import_seconds=0.0)
    shopify = Switches(tokens={TOKEN}, maximum_available=20_000, restore_rate=2_000, bulk_seconds=0)
    shopify.client_secret = SECRETS["client secret of the shop"]
    brevo = BrevoAccount(switches)
    mirror = Mirror(brevo_app(brevo, switches))
    with ExitStack() as stack:
        doors = [stack.enter_context(bound(0)) for _ in range(2)]
        shop = stack.enter_context(Site(shopify_app(store, shopify), doors[0], "shopify"))
        account = stack.enter_context(Site(mirror, doors[1], "brevo"))
        yield Scene(
            tmp_path_factory.mktemp("canaries"), store, brevo, switches, shopify, mirror,
            shop.url, f"{account.url}/v3", Canaries(words),
            lambda: request.getfixturevalue("nursery"),
        )  # fmt: skip
