"""What is written of the tap is true: streams, settings, scopes, and tests that exist."""

import ast
import re
from pathlib import Path

import pytest

from tap_shopify_tajo import SHOPIFY

ROOT = Path(__file__).resolve().parents[2]
TAP = ROOT / "taps" / "tap-shopify-tajo"
README = (TAP / "README.md").read_text(encoding="utf-8")
BEHAVIOR = (TAP / "BEHAVIOR.md").read_text(encoding="utf-8")
NAMED = re.findall(r"((?:tests/\w+/)?test_\w+\.py)::(\w+)", BEHAVIOR)


@pytest.mark.parametrize("row", SHOPIFY.streams, ids=lambda row: row.name)
def test_the_readme_has_a_line_for_each_stream_with_its_scopes(row):
    (line,) = [line for line in README.splitlines() if line.startswith(f"| `{row.name}` |")]

    assert f"`{row.bookmark}`" in line
    assert all(f"`{scope}`" in line for scope in row.scopes)
    assert all(f"`{name}`" in line for name in row.needs)


def test_the_readme_names_every_setting():
    missing = [fact.name for fact in SHOPIFY.all_settings if f"`{fact.name}`" not in README]

    assert missing == []


def test_the_oddities_are_numbered_and_each_names_a_test():
    entries = re.split(r"\n(?=\d+\. \*\*)", BEHAVIOR.partition("\n## ")[0])[1:]

    numbers = [int(entry.partition(".")[0]) for entry in entries]
    assert numbers == list(range(1, len(entries) + 1))
    assert [entry[:40] for entry in entries if "::test_" not in entry] == []


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_exists(file, name):
    path = ROOT / file if file.startswith("tests/") else Path(__file__).with_name(file)

    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
