"""What a signal does: it is remembered, and what was read is sent within a grace time.

singer-sdk 0.54.9 drains inside the handler and can print a state whose records were never
written; here the handler only sets a flag, and the loop ends by itself.
"""

import os
from dataclasses import dataclass
from threading import Timer


@dataclass
class Termination:
    """The signal that was received, if any. ``grace_s`` is the setting ``shutdown_grace_s``."""

    grace_s: float
    signum: int | None = None

    @property
    def requested(self) -> bool:
        """Whether no further line shall be read."""
        return self.signum is not None

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells count."""
        return 128 + (self.signum or 0)

    def request(self, signum: int) -> None:
        """Take in a signal; the second one, or the end of the grace time, ends at once.

        Ending at once is as safe as a kill: state that was printed is confirmed, and no more is
        printed.
        """
        if self.signum is not None:
            os._exit(self.exit_code)
        self.signum = signum
        timer = Timer(self.grace_s, os._exit, (self.exit_code,))
        timer.daemon = True
        timer.start()
