"""One stream's mapping as one function: its source, and the function made of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tajo_mapping.bodies import BodyMaker
from tajo_mapping.contacts import ContactMaker
from tajo_mapping.events import EventMaker
from tajo_mapping.expressions import Expression
from tajo_mapping.making import Maker
from tajo_mapping.operations import Outcome, Source
from tajo_mapping.written.body_text import BodyText
from tajo_mapping.written.contact_text import ContactText
from tajo_mapping.written.event_text import EventText
from tajo_mapping.written.formulas import word_of
from tajo_mapping.written.means import MEANS
from tajo_mapping.written.page import Page, tuple_of
from tajo_mapping.written.scopes import Scope

# (record, the store that was bound) -> its outcomes; None where the plain makers have to say.
Written = Callable[[Mapping[str, Any], str], list[Outcome] | None]


@dataclass(frozen=True, slots=True)
class WrittenStream:
    """A stream's function and its source."""

    source: str
    function: Written


def written_stream(
    platform: str,
    stream: str,
    keys: Sequence[str],
    changed: Expression | None,
    makers: Sequence[Maker],
) -> WrittenStream:
    """Return the function of a stream.

    Args:
        platform: The platform's name.
        stream: The stream's name.
        keys: The key of the stream's SCHEMA.
        changed: Reads the record's own time of change.
        makers: The stream's blocks, of any store: only the prefix of ids differs by it.
    """
    page = Page()
    name = re.sub(r"\W", "_", f"map_{stream}", flags=re.ASCII)
    with page.block(f"def {name}(record, store):"):
        with page.block(
            'if type(record) is not dict or record.get("_sdc_deleted_at") is not None:'
        ):
            page.line("return None")
        fields = page.slot()
        scope = Scope(fields, "record", "r")
        _source(platform, stream, keys, changed, scope, page)
        page.line("outcomes = []")
        for maker in makers:
            _block(maker, scope, page)
        page.line("return outcomes")
        scope.write()
    text = page.text() + "\n"
    names = {**MEANS, **page.names}
    exec(compile(text, f"<mapping of {platform} {stream}>", "exec"), names)  # noqa: S102 - our own words, with the names of a mapping as quoted text
    return WrittenStream(text, names[name])


def _source(
    platform: str,
    stream: str,
    keys: Sequence[str],
    changed: Expression | None,
    scope: Scope,
    page: Page,
) -> None:
    if not keys:
        page.line("return None")
    parts = [scope.field((key,)) for key in keys]
    for part in parts:
        with page.block(f'if {part} is None or {part} is ABSENT or {part} == "":'):
            page.line("return None")
    if len(parts) == 1:
        page.line(f"record_id = {parts[0]} if type({parts[0]}) is str else str({parts[0]})")
    else:
        page.line(f"record_id = '/'.join([{', '.join(f'str({part})' for part in parts)}])")
    page.line('store = record.get("_tajo_store") or store')
    with page.block("if type(store) is not str:"):
        page.line("store = str(store)")
    page.line(f"prefix = {platform + ':'!r} + store")
    at = "None"
    if changed:
        at = "changed_at"
        word = word_of(changed, scope, page)
        page.line(f"{at} = since({word})")
        scope.changed = word
    given = {
        "platform": repr(platform), "store": "store", "stream": repr(stream), "id": "record_id",
        "at": at,
    }  # fmt: skip
    page.line(f"source = {tuple_of(Source, given)}")


def _block(maker: Maker, scope: Scope, page: Page) -> None:
    if isinstance(maker, ContactMaker):
        ContactText(maker, scope, page).write()
    elif isinstance(maker, EventMaker):
        EventText(maker, scope, page).write()
    elif isinstance(maker, BodyMaker):
        BodyText(maker, scope, page).write()
