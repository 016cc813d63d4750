"""One Brevo account and one ledger in memory, and a loader that can be killed at any call."""

import contextlib
import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

from brevo_in_process import Wire, memory_ledger
from hand_clock import HandClock

from tajo_connector_sdk.http import Answer
from tajo_sandbox.brevo import DEFAULT_API_KEY, BrevoAccount
from tajo_sandbox.brevo.inprocess import Direct
from target_brevo import rooms
from target_brevo.brevo import client as brevo_client
from target_brevo.contacts import dispatch, presence, room
from target_brevo.target import TargetBrevo

BATCH_AGE_S = 10.0
OWN_LIST, OLD_LIST = "Shopify newsletter", "Old list"
# Sizes at which a handful of persons already takes the ways that thousands take.
WAYS = {
    "singles": {"MOST_SINGLES": 20, "_FEW_OF_A_KIND": 3},
    "imports": {"MOST_SINGLES": 0, "_FEW_OF_A_KIND": 0},
    "mixed": {"MOST_SINGLES": 2, "_FEW_OF_A_KIND": 1},
}


class Killed(BaseException):
    """The process is gone: nothing of the loader may catch this."""


@dataclass
class Kill:
    """After how many calls the loader dies, and whether the last one still reaches Brevo."""

    calls: int
    applied: bool


@dataclass
class DeadlyWire(Wire):
    """A wire at one of whose calls the process ends."""

    kill: Kill | None = None

    def send(self, *given: Any, **named: Any) -> Answer:
        dies = self.kill is not None and len(self.calls) + 1 >= self.kill.calls
        if dies and not self.kill.applied:
            raise Killed
        answer = super().send(*given, **named)
        if dies:
            raise Killed
        return answer


@dataclass
class Feed:
    """Lines as a file gives them: so many at once."""

    lines: Iterator[str]
    at_once: int

    def readlines(self, _size: int) -> list[str]:
        """Return the next lines."""
        return list(islice(self.lines, self.at_once))


@dataclass
class Bench:
    """An account and what is loaded into it; ``mapping`` is laid over Shopify's.

    The loader gets ``at_once`` lines together.
    """

    # The form of imports.
    bodies: ClassVar[str] = "json"

    mapping: dict[str, Any]
    at_once: int = 1
    clock: HandClock = field(default_factory=HandClock)
    account: BrevoAccount = field(init=False)
    direct: Direct = field(init=False)
    summary: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.account = BrevoAccount(self.clock.switches(tier="extended", import_seconds=5.0))
        self.direct = Direct(self.account)
        self.account.add_list(OLD_LIST, 1)
        memory_ledger().empty()

    def load(self, lines: Iterable[str], kill: Kill | None = None) -> bool:
        """Run the loader over Singer lines; say whether it came to its end."""
        wire = DeadlyWire(self.account, self.direct, kill=kill)
        target = None
        with in_process(wire), contextlib.redirect_stdout(io.StringIO()):
            try:
                target = TargetBrevo(config=self._config(), clock=self.clock.clock)
                target.listen(Feed(iter(lines), self.at_once))
            except Killed:
                return False
            finally:
                if target is not None:
                    target.run.close()
        self.summary = target.summary
        return True

    def _config(self) -> dict[str, Any]:
        return {
            "api_key": DEFAULT_API_KEY,
            "api_url": "http://127.0.0.1:9/v3",
            "ledger_url": "sqlite://",
            "platform": "shopify",
            "mapping": self.mapping,
            "batch_age_s": BATCH_AGE_S,
            "import_bodies": self.bodies,
        }


@contextlib.contextmanager
def replaced(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Set attributes, and put back what was there."""
    before = [(where, name, getattr(where, name)) for where, name, _ in changes]
    for where, name, value in changes:
        setattr(where, name, value)
    try:
        yield
    finally:
        for where, name, value in reversed(before):
            setattr(where, name, value)


@contextlib.contextmanager
def in_process(wire: Wire) -> Iterator[None]:
    """Let the loader speak over ``wire`` and keep its ledger in memory."""
    with replaced(
        (brevo_client, "HttpSession", lambda *_args, **_named: wire),
        (rooms, "open_database", lambda _url: memory_ledger()),
    ):
        yield


@contextlib.contextmanager
def way(name: str) -> Iterator[None]:
    """Make the loader take single calls, imports, or both; and sort in small lots.

    ``csv`` are imports as CSV, as far as it goes.
    """
    is_csv = name == "csv"
    sizes = WAYS["imports" if is_csv else name].items()
    changes = [(dispatch, constant, value) for constant, value in sizes]
    logging.disable(logging.CRITICAL)
    try:
        with replaced(
            *changes,
            (room, "CHUNK", 2),
            (room, "MOST_ROWS", 3),
            (presence, "_FEW", 1),
            (Bench, "bodies", "csv" if is_csv else "json"),
        ):
            yield
    finally:
        logging.disable(logging.NOTSET)
