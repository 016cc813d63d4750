"""Reading a contact block: its lines, consent, lists, rules and modes."""

from collections.abc import Mapping
from typing import Any, cast

from tajo_mapping.grammar import (
    CHANNELS,
    DELETIONS,
    LIST_MODES,
    MODES,
    REMOVED,
    RULES,
    ConsentRule,
    ContactBlock,
    Removed,
)
from tajo_mapping.lines import LineReader
from tajo_mapping.operations import SUM_BY, SUM_OF, AttributeRule, Channel
from tajo_mapping.places import Place
from tajo_mapping.targets import attribute, contact_target


def read_contact(reader: LineReader, value: Any, place: Place) -> ContactBlock | Removed:
    """Return the contact block at a place; null says that the default's goes.

    Raises:
        MappingError: An unknown key or word, or an expression that cannot be read.
    """
    if value is None:
        return REMOVED
    keys = (
        "field_mapping", "consent", "mailing_lists", "rules", "mode", "when_deleted", "owner",
        "when", "merged_into",
    )  # fmt: skip
    block = place.block(value, keys)
    mode, gone = block.get("mode"), block.get("when_deleted")
    listed, mirrored = _mailing_lists(block, place / "mailing_lists")
    return ContactBlock(
        place=place,
        lines=reader.lines(block.get("field_mapping"), place / "field_mapping", contact_target),
        consent=_consents(reader, block.get("consent") or {}, place / "consent"),
        mailing_lists=listed,
        mirrored=mirrored,
        rules=_rules(block.get("rules") or {}, place / "rules"),
        mode=cast("Any", (place / "mode").word(mode, MODES)) if mode is not None else None,
        when_deleted=cast("Any", (place / "when_deleted").word(gone, DELETIONS))
        if gone is not None
        else None,
        owner=(place / "owner").flag(block["owner"]) if "owner" in block else None,
        when=reader.conditions(block, place),
        merged_into=reader.optional(block, "merged_into", place),
    )


def _consents(reader: LineReader, value: Any, place: Place) -> dict[Channel, ConsentRule | Removed]:
    return {
        cast("Channel", (place / channel).word(channel, CHANNELS)): _consent(
            reader, rule, place / channel, channel
        )
        for channel, rule in place.block(value, CHANNELS).items()
    }


def _consent(reader: LineReader, value: Any, place: Place, channel: str) -> ConsentRule | Removed:
    if value is None:
        return REMOVED
    keys = ("from", "at", "granted", "denied", "only_granted", "recorded_as", "reconsent")
    block = place.block(value, keys)
    granted = _words(block.get("granted", []), place / "granted")
    denied = _words(block.get("denied", []), place / "denied")
    both = {(type(word), word) for word in granted} & {(type(word), word) for word in denied}
    if both or not (granted or denied):
        raise place.error(
            "a word that is granted and denied" if both else "neither granted nor denied",
            right="granted: [...] and denied: [...], each with words of its own",
        )
    extra = {
        key: attribute(place / key, (place / key).text(block[key]))
        for key in ("only_granted", "recorded_as")
        if key in block
    }
    return ConsentRule(
        place=place,
        source=reader.expression(block.get("from"), place / "from"),
        at=reader.optional(block, "at", place),
        granted=granted,
        denied=denied,
        reconsent=_reconsent(block, place, channel),
        **extra,
    )


def _reconsent(block: Mapping[str, Any], place: Place, channel: str) -> bool:
    """Return whether a grant may unblock: e-mail only, for it alone has times on both sides."""
    if "reconsent" not in block or not (place / "reconsent").flag(block["reconsent"]):
        return False
    # Invariant 3: a grant unblocks only where it can be shown to be newer than the block.
    if channel != "email":
        raise (place / "reconsent").error(
            "only e-mail can be unblocked by a grant",
            right="consent: {email: {..., reconsent: true}}",
            do="take it out: Brevo tells no time of other channels' blocks",
        )
    if "at" not in block:
        raise (place / "reconsent").error(
            "a grant without a time is never newer than a block",
            right="at: where the record says since when",
        )
    return True


def _words(value: Any, place: Place) -> tuple[str | bool | int, ...]:
    words = place.items(value)
    if not all(isinstance(word, str | bool | int) for word in words):
        raise place.error("not words", right="[SUBSCRIBED] or [true]")
    return tuple(words)


_Names = tuple[str, ...] | None


def _mailing_lists(block: Mapping[str, Any], place: Place) -> tuple[_Names, _Names]:
    """Return the names of the lists, and of those that are mirrored: ``[A, B]`` or ``{A: add}``."""
    if "mailing_lists" not in block:
        return None, None
    said = block["mailing_lists"] or []
    if isinstance(said, Mapping):
        modes = {name: (place / name).word(mode, LIST_MODES) for name, mode in said.items()}
        return tuple(modes), tuple(name for name, mode in modes.items() if mode == "mirror")
    return tuple(place.text(name) for name in place.items(said)), ()


def _rules(value: Any, place: Place) -> dict[str, AttributeRule]:
    return {
        attribute(place / name, name): _rule(rule, place / name)
        for name, rule in place.block(value).items()
    }


def _rule(value: Any, place: Place) -> AttributeRule:
    for kind in (SUM_BY, SUM_OF):
        if isinstance(value, str) and value.startswith(kind):
            return kind + attribute(place, value.removeprefix(kind).strip())
    return place.word(value, (*RULES, f"{SUM_BY}CURRENCY", f"{SUM_OF}EUR"))
