"""Documentation that drifts is a promise broken: hold the pages against the code."""

import re
import subprocess
from pathlib import Path

import pytest

from tajo.plugins import plugins

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
).stdout.split()
PAGES = sorted(name for name in TRACKED if name.endswith(".md"))
CODE = [name for name in TRACKED if name.endswith(".py") and not name.startswith("tests/")]
ROOM_OF = {
    "target-brevo": "target-brevo",
    "tajo-mapping": "mapping",
}
PROMISES = range(1, 10)


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names_of_tests():
    return {
        name
        for path in TRACKED
        if path.startswith("tests/") and path.endswith(".py")
        for name in re.findall(r"^\s*def (test_\w+)", text_of(path), flags=re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text_of(page))

    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_exists(page):
    named = set(re.findall(r"`(test_\w+)`", text_of(page)))
    modules = {Path(path).stem for path in TRACKED if path.startswith("tests/")}

    assert set() == named - names_of_tests() - modules


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_a_page_names_exists(page):
    named = set(re.findall(r"(?:`|^\$ |^)make ([a-z]+)", text_of(page), flags=re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE))

    assert set() == named - targets


@pytest.mark.parametrize("plugin", plugins(), ids=lambda plugin: plugin.name)
def test_every_setting_stands_in_the_readme_of_its_room(plugin):
    room = ROOM_OF.get(plugin.name, f"taps/{plugin.name}")
    readme = text_of(f"{room}/README.md")

    assert [name for name in plugin.schema["properties"] if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("number", PROMISES)
def test_every_promise_has_a_test_and_a_line_that_upholds_it(number):
    page = text_of("docs/invariants.md")
    chapter = re.search(rf"^## {number}\. (.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL)
    cited = [name for name in CODE if re.search(rf"Invariant {number}\b", text_of(name))]

    assert chapter, f"docs/invariants.md has no chapter {number}"
    assert re.search(r"`test_\w+`", chapter[1]), f"promise {number} names no test"
    assert cited, f"no line of code cites 'Invariant {number}'"


def test_every_room_stands_in_the_table_of_parts():
    rooms = {str(Path(name).parent) for name in TRACKED if name.endswith("/pyproject.toml")}

    assert sorted(room for room in rooms if f"({room}/" not in text_of("README.md")) == []
