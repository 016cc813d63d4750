"""What the README shows is true: its files compile, its limits and functions are the code's."""

import re
from pathlib import Path

import pytest
import yaml

from tajo_mapping import document, expressions
from tajo_mapping.compiled import compile_mapping
from tajo_mapping.functions import MappingFunctions, known_functions
from tajo_mapping.grammar import BREVO_TYPES, DELETIONS, MODES, RULES

README = (Path(__file__).resolve().parents[2] / "mapping" / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)


@pytest.mark.parametrize("text", FILES)
def test_every_file_shown_compiles_over_shopifys(text, record_of):
    mapping = compile_mapping("shopify", overlay=yaml.safe_load(text))

    for base, stream in {"customer": "customers", "order": "orders"}.items():
        assert mapping.bind(stream, "s")(record_of(base, note="4", tags=["shop"]))


def test_there_are_two_files_shown():
    assert len(FILES) == 2


def test_the_limits_are_the_codes():
    assert f"{document.MAX_BYTES // 1024} KB, {document.MAX_DEPTH} levels" in README
    assert f"{document.MAX_NODES:,} values" in README
    assert f"at most {expressions.MAX_LENGTH} characters" in README


def test_every_function_of_ours_and_every_word_is_named():
    own = set(known_functions()) - set(super(MappingFunctions, MappingFunctions()).FUNCTION_TABLE)

    assert [name for name in own if f"`{name}" not in README] == []
    words = {*BREVO_TYPES, *RULES, *MODES, *DELETIONS}
    assert [word for word in words if word not in README] == []
