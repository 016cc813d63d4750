"""One plan for all persons who are alike: load by load, most of them are.

Planning looks at no value, only at what is a value, empty or null (``planning``). So persons of
whom one record has come, of the same pattern, and of whom Brevo is known to hold the same, get the
same plan: it is made once, by the same functions as for everybody else, and each person's own
values are put in.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from target_brevo.contacts.merging import merged
from target_brevo.contacts.planning import Partition, Rules, planned
from target_brevo.contacts.receipts import Draft
from target_brevo.contacts.row import Pattern, Row, unpacked
from target_brevo.ledger.holdings import Person, person_row
from target_brevo.ledger.tables import without_nul
from target_brevo.ledger.writers import Writers

_OWN_ID = "EXT_ID"
# Most plans that are kept.
_MOST = 4096


class Shared(NamedTuple):
    """A plan without its values.

    ``names`` are the attributes that are written, None where those of the row are, whole;
    ``after`` is the person's row of the ledger but for who it is and since when it is known.
    """

    partition: Partition
    names: tuple[str, ...] | None
    bears_id: bool
    joined: tuple[int, ...]
    notes: tuple[str, ...]
    after: tuple[bool, bool, str, str, str]
    origin: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Alike:
    """The plans of one run; with ``on`` off, everybody is planned alone."""

    rules: Rules
    writers: Writers
    on: bool = True
    _plans: dict[tuple[Pattern, Any], Shared | None] = field(default_factory=dict)

    def plan_of(self, row: Row, known: Person | None, now: str) -> Shared | None:
        """Return the plan of a person of whom nothing but ``row`` is known, and what Brevo holds.

        None where such a person is planned alone: nothing is sent, or more than a plan is made.
        """
        pattern = row.pattern
        if not self.on or not pattern.plain:
            return None
        # Invariant 3: who is blocked is planned alone, for a grant that may unblock is looked into.
        if known is not None and known.email_blocked:
            return None
        key = pattern, known and _state(known)
        if key not in self._plans:
            if len(self._plans) >= _MOST:
                self._plans.clear()
            self._plans[key] = self._made(row, known, known or Person(row.person, now))
        return self._plans[key]

    def _made(self, row: Row, known: Person | None, after: Person) -> Shared | None:
        wish = unpacked(row)
        if wish.identity is None:
            return None
        origin = (wish.platform, wish.store, wish.stream)
        self.writers.saw(origin, wish.attributes)
        plan = planned(merged(wish.identity, [wish]), known, after, self.rules)
        if plan.partition is None or plan.filtered or plan.nothing:
            return None
        written = plan.body["attributes"].keys()
        names = tuple(name for name in written if name != _OWN_ID)
        _, _, email_blocked, sms_blocked, filled, added, left, _ = person_row(plan.after)
        return Shared(
            partition=plan.partition,
            names=None if set(names) == wish.attributes.keys() else names,
            bears_id=_OWN_ID in written,
            joined=plan.joined,
            notes=plan.notes,
            after=(email_blocked, sms_blocked, filled, added, left),
            origin=(without_nul(wish.platform), without_nul(wish.store), without_nul(wish.stream)),
        )


def drafted(row: Row, shared: Shared, known: Person | None, now: str) -> Draft:
    """Return what is sent for the person of ``row``, and what is to be remembered of it."""
    brevo_id, seen_at = (known.brevo_id, known.seen_at) if known else (None, now)
    at = row.at and without_nul(row.at)
    source = (
        row.source, row.person, *shared.origin, row.pattern.owner, row.fingerprint, at,
        row.consent, now, row.line,
    )  # fmt: skip
    ticket, stream, kind, place = row.claim
    person = (row.person, brevo_id, *shared.after, seen_at)
    receipt = (person, (source,), ((ticket, stream, kind, place),), shared.joined, (), ())
    return Draft(_body(row, shared), receipt)


def _body(row: Row, shared: Shared) -> bytes:
    """Return the row of an import; what is JSON already is put in as it is."""
    if shared.names is None:
        inner = row.attributes[1:-1]
    else:
        values = orjson.loads(row.attributes) | orjson.loads(row.fills)
        inner = orjson.dumps({name: values[name] for name in shared.names})[1:-1]
    if shared.bears_id:
        own = b'"EXT_ID":' + orjson.dumps(row.ext_id)
        inner = b"%b,%b" % (inner, own) if inner else own
    if row.email:
        return b'{"email":%b,"attributes":{%b}}' % (orjson.dumps(row.email), inner)
    return b'{"attributes":{%b}}' % inner


def _state(known: Person) -> tuple[Any, ...]:
    """Return what planning sees of a person beside its identity."""
    return (
        known.email_blocked, known.sms_blocked, known.filled, known.lists_added, known.lists_left,
    )  # fmt: skip
