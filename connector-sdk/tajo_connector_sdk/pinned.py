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

# What is held back while singer-sdk is imported (``late``), where it lies there, under which name.
# Each is used inside of functions only.
HELD_BACK_IN: tuple[tuple[str, str], ...] = (
    ("singer_sdk.helpers._batch", "UPath"),
    ("singer_sdk.target_base", "Parallel"),
    ("singer_sdk.target_base", "delayed"),
    ("singer_sdk.target_base", "parallel_config"),
    ("singer_sdk.schema.source", "requests"),
    ("singer_sdk.authenticators", "requests"),
    ("singer_sdk.authenticators", "urllib3"),
    ("singer_sdk.streams.rest", "requests"),
    ("singer_sdk.streams.rest", "backoff"),
)
