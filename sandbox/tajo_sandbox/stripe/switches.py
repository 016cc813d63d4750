"""What tests and demos can set while the stand-in runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from tajo_sandbox.faults import Faults

DEFAULT_KEY = "rk_test_sandbox"


@dataclass(slots=True)
class Switches(Faults):
    """Settings of the Stripe stand-in; every one may be set at any time.

    Args:
        keys: API keys that are accepted.
        closed: lists (`customers`, `charges`, `events` ...) that the key has no permission for.
        inner: how many rows of a list inside an object are shown before `has_more`.
    """

    keys: set[str] = field(default_factory=lambda: {DEFAULT_KEY})
    closed: set[str] = field(default_factory=set)
    inner: int = 10
