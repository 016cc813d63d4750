"""Pages of Brevo's lists by offset, which overlap, so that a row that is deleted hides no other.

Behind a row that is deleted meanwhile all others move up: whoever moved over the edge of a page
would count as not there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def overlapping(read: Callable[[int], Sequence[Row]], size: int) -> Iterator[Sequence[Row]]:
    """Yield pages of at most ``size`` rows with an ``id``; ``read`` takes the offset of one.

    Each begins with the last row of the one before, and where it does not any more, an earlier one
    is read: so a row may come more than once.
    """
    place, rows = 0, read(0)
    while rows:
        yield rows
        if len(rows) < size:
            return
        met = {row.get("id") for row in rows}
        place += len(rows) - 1
        rows = read(place)
        while place and met.isdisjoint(row.get("id") for row in rows):
            place = max(0, place - size + 1)
            rows = read(place)
