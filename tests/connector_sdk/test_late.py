"""What singer-sdk imports and our runs do not use stays away, and comes when it is used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tajo_connector_sdk.late import HELD_BACK
from tajo_connector_sdk.pinned import HELD_BACK_IN

USES = Path(__file__).with_name("stock_uses.py")
ANSWERS = {
    "reading": [(500, {}, b""), (200, {}, b'{"data": [{"id": 1}, {"id": 2}]}')],
    "description": [
        (200, {"Content-Type": "application/json"}, b'{"openapi": "3.0.0", "paths": {}}')
    ],
}
WANTED = {
    "storage": ["/batches/one.jsonl", "one.jsonl", "{}\n"],
    "draining": [["a", "b", "c"], False],
    "reading": [[{"id": 1}, {"id": 2}], 1, "Session"],
    "description": [["openapi", "paths"]] * 8,
    "sameness": ["requests", *[True] * 8],
    "missing": "module 'requests' has no attribute 'no_such_thing'",
}


def said(*arguments):
    """Run Python with these arguments and return the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("use", WANTED)
@pytest.mark.parametrize("first", ["singer_sdk", "tajo_connector_sdk"])
def test_singer_sdk_does_what_it_did(use, first, server, tmp_path):
    server.answers = list(ANSWERS.get(use, server.answers))

    code = f"import {first}, runpy, sys\nrunpy.run_path(sys.argv[1], run_name='__main__')"
    assert said("-c", code, str(USES), use, str(tmp_path), server.url) == WANTED[use]


IMPORTED = f"print(json.dumps(sorted({set(HELD_BACK)} & sys.modules.keys())))"


@pytest.mark.parametrize("option", ["--version", "--about", "--about=json"])
@pytest.mark.parametrize(
    "plugin", ["tap_shopify_tajo:TapShopify", "target_brevo.target:TargetBrevo"]
)
def test_a_command_that_only_tells_imports_none_of_it(plugin, option):
    module, _, name = plugin.partition(":")
    code = (
        f"import contextlib, io, json, sys\nfrom {module} import {name}\n"
        f"with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        f"    {name}.get_singer_command()({[option]})\n{IMPORTED}"
    )

    assert said("-c", code) == []


def test_stand_ins_lie_where_they_are_listed_and_nowhere_else():
    """A new singer-sdk that takes something else from these packages has to be looked at."""
    code = (
        "import json, sys, tajo_connector_sdk\n"
        "from tajo_connector_sdk.late import LateModule, LateName\n"
        "print(json.dumps(sorted((module, name) for module, held in list(sys.modules.items())\n"
        "    for name, value in vars(held).items() if type(value) in (LateModule, LateName))))"
    )

    assert said("-c", code) == sorted(map(list, HELD_BACK_IN))


def test_no_stand_in_stays_among_the_modules():
    code = f"import json, sys, tajo_connector_sdk, tajo_connector_sdk.tap\n{IMPORTED}"

    assert said("-c", code) == []


@pytest.mark.parametrize(
    "before",
    ["import singer_sdk", "import joblib, requests, requests.exceptions, upath, backoff, urllib3"],
)
def test_what_was_imported_before_is_used(before):
    code = (
        f"import json\n{before}\nimport joblib, requests, tajo_connector_sdk\n"
        "from singer_sdk import target_base\nfrom singer_sdk.streams import rest\n"
        "print(json.dumps([target_base.Parallel is joblib.Parallel, rest.requests is requests]))"
    )

    assert said("-c", code) == [True, True]


@pytest.mark.parametrize(
    "wanted",
    [
        "import requests.auth",
        "from urllib3.exceptions import HTTPError",
        "import requests; type('Session', (requests.Session,), {})",
        "import importlib.util; importlib.util.find_spec('requests')",
    ],
)
def test_whatever_else_is_imported_with_singer_sdk_gets_the_real_thing(wanted, tmp_path):
    """Whoever installs newer packages may have one that takes more of these than ours do."""
    (tmp_path / "newer.py").write_text(
        "import sys\n"
        "class Newer:\n"
        "    def find_spec(name, path, target=None):\n"
        "        if name == 'singer_sdk.tap_base':\n"
        f"            {wanted}\n"
        "sys.meta_path.insert(0, Newer)\n"
    )
    code = (
        f"import json, sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
        "import newer, tajo_connector_sdk, requests, singer_sdk\n"
        "from singer_sdk.streams import rest\n"
        "print(json.dumps([rest.requests.Session is requests.Session, bool(singer_sdk.Tap)]))"
    )

    assert said("-c", code) == [True, True]
