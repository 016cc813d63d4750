"""What a test or a demo may turn: limits, delays, and the faults of the other side."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args, get_type_hints

Tier = Literal["general", "advanced", "extended"]
FaultKind = Literal[
    "400",
    "401-ip",
    "402",
    "403",
    "404",
    "405",
    "406",
    "413",
    "422",
    "425",
    "429",
    "429-bare",
    "429-html",
    "500",
    "502-html",
    "503",
    "504",
    "html-200",
    "login-302",
    "elsewhere-302",
    "empty",
    "no-json",
    "broken-gzip",
    "wrong-length",
    "strange-limits",
    "skewed-date",
    "wrong-type",
    "truncated",
    "timeout",
    "reset",
    "reset-mid-body",
    "slow-drip",
]

DEFAULT_API_KEY = "xkeysib-sandbox"


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    ``path`` is a pattern over the path below ``/v3`` (``/contacts/import``, ``/contacts/*``,
    ``*``). ``skip`` calls pass first, then ``times`` calls fail (a negative number: for good).
    With ``applied`` the call takes effect and only its answer is lost or replaced.
    """

    path: str
    kind: FaultKind
    times: int = 1
    method: str | None = None
    applied: bool = False
    skip: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(
                f"fault {self.kind!r} is unknown; {nearest(self.kind, get_args(FaultKind))}"
            )

    def strikes(self, method: str, path: str) -> bool:
        """True when this call is to fail; counts ``skip`` and ``times`` down."""
        if self.times == 0 or self.method not in (None, method):
            return False
        if not fnmatchcase(path, self.path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times > 0:
            self.times -= 1
        return True


def nearest(word: str, known: Sequence[str]) -> str:
    """The end of an error message: the nearest known word, or all of them."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


@dataclass(slots=True)
class BrevoSwitches:
    """Everything that can be set, at any time while the stand-in runs.

    ``clock`` gives monotonic seconds and ``now`` the UTC time: a test that puts its own in their
    place moves both rate limits and imports without waiting. ``batch_bucket`` says whether
    ``/events/batch`` and ``/orders/status/batch`` count with everything else (``hourly``, the
    letter of Brevo's table, checked 2026-08-13) or with their single calls (``single``).
    """

    api_keys: set[str] = field(default_factory=lambda: {DEFAULT_API_KEY})
    unknown_ip: bool = False
    language: Literal["en", "fr"] = "en"
    tier: Tier = "general"
    batch_bucket: Literal["hourly", "single"] = "hourly"
    rate_limit_headers: bool = True
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = utc_now
    import_seconds: float = 0.05
    imports_newest_first: bool = False
    failing_imports: int = 0
    files_expired: bool = False
    orders_seconds: float = 0.02
    ecommerce_active: bool = True
    activation_seconds: float = 0.05
    unknown_contact_event: Literal["refuse", "create", "store"] = "refuse"
    duplicate_code: Literal["duplicate_parameter", "invalid_parameter"] = "duplicate_parameter"
    latency_seconds: float = 0.0
    timeout_seconds: float = 60.0
    faults: list[Fault] = field(default_factory=list)

    def fail(
        self,
        path: str,
        kind: FaultKind,
        times: int = 1,
        *,
        method: str | None = None,
        applied: bool = False,
        skip: int = 0,
    ) -> Fault:
        """Let calls of ``path`` fail and return the fault, whose ``times`` counts down."""
        fault = Fault(path, kind, times, method, applied, skip)
        self.faults.append(fault)
        return fault

    def fault_for(self, method: str, path: str) -> Fault | None:
        """The fault that this call meets, counted down, or None."""
        for fault in self.faults:
            if fault.strikes(method, path):
                return fault
        return None

    def apply(self, values: Mapping[str, Any]) -> None:
        """Set switches from JSON values; ``faults`` is a list of objects and replaces the old.

        Raises:
            ValueError: A name is unknown or a value has the wrong type.
        """
        settable = {f.name: f for f in fields(self) if f.name not in ("clock", "now")}
        for name, value in values.items():
            if name not in settable:
                raise ValueError(f"switch {name!r} is unknown; {nearest(name, list(settable))}")
            setattr(self, name, self._fitting(name, value))

    def _fitting(self, name: str, value: Any) -> Any:
        present = getattr(self, name)
        if name == "faults":
            return [Fault(**fault) for fault in value]
        if name == "api_keys":
            return set(value)
        words = get_args(get_type_hints(type(self))[name])
        if words and value not in words:
            raise ValueError(f"switch {name!r}: {value!r} is unknown; {nearest(str(value), words)}")
        if isinstance(present, bool) != isinstance(value, bool):
            raise ValueError(f"switch {name!r} needs {type(present).__name__}")
        if isinstance(present, float) and isinstance(value, int):
            return float(value)
        if type(value) is not type(present):
            raise ValueError(f"switch {name!r} needs {type(present).__name__}")
        return value
