"""Several records of one person become one wish, whatever order they came in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from target_brevo.clock import is_older, moment
from target_brevo.contacts.row import Identity, Wanted


@dataclass(frozen=True, slots=True)
class Wish:
    """What all records of a person together want; ``sources`` are those records.

    ``regranted_at`` is the time of the newest grant that may unblock, None where there is none.
    """

    identity: Identity
    email: str | None
    ext_id: str | None
    attributes: dict[str, Any]
    fills: dict[str, Any]
    email_denied: bool
    sms_denied: bool
    regranted_at: str | None
    lists: dict[str, Wanted]
    mode: str
    owned: bool
    sources: Sequence[Wanted]


@dataclass(frozen=True, slots=True)
class Written:
    """What another record has written of the same person: its time, and which attributes."""

    at: str | None
    names: frozenset[str]


def merged(identity: Identity, wishes: Sequence[Wanted], others: Sequence[Written] = ()) -> Wish:
    """Merge the records of one person: the newest wins per attribute, a no wins over a yes.

    ``others`` are records that were sent before.
    """
    ordered = sorted(wishes, key=_age) if len(wishes) > 1 else wishes
    attributes: dict[str, Any] = {}
    fills: dict[str, Any] = {}
    lists: dict[str, Wanted] = {}
    ext_id = None
    for wish in ordered:
        # Invariant 6: an older record never overwrites a newer one, attribute by attribute.
        newer = [other.names for other in others if is_older(wish.at, other.at)]
        overtaken = frozenset[str]().union(*newer)
        attributes |= {
            name: value for name, value in wish.attributes.items() if name not in overtaken
        }
        fills |= {name: value for name, value in wish.fills.items() if is_value(value)}
        lists |= dict.fromkeys(wish.lists, wish)
        ext_id = wish.ext_id if wish.owner and wish.ext_id else ext_id
    return Wish(
        identity=identity,
        email=ordered[-1].email,
        ext_id=ext_id,
        attributes=attributes,
        fills=fills,
        # Invariant 3: denied by one of them is denied.
        email_denied=any(wish.email_denied for wish in ordered),
        sms_denied=any(wish.sms_denied for wish in ordered),
        regranted_at=_newest(wish.granted_at for wish in ordered if wish.reconsent),
        lists=lists,
        mode="upsert" if any(w.mode == "upsert" for w in ordered) else ordered[-1].mode,
        owned=any(wish.owner for wish in ordered),
        sources=ordered,
    )


def is_value(value: Any) -> bool:
    """Say whether Brevo would hold something after writing ``value``; 0 and false are values."""
    return value is not None and value not in ("", [])


def _newest(times: Iterable[str | None]) -> str | None:
    known = [(at, time) for time in times if (at := moment(time))]
    return max(known)[1] if known else None


def _age(wish: Wanted) -> float:
    at = moment(wish.at)
    return at.timestamp() if at else float("-inf")
