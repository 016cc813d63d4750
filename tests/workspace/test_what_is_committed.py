"""What must never stand in the repository, and what every room has to have."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = subprocess.run(
    ["git", "ls-files"],
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
).stdout.split()
FORBIDDEN = {
    "a registry host": re.compile(r"py[p]i\.org|python[h]osted\.org|regis[t]ry\.npm"),
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e])/\w"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    found = []
    for name in FILES:
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [name] if FORBIDDEN[what].search(text) else []

    assert found == []


def test_the_lock_has_a_hash_for_every_package_and_no_index():
    for name in FILES:
        if not re.fullmatch(r"requirements\.txt|tests/foreign/.*\.txt", name):
            continue
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = re.findall(r"^[a-z0-9][^\n]*==", text, flags=re.MULTILINE)

        assert packages
        assert len(packages) == len(re.findall(r"==[^\n]*\\\n\s+--hash=sha256:", text))
        assert "index-url" not in text


def test_no_lock_that_names_hosts_is_committed():
    assert "uv.lock" not in {Path(name).name for name in FILES}


@pytest.mark.parametrize(
    "room",
    sorted(
        str(Path(name).parent) for name in FILES if name.endswith("pyproject.toml") and "/" in name
    ),
)
def test_every_room_says_what_it_is(room):
    readme = ROOT / room / "README.md"

    assert readme.is_file()
    assert len(readme.read_text(encoding="utf-8").splitlines()) > 5
    assert list((ROOT / room).glob("*/py.typed")), "type checkers need the marker"
