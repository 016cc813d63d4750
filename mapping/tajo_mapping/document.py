"""Reading a mapping file: YAML by a safe loader, with limits, and without surprises.

Not here: what the keys mean (``grammar``).
"""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tajo_mapping.errors import MappingError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_NODES = 10_000

# The C parser where PyYAML was built with it: ten times faster, and the same events.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):  # type: ignore[misc]  # which of the two it is, only the run knows
    """PyYAML's safe loader that refuses a key given twice and a key that is no text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem=f"the key on line {line} is read as {type(key).__name__}, not as text: "
                    "write it in quotes"
                )
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"'{key}' is given twice, again on line {line}")
            seen.add(key)
        made: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return made


def read_document(path: Path) -> dict[str, Any]:
    """Return the mapping file at ``path`` as plain dicts, lists and scalars.

    Raises:
        MappingError: The file is missing, larger than 256 KB, no YAML, too deep, too large once
            its aliases are followed, has a key twice, or is no block of ``key: value`` lines.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MappingError(
            str(path), f"cannot be read ({error.strerror})", do="check the setting 'mapping'"
        ) from None
    if len(raw) > MAX_BYTES:
        raise MappingError(
            str(path), f"larger than {MAX_BYTES // 1024} KB", right="a mapping is a few pages"
        )
    return parse_document(raw, path.name)


def parse_document(raw: bytes | str, name: str) -> dict[str, Any]:
    """Return YAML text as plain data; ``name`` is what errors call it (see ``read_document``)."""
    loader = None
    try:
        _refuse_bombs(raw, name)
        loader = _Loader(raw)
        document = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        place = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise MappingError(name, f"not YAML{place}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise MappingError(name, f"not YAML: {type(error).__name__}") from None
    finally:
        if loader is not None:
            loader.dispose()
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise MappingError(name, "not a block of 'key: value' lines", right="see mapping/README.md")
    return document


def plain_document(inline: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a mapping given inline (as a plugin's setting), copied and under the same limits."""
    budget = [MAX_NODES]

    def copied(value: Any, depth: int) -> Any:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            raise MappingError(name, "too deep or too large", right="a mapping is a few pages")
        if isinstance(value, Mapping):
            return {str(key): copied(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [copied(item, depth + 1) for item in value]
        return value

    return {str(key): copied(value, 1) for key, value in inline.items()}


def _refuse_bombs(raw: bytes | str, name: str) -> None:
    """Walk the parser's events, which cost little, before anything is built from them."""
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    loader = _Parser(raw)
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.AliasEvent):
                # An alias counts for all that its anchor holds: nested aliases multiply.
                total += sizes.get(event.anchor or "", 1)
            elif isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append((event.anchor, total))
                total += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_nodes.pop()
                if anchor:
                    sizes[anchor] = total - before
            elif isinstance(event, yaml.ScalarEvent):
                total += 1
            if len(open_nodes) > MAX_DEPTH or total > MAX_NODES:
                raise MappingError(
                    name,
                    f"deeper than {MAX_DEPTH} levels or larger than {MAX_NODES} values "
                    "(aliases followed)",
                    right="a mapping is a few pages",
                )
    finally:
        loader.dispose()
