"""In which sizes a list's pages come: less where one fails, and more again when they do.

A page fails because it is too much for the host, or because the host is troubled for a while; only
time tells which. So pages grow again after some have come, and after ever more of them where a
larger one fails again.
"""

from collections import Counter
from dataclasses import dataclass, field

from tajo_connector_sdk.paging import larger

# So many pages of a size come before a larger one is tried; each that fails doubles it.
PATIENCE, MOST_PATIENCE = 8, 512


@dataclass(slots=True)
class Sizes:
    """The sizes of all lists of a run, by name; what is not known has its largest."""

    _now: dict[str, int] = field(default_factory=dict)
    _came: Counter[str] = field(default_factory=Counter)
    _patience: dict[str, int] = field(default_factory=dict)

    def of(self, name: str, most: int) -> int:
        """Return how many rows a page of this list holds, ``most`` where all went well."""
        return min(self._now.get(name, most), most)

    def failed(self, name: str, size: int) -> None:
        """Note that a page failed, and is asked for by ``size`` from now on."""
        if self._came.pop(name, 0) == 0 and name in self._patience:
            # The first page after it grew: that size is too much, not the moment.
            self._patience[name] = min(2 * self._patience[name], MOST_PATIENCE)
        self._now[name] = size

    def came(self, name: str) -> None:
        """Note that a page came."""
        if name in self._now:
            self._came[name] += 1

    def grow(self, name: str, most: int) -> None:
        """Let the next page be larger where enough have come; not before it is asked for."""
        if name in self._now and self._came[name] >= self._patience.setdefault(name, PATIENCE):
            self._now[name] = larger(self._now[name], most)
            self._came[name] = 0
