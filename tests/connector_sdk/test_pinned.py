"""singer-sdk's private face, as far as it is used: a new shape fails here first."""

import inspect
import re
from importlib import metadata
from pathlib import Path

import pytest
from singer_sdk import Stream, Tap

from tajo_connector_sdk.pinned import OVERRIDDEN
from tajo_connector_sdk.streams import TableStream
from tajo_connector_sdk.tap import TableTap

ROOT = Path(__file__).resolve().parents[2]
OURS = {Stream: TableStream, Tap: TableTap}


@pytest.mark.parametrize(("owner", "name", "parameters"), OVERRIDDEN)
def test_a_method_that_is_overridden_still_looks_as_it_did(owner, name, parameters):
    assert tuple(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_every_private_method_that_is_overridden_is_listed():
    listed = {(owner, name) for owner, name, _ in OVERRIDDEN}

    for owner, ours in OURS.items():
        private = {name for name in vars(ours) if name.startswith("_") and hasattr(owner, name)}
        python = {name for name in private if name.startswith("__") or name == "_abc_impl"}
        assert {(owner, name) for name in private - python} <= listed


def test_sync_still_goes_through_the_record_loop():
    assert "_sync_records" in inspect.getsource(Stream.sync)


def test_the_version_range_is_the_one_that_was_read():
    declared = (ROOT / "connector-sdk" / "pyproject.toml").read_text()

    assert re.search(r'"singer-sdk>=0\.54\.9,<0\.55"', declared)
    assert metadata.version("singer-sdk").startswith("0.54.")
