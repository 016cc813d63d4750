"""Words of a table that cannot be right: where each stands, and the nearest right one."""

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, Any

from tajo_connector_sdk.errors import ConfigurationError, nearest
from tajo_connector_sdk.facts import Trash
from tajo_connector_sdk.fields import connections_of, faults_of
from tajo_connector_sdk.incremental import CLASSES, Feed, Scanned, Windowed

if TYPE_CHECKING:
    from tajo_connector_sdk.table import Connector, Stream


def of_connector(table: "Connector") -> Iterator[ConfigurationError]:
    """Yield an error for every word of a table that cannot be right, with the nearest right one."""
    yield from _doubles(table, "settings", [setting.name for setting in table.all_settings])
    yield from _doubles(table, "streams", [row.name for row in table.streams])
    known = {setting.name for setting in table.all_settings}
    spoken = [(f"auth[{n}]", word) for n, way in enumerate(table.auth) for word in way.needs]
    spoken += [("base_url", word) for _, word, _, _ in Formatter().parse(table.base_url) if word]
    for where, word in spoken:
        if word not in known:
            yield ConfigurationError(
                f"{table.name}.{where}", f"no setting '{word}'", right=nearest(word, known)
            )
    for row in table.streams:
        for fact, word in row.settings_named:
            if word not in known:
                where = f"{table.name}.{row.name}.{fact}"
                yield ConfigurationError(where, f"no setting '{word}'",
                                         right=nearest(word, known))  # fmt: skip
        yield from of_row(row, table.name)
        for fact, what, right in table.transport.faults(row):
            yield ConfigurationError(f"{table.name}.{row.name}.{fact}", what, right=right)


def _doubles(table: "Connector", what: str, names: list[str]) -> Iterator[ConfigurationError]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield ConfigurationError(
            f"{table.name}.{what}", f"'{name}' stands twice", right="each name once"
        )


def of_row(row: "Stream", connector: str) -> Iterator[ConfigurationError]:
    """Yield an error for every word of the row that cannot be right."""
    where = f"{connector}.{row.name}"
    named = [("key", name) for name in row.key]
    named += [("parent.carries", name) for name in row.parent.carries] if row.parent else []
    if isinstance(row.deletions, Trash):
        named.append(("deletions.at", row.deletions.at))
    named += [("protected", name) for name in row.protected]
    named += [("needs", name) for name in row.needs]
    named += [("beside", one.name) for one in row.beside]
    named += [("around", name) for name in row.around]
    named += [("bookmark", row.bookmark)] if row.bookmark else []
    for fact, name in named:
        if name not in row.fields:
            right = nearest(name, row.fields)
            yield ConfigurationError(f"{where}.{fact}", f"'{name}' is not in fields", right=right)
    if not row.key:
        yield ConfigurationError(f"{where}.key", "no key", right="at least one field")
    yield from _of_incremental(row, where)
    yield from _of_parent(row, where)
    lists = connections_of(row.fields)
    for name, listed in lists.items():
        if len(lists) > 1 and not (listed.kind and "id" in listed.fields):
            yield ConfigurationError(
                f"{where}.fields.{name}",
                "one of several lists, and its children cannot be told apart",
                right="a kind, and id among its fields",
            )
    for at, what, right in faults_of(row.fields, f"{where}.fields"):
        yield ConfigurationError(at, what, right=right)


def _of_parent(row: "Stream", where: str) -> Iterator[ConfigurationError]:
    if row.parent is None:
        return
    for name in row.parent.carries.values():
        if name not in row.parent.stream.fields:
            right = nearest(name, row.parent.stream.fields)
            yield ConfigurationError(
                f"{where}.parent.carries",
                f"'{name}' is not in fields of {row.parent.stream.name}",
                right=right,
            )


def _of_incremental(row: "Stream", where: str) -> Iterator[ConfigurationError]:
    known: Any = row.incremental
    if known is not None and not isinstance(known, Windowed | Scanned | Feed):
        word = known if isinstance(known, str) else type(known).__name__
        yield ConfigurationError(
            f"{where}.incremental",
            f"'{word}' is no incremental class",
            right=nearest(word, CLASSES),
        )
    elif isinstance(known, Scanned):
        if row.bookmark is not None:
            yield ConfigurationError(
                f"{where}.bookmark", "a stream that is scanned has none", right="no bookmark"
            )
    elif (known is None) != (row.bookmark is None):
        yield ConfigurationError(
            f"{where}.incremental",
            "a bookmark and an incremental class come together",
            right="both, or neither for a stream that is read whole",
        )
    elif isinstance(known, Feed):
        for fact, what, right in _of_feed(row, known):
            yield ConfigurationError(f"{where}.incremental.{fact}", what, right=right)


def _of_feed(row: "Stream", feed: Feed) -> Iterator[tuple[str, str, str]]:
    if not isinstance(feed.events.incremental, Windowed):
        yield "events", f"'{feed.events.name}' is not read by time", "a Sorted or Filtered row"
    first: Any = feed.first
    if not isinstance(first, Windowed):
        yield "first", f"{type(first).__name__} lists by no time", "Sorted or Filtered"
    if len(row.key) != 1:
        yield "key", f"{len(row.key)} fields", "one: an event bears one id"
    elif f"{{{row.key[0]}}}" not in feed.each:
        yield "each", "the row's key is not in it", f"a path with {{{row.key[0]}}}"
    if not feed.types or feed.most < 1:
        yield "types", "no kind of event is asked for", "at least one, most of 1 or more"
    for kind in feed.ids:
        if kind not in feed.types:
            yield "ids", f"'{kind}' is not in types", nearest(kind, feed.types)
