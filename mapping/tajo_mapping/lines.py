"""Reading the lines and conditions of one block, with the stream's other names of fields."""

from collections.abc import Mapping
from typing import Any

from tajo_mapping.expressions import Expression, compile_expression
from tajo_mapping.grammar import Condition, Line
from tajo_mapping.places import Place
from tajo_mapping.targets import TargetCheck, property_target
from tajo_mapping.trees import Names


class LineReader:
    """Reads what any block of a stream can hold.

    ``names`` are the other names of the stream's fields; none inside a list, where a name is the
    element's own and the record around it is ``_record``.
    """

    def __init__(self, names: Names) -> None:
        self.names = names

    def expression(self, text: Any, place: Place) -> Expression:
        """Return the compiled expression of a place."""
        return compile_expression(place.text(text), str(place), self.names)

    def optional(self, block: Mapping[str, Any], key: str, place: Place) -> Expression | None:
        """Return the compiled expression of a key, None where the block does not have it."""
        return self.expression(block[key], place / key) if key in block else None

    def conditions(self, block: Mapping[str, Any], place: Place) -> tuple[Condition, ...] | None:
        """Return the conditions under ``when``, None where the block has none."""
        if "when" not in block:
            return None
        here = place / "when"
        if block["when"] is None:
            return ()
        return tuple(
            Condition(self.expression(text, here / text), (here / text).text(reason), here)
            for text, reason in here.block(block["when"]).items()
        )

    def lines(self, value: Any, place: Place, check: TargetCheck) -> tuple[Line, ...]:
        """Return the lines of one block; two for one source or one target are an error."""
        made: list[Line] = []
        sources: dict[str, str] = {}
        targets: dict[str, str] = {}
        for text, target in place.block(value if value is not None else {}).items():
            line = self._line(text, target, place / text, check)
            if line.source.key in sources:
                raise line.place.error(
                    f"'{text}' and '{sources[line.source.key]}' are the same source",
                    right="one line, with a list of targets",
                )
            sources[line.source.key] = text
            for name in line.targets:
                if name in targets:
                    raise line.place.error(
                        f"two sources for {name}: '{targets[name]}' and '{text}'",
                        right="one source for each target",
                    )
                targets[name] = text
            made.append(line)
        return tuple(made)

    def _line(self, text: str, target: Any, place: Place, check: TargetCheck) -> Line:
        source = self.expression(text, place)
        if target is None:
            return Line(source, (), place)
        if isinstance(target, Mapping):
            return self._nested(source, target, place, check)
        names = tuple(place.text(name) for name in place.items(target))
        for name in names:
            if check(place, name) not in {None, property_target}:
                raise place.error(
                    f"'{name}' is a list of objects", right=f"{{to: {name}, each: {{...}}}}"
                )
        return Line(source, names, place)

    def _nested(
        self, source: Expression, target: Mapping[str, Any], place: Place, check: TargetCheck
    ) -> Line:
        block = place.block(target, ("to", "each"))
        name = (place / "to").text(block.get("to"))
        inside = check(place, name)
        if inside is None:
            raise place.error(
                f"'{name}' takes no list of objects", right=f"'{source.text}': {name}"
            )
        lines = LineReader({}).lines(block.get("each"), place / "each", inside)
        if not lines:
            raise (place / "each").error("no lines", right="source: target, read in every element")
        return Line(source, (name,), place, lines)
