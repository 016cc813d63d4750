"""Going on from page to page where a page is a place among rows that move (page 2 of 100).

A row that leaves shifts all behind it up by one, over the edge of the next page.
"""

from datetime import datetime
from typing import Protocol

from tajo_connector_sdk.errors import BadAnswer
from tajo_connector_sdk.incremental import Sorted
from tajo_connector_sdk.transport import Ask, Page


class Pages(Protocol):
    """The part of ``transport.Reader`` that a window needs."""

    @property
    def depth(self) -> int:
        """Objects that one cursor may walk over."""

    @property
    def lanes(self) -> int:
        """How many requests may be in flight."""

    def page(self, ask: Ask, cursor: str | None, *, most: int | None = None) -> Page:
        """Return the rows after ``cursor``."""

    def count(self, ask: Ask) -> int | None:
        """Return the platform's own count."""

    def page_size(self, ask: Ask) -> int:
        """Return how many rows a page holds."""

    def back(self, ask: Ask, cursor: str | None, rows: int) -> str | None:
        """Return the cursor of a page at least so many rows earlier."""


def turned(
    pages: Pages, ask: Ask, cursor: str | None, placed: int | None, most: int | None = None
) -> Page:
    """Return the page behind ``cursor``, earlier by as many places as rows have left.

    ``placed`` is how many places the page before told. Raises BadAnswer when a cursor leads to
    itself.
    """
    page, gone = pages.page(ask, cursor, most=most), 0
    while (now := page.shifted(placed)) > gone:
        gone = now
        page = pages.page(ask, pages.back(ask, cursor, gone))
    if not gone and page.more and page.cursor == cursor and not page.seamed:
        raise BadAnswer(ask.stream.name, "the same cursor came twice", do="run again")
    return page


def edge(
    ask: Ask, page: Page, low: datetime | None, times: list[datetime], *, short: bool
) -> datetime | None:
    """Return the time to ask anew from, None where the next place does as well.

    It is the last time of the page that no late change can have put there. Where the total
    tells of all that leaves, places do for what lies after it, which the next run reads again,
    and around a row that spoils its page. ``low`` is where this walk began; a page that has
    come no further is of one time, for ids to part. ``times`` are those of the page's rows,
    ``short`` says that there are fewer of them than a page holds.
    """
    known, settled = ask.stream.incremental, ask.window.high - ask.stream.lookback
    if not isinstance(known, Sorted) or not times:
        return None
    told = page.placed is not None and bool(known.until)
    spoiled = short and page.behind is None
    if told and (spoiled or times[-1] >= settled):
        return None
    last = max((at for at in times if at < settled), default=None)
    if last is None or low is None or last > low:
        return last
    return low if known.by_id and last == low else None
