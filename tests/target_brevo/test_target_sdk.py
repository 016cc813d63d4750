"""singer-sdk's own tests of a target, and the shape of what we override there."""

import inspect
from pathlib import Path

import pytest
import singer_sdk
from singer_sdk.plugin_base import BaseSingerReader, PluginBase
from singer_sdk.testing import get_target_test_class

from target_brevo.target import TargetBrevo

CONFIG = {
    "api_key": "xkeysib-nobody",
    "api_url": "http://127.0.0.1:9/v3",
    "platform": "tap_nobody_knows",
}


@pytest.fixture(autouse=True)
def _ledger_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


StandardTests = get_target_test_class(TargetBrevo, config=CONFIG)


class TestTargetBrevo(StandardTests):
    """The SDK's standard tests."""


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (BaseSingerReader, "_process_schema_message", ["self", "message_dict"]),
        (BaseSingerReader, "_process_record_message", ["self", "message_dict"]),
        (BaseSingerReader, "_process_state_message", ["self", "message_dict"]),
        (BaseSingerReader, "_process_activate_version_message", ["self", "message_dict"]),
        (BaseSingerReader, "_process_batch_message", ["self", "message_dict"]),
        (BaseSingerReader, "process_endofpipe", ["self"]),
        (PluginBase, "_handle_termination", ["self", "signum", "frame"]),
        (PluginBase, "_validate_config", ["self", "raise_errors"]),
        (PluginBase, "append_builtin_config", ["config_jsonschema"]),
        (PluginBase, "cb_config", ["ctx", "param", "value"]),
    ],
)
def test_what_is_overridden_has_the_shape_it_had_in_singer_sdk_0_54(owner, name, parameters):
    assert singer_sdk.__version__.startswith("0.54") if hasattr(singer_sdk, "__version__") else True
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters
    assert hasattr(TargetBrevo, name)
