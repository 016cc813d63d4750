"""Sorted and searched root lists, kept between the pages of a walk."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from tajo_sandbox.shopify.dialect import Searchable, matcher
from tajo_sandbox.shopify.listings import Listing, listings
from tajo_sandbox.shopify.paging import MAX_DEPTH, Page, Sorting, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tajo_sandbox.shopify.view import View
    from tajo_sandbox.store import Store

KEPT = 24
"""Sorted lists that are kept for the next page; the store's version says when one is stale."""

Rows = list[Any]


class Lists:
    """Sorted and searched lists of one store, kept between the pages of a walk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = listings(store)
        self._kept: OrderedDict[tuple[Any, ...], tuple[int, Rows, list[dict[str, object]]]] = (
            OrderedDict()
        )

    def rows(self, name: str, view: View, arguments: Mapping[str, Any]) -> tuple[Rows, Sorting]:
        """All rows of the root list `name` that match, sorted upwards, and how.

        Raises:
            Refused: a search with an empty or impossible value.
        """
        listing = self._known[name]
        sort = arguments.get("sortKey") or "ID"
        query = arguments.get("query")
        since = view.since if listing.aged else None
        sorting = Sorting(sort, listing.sorts[sort])
        slot = (name, sort, query, since)
        version = self._store.version(listing.watches or listing.kind)
        kept = self._kept.get(slot)
        if kept is None or kept[0] != version or (query and "now" in query):
            kept = (version, *self._build(listing, sorting, query, since))
            self._kept[slot] = kept
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(slot)
        view.warnings.extend({"path": [name], **warning} for warning in kept[2])
        return kept[1], sorting

    def _build(
        self, listing: Listing, sorting: Sorting, query: str | None, since: str | None
    ) -> tuple[Rows, list[dict[str, object]]]:
        test, warnings = matcher(query, listing.fields)
        rows: Iterable[Any] = listing.rows(self._store)
        if since is not None:
            rows = (row for row in rows if row.created_at >= since)
        return sorted(rows if test is None else filter(test, rows), key=sorting.key), warnings

    def page(self, name: str, view: View, arguments: Mapping[str, Any]) -> Page:
        """One page of the root list `name`.

        Raises:
            Refused: bad arguments, a bad search, or a page beyond 25,000 objects.
        """
        rows, sorting = self.rows(name, view, arguments)
        return cut(rows, sorting, arguments)

    def count(self, name: str, view: View, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """How many rows match: exact up to the limit asked for and to 25,000, then at least."""
        rows, _ = self.rows(name, view, {"query": arguments.get("query")})
        limit = arguments.get("limit")
        total = len(rows)
        if limit is not None and limit < total and limit <= MAX_DEPTH:
            return {"count": limit, "precision": "AT_LEAST"}
        if total > MAX_DEPTH:
            return {"count": MAX_DEPTH + 1, "precision": "AT_LEAST"}
        return {"count": total, "precision": "EXACT"}


def searched(rows: Sequence[Any], fields: Mapping[str, Searchable], query: str | None) -> list[Any]:
    """Rows that match a query.

    Raises:
        Refused: a search with an empty or impossible value.
    """
    test, _ = matcher(query, fields)
    return list(rows) if test is None else [row for row in rows if test(row)]
