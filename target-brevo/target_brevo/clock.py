"""Time, in one place, so that a test can hold it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall time in UTC, monotonic seconds, and a way to wait."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def stamp(self) -> str:
        """Return the present time as RFC 3339 text in UTC."""
        return stamped(self.now())


def stamped(at: datetime) -> str:
    """Return ``at`` as RFC 3339 text in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment(text: str | None) -> datetime | None:
    """Return the time that RFC 3339 ``text`` names (UTC where it has no zone), or None."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def is_older(one: str | None, other: str | None) -> bool:
    """Say whether ``one`` is a known time before the known time ``other``."""
    first, second = moment(one), moment(other)
    return first is not None and second is not None and first < second
