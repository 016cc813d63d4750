"""A source of a mapping line: a JMESPath expression, compiled once.

A plain name (``firstName``, ``amountSpent.amount``) becomes direct look-ups. Everything else is
evaluated by JMESPath's own interpreter. Reading gives three kinds of answers: a value, None where
the record says null, and ``ABSENT`` where the record does not speak of the field at all.

Not here: whether the fields exist in a stream (``checking``).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import jmespath
from jmespath import exceptions
from jmespath.visitor import Options, TreeInterpreter

from tajo_mapping.errors import LeftOut, MappingError, Unfit, nearest
from tajo_mapping.functions import MappingFunctions, arity, direct, known_functions
from tajo_mapping.trees import Names, Node, Path, plain_path, record_paths, resolve

MAX_LENGTH = 500
MAX_NODES = 200
# How often an expression may name the same data anew: [@, @] doubles what it is given.
MAX_COPIES = 1_000

OTHER_KINDS: Final = "two values that are compared or joined are of different kinds"

Reader = Callable[[Any], Any]


class Absent:
    """The kind of ``ABSENT``: the record does not speak of this field."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled source.

    ``text`` is what was written, ``key`` what it is after other names were resolved (equal for
    equal sources), ``path`` its names where it is a plain name, ``tree`` the JMESPath tree.
    ``read`` takes a record and returns a value, None or ``ABSENT``; it raises ``Unfit`` or
    ``LeftOut``.
    """

    text: str
    key: str
    path: Path | None
    tree: Node
    read: Reader


class _Interpreter(TreeInterpreter):
    """JMESPath's interpreter, in which ``a || b`` also goes on to b when a was left out."""

    def visit_or_expression(self, node: Node, value: Any) -> Any:
        try:
            return super().visit_or_expression(node, value)
        except LeftOut:
            return self.visit(node["children"][1], value)


def compile_expression(text: str, where: str, names: Names | None = None) -> Expression:
    """Return the compiled expression.

    Args:
        text: JMESPath.
        where: What an error calls this place.
        names: Other names of fields (as paths) and the trees they stand for.

    Raises:
        MappingError: Not JMESPath, an unknown function, a wrong number of arguments, or larger
            than a mapping line may be.
    """
    tree = _parsed(text, where)
    _check_tree(tree, text, where)
    if names:
        tree = resolve(tree, names)
    path = plain_path(tree)
    key = ".".join(path) if path else json.dumps(tree, sort_keys=True)
    return Expression(text, key, path, tree, _reader(tree, path))


def truth(value: Any) -> bool:
    """Return whether JMESPath takes a value for true: all but null, false and what is empty."""
    return not (value is None or value is False or value is ABSENT or value in ("", [], {}))


def _parsed(text: str, where: str) -> Node:
    if len(text) > MAX_LENGTH:
        raise MappingError(where, f"an expression of more than {MAX_LENGTH} characters")
    try:
        parsed: Node = jmespath.compile(text).parsed
    except exceptions.EmptyExpressionError:
        raise MappingError(where, "an empty expression", right="a field name") from None
    except exceptions.LexerError as error:
        raise MappingError(where, _unreadable(error.lexer_position), do=_QUOTING) from None
    except exceptions.ParseError as error:
        raise MappingError(where, _unreadable(error.lex_position), do=_QUOTING) from None
    except RecursionError:
        raise MappingError(where, "an expression nested too deeply") from None
    return parsed


_QUOTING = (
    "a name with other characters than letters, digits and _ is written '\"first-name\"', "
    "a fixed text \"'paid'\""
)


def _unreadable(position: int | None) -> str:
    at = "" if position is None else f" at character {position + 1}"
    return f"the expression cannot be read{at}"


def _check_tree(tree: Node, text: str, where: str) -> None:
    """Check what JMESPath itself finds out only while it runs, and how large a result can get."""
    nodes, copies = 0, 1
    pending = [tree]
    while pending:
        node = pending.pop()
        nodes += 1
        kind = node["type"]
        if kind in {"multi_select_list", "multi_select_dict"}:
            copies *= max(1, len(node["children"]))
        if nodes > MAX_NODES or copies > MAX_COPIES:
            raise MappingError(where, "an expression too large", right="a few fields and functions")
        if kind == "function_expression":
            _check_call(node, where)
        elif kind == "subexpression" and node["children"][0]["type"] == "not_expression":
            raise MappingError(
                where,
                "'!' binds tighter than '.' in JMESPath: !a.b asks for b in !a",
                right="!(a.b)",
                do=f"write it so in: {text}",
            )
        elif kind == "slice" and node["children"][2] == 0:
            raise MappingError(where, "a slice with a step of 0", right="[::1], or no slice")
        elif kind == "field" and node["value"] in {"null", "true", "false"}:
            raise MappingError(
                where,
                f"'{node['value']}' without backticks is a field's name",
                right=f"`{node['value']}`",
                do=f"write it so in: {text}",
            )
        pending.extend(child for child in node["children"] if isinstance(child, dict))


def _check_call(node: Node, where: str) -> None:
    name, given = node["value"], len(node["children"])
    if name not in known_functions():
        raise MappingError(
            where, f"unknown function '{name}'", right=nearest(name, known_functions())
        )
    fewest, most = arity(name)
    if given < fewest or (most is not None and given > most):
        wanted = str(fewest) if most == fewest else f"{fewest} to {most or 'any number'}"
        raise MappingError(
            where, f"{name}() was given {given} arguments", right=f"it takes {wanted}"
        )


def _reader(tree: Node, path: Path | None) -> Reader:
    if path is not None:
        return _plain(path)
    if tree["type"] == "function_expression":
        given = [_argument(child) for child in tree["children"]]
        readers = [one for one in given if one is not None]
        if len(readers) == len(given):
            return _calling(direct(tree["value"]), readers)
    return _evaluating(tree)


def _argument(tree: Node) -> Reader | None:
    """Return the reader of a plain name or a fixed value, None for any other expression."""
    if tree["type"] == "literal":
        fixed = tree["value"]
        return lambda _: fixed
    path = plain_path(tree)
    return _plain(path) if path else None


def _plain(path: Path) -> Reader:
    return _one_name(path[0]) if len(path) == 1 else _dotted_name(path)


def _calling(call: Callable[..., Any], fields: list[Reader]) -> Reader:
    """Read a function of plain names (``id_of(customer.id)``), the most frequent expression."""

    def read(record: Any) -> Any:
        given = [field(record) for field in fields]
        try:
            value = call(*[None if one is ABSENT else one for one in given])
        except TypeError:
            raise Unfit(OTHER_KINDS) from None
        return ABSENT if value is None and any(one is ABSENT for one in given) else value

    return read


def _one_name(name: str) -> Reader:
    def read(record: Any) -> Any:
        try:
            return record[name]
        except (KeyError, TypeError, IndexError):
            return ABSENT

    return read


def _dotted_name(path: Path) -> Reader:
    def read(record: Any) -> Any:
        value = record
        try:
            for name in path:
                value = value[name]
        except KeyError:
            return ABSENT
        except TypeError:
            # Null on the way is null: the record says that there is none.
            return None if value is None else ABSENT
        return value

    return read


def _evaluating(tree: Node) -> Reader:
    interpreter = _Interpreter(Options(custom_functions=MappingFunctions()))
    spoken_of = [_dotted_name(path) for path in sorted(record_paths(tree))]

    def read(record: Any) -> Any:
        try:
            value = interpreter.visit(tree, record)
        except TypeError:
            raise Unfit(OTHER_KINDS) from None
        # Null counts as said only where the record speaks of every field that was read: half a
        # record (a thin webhook) must not clear anything.
        if value is None and any(field(record) is ABSENT for field in spoken_of):
            return ABSENT
        return value

    return read
