"""Which runs are alive: a run is there as long as its process holds the lock of its token."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex

from target_brevo.ledger.locks import Locks, NoLocks

_BETWEEN_S = 0.2
_PREFIX = "run-"


@dataclass(slots=True)
class Attendance:
    """This run among others on the same ledger."""

    locks: Locks = field(default_factory=NoLocks)
    _token: str = ""

    @property
    def token(self) -> str:
        """The name of this run; from the first look on, others can see that it is alive."""
        if not self._token:
            self.locks.tidy(_PREFIX)
            self._token = token_hex(16)
            self.locks.take(_name(self._token))
        return self._token

    def is_elsewhere(self, token: str) -> bool:
        """Say whether ``token`` is another run that is alive."""
        if token in ("", self._token):
            return False
        if self.locks.take(_name(token)):
            # Nobody holds it: that run has ended, or was killed.
            self.locks.drop(_name(token))
            return False
        return True

    @contextmanager
    def alone(self, name: str, sleep: Callable[[float], None]) -> Iterator[None]:
        """Do something that no other run may do at the same time; wait for its turn."""
        while not self.locks.take(name):
            sleep(_BETWEEN_S)
        try:
            yield
        finally:
            self.locks.drop(name)

    def leave(self) -> None:
        """Be seen no more."""
        self.locks.close()
        self._token = ""


def _name(token: str) -> str:
    return _PREFIX + token
