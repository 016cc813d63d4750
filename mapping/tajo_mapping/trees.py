"""JMESPath's trees: which names an expression reads from the record, and renaming them.

Names behind a projection or a dot belong to something inside the record and stay.
"""

from collections.abc import Mapping
from typing import Any

# A node of JMESPath's tree: its type, a value, and children.
Node = Any
Path = tuple[str, ...]
Names = Mapping[Path, Node]

# Of these only the first child reads the record itself; the rest read what it gave.
_FIRST_ONLY = frozenset(
    {"index_expression", "projection", "filter_projection", "value_projection", "pipe", "flatten"}
)
_READS_NOTHING = frozenset({"literal", "slice", "expref", "current", "identity", "index"})


def plain_path(tree: Node) -> Path | None:
    """Return the names of a plain name, None for any other expression."""
    if tree["type"] == "field":
        return (tree["value"],)
    if tree["type"] == "subexpression":
        parts = [plain_path(child) for child in tree["children"]]
        if all(parts):
            return tuple(name for part in parts if part for name in part)
    return None


def resolve(tree: Node, names: Names) -> Node:
    """Return the tree with every other name of a field replaced, where names are the record's."""
    kind, children = tree["type"], tree["children"]
    if kind == "field":
        return names.get((tree["value"],), tree)
    if kind == "subexpression":
        return _resolve_dotted(tree, names)
    if kind in _READS_NOTHING:
        return tree
    first_only = kind in _FIRST_ONLY
    changed = [
        resolve(child, names) if index == 0 or not first_only else child
        for index, child in enumerate(children)
    ]
    return {**tree, "children": changed}


def _resolve_dotted(tree: Node, names: Names) -> Node:
    children = tree["children"]
    leading: list[str] = []
    for child in children:
        if child["type"] != "field":
            break
        leading.append(child["value"])
    for length in range(len(leading), 0, -1):
        found = names.get(tuple(leading[:length]))
        if found is not None:
            head = found["children"] if found["type"] == "subexpression" else [found]
            rest = children[length:]
            return {**tree, "children": [*head, *rest]} if rest else found
    return {**tree, "children": [resolve(children[0], names), *children[1:]]}


def record_paths(tree: Node) -> set[Path]:
    """Return the plain names that an expression reads from the record itself."""
    path = plain_path(tree)
    if path:
        return {path}
    kind, children = tree["type"], tree["children"]
    if kind in _READS_NOTHING:
        return set()
    if kind == "subexpression":
        leading = []
        for child in children:
            if child["type"] != "field":
                break
            leading.append(child["value"])
        return {tuple(leading)} if leading else record_paths(children[0])
    if kind in _FIRST_ONLY:
        return record_paths(children[0])
    return set().union(*(record_paths(child) for child in children))
