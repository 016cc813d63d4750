"""A clock that is moved by hand, the same for the loader and for the stand-in of Brevo."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tajo_sandbox.brevo import BrevoSwitches
from target_brevo.clock import Clock

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class HandClock:
    """Time that passes only while somebody sleeps or moves it."""

    seconds: float = 0.0
    start: datetime = START
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += max(seconds, 0.001)

    def move(self, **by: float) -> None:
        self.seconds += timedelta(**by).total_seconds()

    def text(self, **by: float) -> str:
        return (self.now() + timedelta(**by)).isoformat().replace("+00:00", "Z")

    @property
    def clock(self) -> Clock:
        """The same time, as the loader takes it."""
        return Clock(self.now, self.monotonic, self.sleep)

    def switches(self, **more: object) -> BrevoSwitches:
        """Brevo's switches in this time, and others of them."""
        return BrevoSwitches(clock=self.monotonic, now=self.now, **more)  # type: ignore[arg-type] # by name
