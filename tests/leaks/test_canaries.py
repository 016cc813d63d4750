"""Made-up secrets and persons go through every mode and fault; nothing of them is left behind."""

import base64
import json
import os
import signal
import threading
from dataclasses import dataclass, field

import pytest

PERSON = "Qzmail0.qz@canary.example"
NOBODY = "nobody.Qzmail1.qz@canary.example"
PHONE = "+33619700000"
TOKEN_OF_NOBODY = "shpat_qz2shoptoken2qz"


@pytest.fixture(scope="module")
def read(scene):
    """The tap's run over the whole shop."""
    ended = scene.run("tap-shopify-tajo")
    assert ended.code == 0, ended.err.decode()
    return ended


@pytest.fixture(scope="module")
def lines(scene, read):
    """Singer lines by name; files of persons on their way, which is where they may be."""
    made = {"shop": read.out, **{name: _lines(*rows) for name, rows in STRANGE.items()}}
    found = {}
    for name, data in made.items():
        found[name] = scene.folder / "settings" / f"{name}.jsonl"
        found[name].write_bytes(data)
    return found


def _lines(stream, *records):
    """Lines of one of the loader's own streams; text is a line as it is."""
    fields = {"id": {"type": "string"}, "email": {"type": ["string", "null"]}}
    head = {
        "type": "SCHEMA", "stream": stream, "key_properties": ["id"],
        "schema": {"type": "object", "properties": {**fields, "SMS": {}, "FIRSTNAME": {}}},
    }  # fmt: skip
    messages = [{"type": "RECORD", "stream": stream, "record": each} for each in records]
    rows = [json.dumps(each) for each in (head, *messages)]
    rows += [json.dumps({"type": "STATE", "value": {"bookmarks": {stream: {"at": "2026"}}}})]
    return "\n".join(rows).encode() + b"\n"


def _person(number, **more):
    email = f"Qzmail{number}.qz@canary.example"
    return {"id": f"{email}#{number}", "email": email, "FIRSTNAME": f"Qzfirst{number}qz", **more}


NEWS = {"name": "seen", "at": "2099-01-01T00:00:00Z"}
ORDER = {
    "status": "paid", "amount": 10, "createdAt": "2026-11-01T00:00:00Z",
    "updatedAt": "2026-11-01T00:00:00Z", "at": "2026-11-01T00:00:00Z",
    "products": [{"productId": "x", "quantity": 1, "price": 10}],
}  # fmt: skip
STRANGE = {
    # More than go one by one, with addresses that Brevo refuses row by row in a file.
    "import": ("contacts", *(
        _person(number, email=f"Qzmail{number}.qz@canary..example", SMS=PHONE) if number < 3
        else _person(number % 12, id=f"i{number}", email=f"i{number}.Qzmail3.qz@canary.example")
        for number in range(30)
    )),
    "single": ("contacts", _person(0, SMS="Qzfirst0qz"), _person(1, SMS=PHONE)),
    "events": ("events", _person(0, **NEWS), _person(1, email=NOBODY, **NEWS)),
    "orders": ("orders", _person(0, **ORDER)),
    "schema break": ("contacts", _person(0, email=[PERSON]), _person(1, email={PERSON: PHONE})),
    "no key": ("contacts", {"email": PERSON}),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One run: what is read, what the other side answers (path, status, type), how it ends."""

    read: str = "shop"
    answers: tuple = ()
    ends: int = 0
    settings: dict = field(default_factory=dict)
    words: tuple = ()
    says: str = ""


HTML, JSON = "text/html", "application/json"
LOADER = {
    "a first load": Case(says="automations"),
    "a second one": Case(),
    "a dry run": Case(settings={"dry_run": True, "ledger_url": "sqlite:///{kept}/none.db"}),
    "about": Case(words=("--about",)),
    "about, in JSON": Case(words=("--about", "--format=json")),
    "an import with refused rows": Case("import", says="rejected"),
    "rejects": Case(words=("rejects", "list", "--all")),
    "rejects, in JSON": Case(words=("rejects", "list", "--all", "--json")),
    "resend of a person": Case(words=("resend", PERSON)),
    "a person explained": Case(words=("explain", PERSON)),
    "check": Case(words=("check",)),
    "a command that is none": Case(words=("rejcts", PERSON), ends=2),
    "a wrong key": Case(settings={"api_key": "{wrong}"}, ends=2, says="key"),
    "a key in the place of the address": Case(settings={"api_url": "{key}"}, ends=2),
    "a key that is no text": Case(settings={"api_key": [1], "api_kei": "{key}"}, ends=2),
    "a person in the place of the ledger": Case(settings={"ledger_url": PERSON}, ends=2),
    "a database that is not there": Case(
        settings={"ledger_url": "postgresql://u:qz8password8qz@127.0.0.1:1/x"}, ends=2
    ),
    "a 400 that hands the contact back": Case("single", (("POST /contacts", 400, JSON),)),
    "a 400 that hands the import back": Case(
        "import", (("POST /contacts/import", 400, JSON),), ends=1
    ),
    "a 400 that hands events back": Case("events", (("POST /events", 400, JSON),)),
    "events of which some are refused": Case("events", says="rejected"),
    "an order that is refused": Case("orders", (("POST /orders", 400, JSON),)),
    "a 403 in HTML": Case("single", (("GET /account", 403, HTML),), ends=1),
    "a 200 in HTML": Case("single", (("GET /account", 200, HTML),), ends=1),
    "a 200 that is no contact": Case("single", (("GET /contacts/", 200, JSON),)),
    "a 418 for one contact": Case("single", (("GET /contacts/qzmail", 418, JSON),), ends=1),
    "a 500 that passes": Case("single", (("POST /contacts", 500, HTML),)),
    "a 302": Case("single", (("POST /contacts", 302, HTML),), ends=1),
    "records that break their schema": Case("schema break", says="breaks its schema"),
    "a record without its key": Case("no key", ends=1),
    "what is no line of Singer": Case("settings", ends=1),
    "a fault of the loader": Case("single", settings={"summary_file": "{folder}"}, ends=1),
    "a file that is not there": Case(words=("--config", f"/{PERSON}.json"), ends=2),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADER)
def test_the_loader_tells_nothing(scene, lines, name):
    case = LOADER[name]
    scene.mirror.answers[:] = case.answers
    fresh = {"ledger_url": f"sqlite:///{{kept}}/{name}.db"} if case.answers else {}
    named = scene.folder / "settings" / "Qzfirst0qz"
    named.mkdir(exist_ok=True)
    words = {
        "folder": named,
        "kept": scene.kept,
        "wrong": scene.secrets.words["wrong api key"],
        "key": "xkeysib-qz0",
    }
    fresh |= {} if case.read == "shop" else {"platform": None}
    settings = {
        key: value.format(**words) if isinstance(value, str) else value
        for key, value in {**fresh, **case.settings}.items()
    }
    read = lines.get(case.read) or scene.settings("target-brevo")
    ended = scene.run("target-brevo", *case.words, read=read, settings=settings)

    assert not scene.mirror.answers, "the answer was not asked for"
    said = ended.out + ended.err
    asked_for = {"e-mail 0"} if PERSON in (*case.words, *case.settings.values()) else set()
    assert set(scene.everything.found_in(said)) <= asked_for, said.decode()
    assert ended.code == case.ends, said.decode()
    assert case.says in said.decode()


def test_the_loader_keeps_nothing_readable(scene, lines):
    # Every case with a ledger of its own has named it after itself.
    scene.run("target-brevo", read=lines["import"], settings={"platform": None})

    assert scene.everything.found_below(scene.kept) == {}


def test_the_search_sees_what_is_there(scene, read):
    found = scene.persons.found_in(read.out)

    assert len(found) > len(scene.persons.words) * 0.9


FORMS = {
    "as it is": PERSON,
    "in capitals": PERSON.upper(),
    "in an address": "contacts/Qzmail0.qz%40canary.example?x",
    "in base64": base64.b64encode(PERSON.lower().encode()).decode(),
    "in base64, in the middle": base64.b64encode(f"x:{PERSON.lower()}:x".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_search_sees_every_form(scene, form):
    assert scene.persons.found_in(FORMS[form].encode()) == ["e-mail 0"]


def test_the_tap_tells_nothing_of_a_whole_shop(scene, read):
    states = [line for line in read.out.splitlines() if b'"STATE"' in line]

    assert states
    assert scene.everything.found_in(read.err + b"\n".join(states)) == []
    assert b'"level":"debug"' in read.err, "what is kept quiet has to be kept quiet at debug level"


TAP = {
    "discovery": ((), ("--discover",), {}, 0),
    "about": ((), ("--about", "--format=json"), {}, 0),
    "a test of every stream": ((), ("--test",), {}, 0),
    "a wrong token": ((), ("--test",), {"access_token": "shpat_qz2shoptoken2q?"}, 2),
    "a secret under a wrong name": ((), (), {"acess_token": TOKEN_OF_NOBODY}, 2),
    "an error in GraphQL": (("graphql",), (), {}, None),
    "a page in HTML": (("html",), (), {}, None),
    "half an answer": (("truncated",), (), {}, None),
    "a bulk file that expired": (("bulk_link_expired",), (), {}, None),
    "a bulk file that breaks off": (("bulk_link_broken",), (), {}, None),
    "a bulk file elsewhere": (("bulk_link_redirect",), (), {}, None),
}


@pytest.mark.parametrize("name", TAP)
def test_the_tap_tells_nothing(scene, name):
    faults, words, settings, ends = TAP[name]
    scene.shopify.faults.clear()
    for kind in faults:
        scene.shopify.fail(kind, address="http://127.0.0.1:9/qz")
    ended = scene.run("tap-shopify-tajo", *words, settings=settings)

    records = b"".join(line for line in ended.out.splitlines() if b'"RECORD"' not in line)
    assert scene.everything.found_in(ended.err + records) == []
    assert ends is None or ended.code == ends, ended.err.decode()


def test_a_loader_that_is_killed_leaves_nothing_readable(scene, lines, spilled):
    scene.switches.import_seconds = 60.0
    scene.mirror.seen.clear()
    settings = {"ledger_url": f"sqlite:///{scene.kept}/killed.db", "platform": None}
    child, _, err = scene.start("target-brevo", read=lines["import"], settings=settings)
    pause = threading.Event()
    while "POST /contacts/import" not in scene.mirror.seen:
        assert child.poll() is None, err.read_text()
        pause.wait(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    scene.switches.import_seconds = 0.0

    assert (scene.kept / "killed.db-wal").exists()
    assert scene.everything.found_in(err.read_bytes()) == []
    assert scene.everything.found_below(scene.kept) == {}
    assert scene.everything.found_below(spilled) == {}
