"""What is used of singer-sdk beyond its public face; a test fails when its shape changes.

The version range stands in ``pyproject.toml`` (``singer-sdk>=0.54.9,<0.55``).
"""

from singer_sdk import Stream, Tap

# Each is overridden because the public way is not there.
OVERRIDDEN: tuple[tuple[type, str, tuple[str, ...]], ...] = (
    # The record loop: pages instead of single records, own bookmarks, no progress markers.
    (Stream, "_sync_records", ("self", "context", "write_messages")),
    # The stock check prints the values of settings, which may be secrets.
    (Tap, "_validate_config", ("self", "raise_errors")),
    # The stock one writes state and exits with 0, maybe in the middle of a line.
    (Tap, "_handle_termination", ("self", "signum", "frame")),
)
