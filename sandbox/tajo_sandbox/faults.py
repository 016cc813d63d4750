"""What goes wrong in a stand-in next, whatever platform it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WIRE = {
    "status": "answers `status` with a JSON error (429 with `retry_after` as its header)",
    "html": "answers `status` (200 unless told) with an HTML page",
    "empty": "answers 200 with nothing in it, as a host does whose program died",
    "timeout": "answers nothing for `seconds`, then closes",
    "reset": "resets the connection without an answer",
    "truncated": "answers the first half of the JSON as if it were all",
    "broken": "sends half of the answer, then tears the connection down",
    "content_type": "answers JSON under `text/plain`",
}
"""Kinds of fault that any stand-in knows, and what each does."""
SPOILING = frozenset({"truncated", "broken", "content_type"})
"""Of these the ones that need the answer they spoil."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong, `times` times.

    Args:
        kind: one of `kinds`.
        times: how often it strikes before it is over.
        on: only requests of this name (`customers`, `orders` ..., as the stand-in's log has it);
            empty means every request for data.
        skip: how many matching requests pass untouched first.
        applied: do the work before failing, so that only the answer is lost.
        status: HTTP status for `status` and `html`.
        above: only requests for pages of more rows than this.
    """

    kinds: ClassVar[Mapping[str, str]] = WIRE
    kind: str
    times: int = 1
    on: str = ""
    skip: int = 0
    applied: bool = False
    status: int = 500
    retry_after: float | None = None
    seconds: float = 30.0
    above: int = 0

    def __post_init__(self) -> None:
        if self.kind not in self.kinds:
            raise ValueError(unknown("fault", self.kind, self.kinds))


@dataclass(slots=True)
class Faults:
    """The part that all stand-ins' switches share.

    Args:
        faults: what goes wrong next.
        on_request: called with the log entry before a request is answered, so that a test can
            change the store between two pages.
    """

    kind_of_fault: ClassVar[type[Fault]] = Fault
    by_hand: ClassVar[frozenset[str]] = frozenset({"clock", "on_request"})
    """Switches that are functions: set in Python only."""
    faults: list[Any] = field(default_factory=list)
    on_request: Callable[[Any], None] | None = None

    def fail(self, kind: str, **details: Any) -> Any:
        """Let something go wrong next time; `details` are those of `Fault`.

        Raises:
            ValueError: there is no such kind of fault.
        """
        fault = self.kind_of_fault(kind, **details)
        self.faults.append(fault)
        return fault

    def strike(
        self, on: str, *kinds: str, fallback: bool = True, rows: int | None = None
    ) -> Any | None:
        """The fault that strikes now, if any, counted down.

        Args:
            on: what is being asked, as the log has it.
            kinds: kinds that can strike here; one prefix is enough.
            fallback: faults for everything (`on=""`) count here too.
            rows: how many rows a page was asked to hold.
        """
        for fault in list(self.faults):
            here = fault.on == on or (fallback and not fault.on)
            small = fault.above and (rows is None or rows <= fault.above)
            if not here or small or not fault.kind.startswith(kinds):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.faults.remove(fault)
            return fault
        return None

    def apply(self, values: Mapping[str, Any]) -> None:
        """Set several switches from plain JSON; `faults` is a list of objects.

        Raises:
            ValueError: an unknown switch or fault; nothing is set then.
        """
        plain = {item.name for item in fields(self)} - self.by_hand
        for name in values:
            if name not in plain:
                raise ValueError(unknown("switch", name, plain))
        faults = [self.kind_of_fault(**fault) for fault in values.get("faults", [])]
        for name, value in values.items():
            if name == "faults":
                self.faults = faults
            else:
                setattr(self, name, set(value) if isinstance(getattr(self, name), set) else value)


def unknown(what: str, name: str, known: Any) -> str:
    """A sentence about a word that nobody knows, with the nearest known one."""
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    return f"no {what} is called {name!r}; {hint}"
