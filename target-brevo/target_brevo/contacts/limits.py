"""How many persons one run may remove: the setting ``max_deletes``."""

import re
from dataclasses import dataclass
from typing import Any

from tajo_connector_sdk.errors import ConfigurationError

# Without the setting: enough for the day of a small store and of a large one, not for an accident.
MOST, MOST_PERCENT = 50, 2.0
_NUMBER = re.compile(r"\d{1,9}")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?%")


@dataclass(frozen=True, slots=True)
class RemovalLimit:
    """The larger of a number and of a part (percent) of those there are; None where not said."""

    number: int | None = MOST
    percent: float | None = MOST_PERCENT

    @classmethod
    def of(cls, value: Any) -> "RemovalLimit":
        """Return the limit that a setting says: ``50``, ``"2%"``, ``"50 or 2%"``, None.

        Raises ConfigurationError for anything else.
        """
        if value is None or value == "":
            return cls()
        number, percent = None, None
        for part in str(value).split(" or "):
            if _NUMBER.fullmatch(part.strip()) and number is None:
                number = int(part)
            elif (found := _PERCENT.fullmatch(part.strip())) and percent is None:
                percent = float(found[1])
            else:
                raise ConfigurationError(
                    "max_deletes",
                    "it is no limit",
                    right="a number from 0 on (50), a part ('2%'), or both ('50 or 2%')",
                )
        return cls(number, percent)

    def most(self, there: int) -> int:
        """Return how many of ``there`` persons may be removed."""
        part = int(there * self.percent / 100) if self.percent is not None else 0
        return max(self.number or 0, part)

    def check(self, what: str, count: int, there: int) -> None:
        """Raise ConfigurationError where ``count`` removals of ``there`` persons are too many.

        ``what`` says what would happen to them.
        """
        most = self.most(there)
        if count > most:
            raise ConfigurationError(
                "max_deletes",
                f"{count} of {there} persons would be {what}; nothing of that was done",
                right=f"at most {most} in one run ({self})",
                do="look whether the source really lost them; where it did, set max_deletes higher "
                "for one run",
            )

    def __str__(self) -> str:
        said = [str(self.number)] if self.number is not None else []
        said += [f"{self.percent:g}%"] if self.percent is not None else []
        return f"max_deletes: {' or '.join(said)}"
