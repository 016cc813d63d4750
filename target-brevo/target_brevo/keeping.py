"""What is kept of a refused record, so that it can be sent again as it is mapped then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from tajo_mapping.binding import record_key
from target_brevo.brevo.refusals import hint_for
from target_brevo.ledger.book import digest
from target_brevo.ledger.refused import RECORD, Original, Reject
from target_brevo.ledger.seal import Seal
from target_brevo.originals import Originals
from target_brevo.verdicts import Claim


@dataclass(frozen=True, slots=True)
class Declared:
    """A stream as its tap declared it, and the mapping its records went through.

    ``mapping`` is the mapping's version, empty for streams that need none.
    """

    platform: str
    mapping: str
    keys: Sequence[str]
    schema: Mapping[str, Any]

    @property
    def packed(self) -> str:
        """The declaration as JSON text: no value of a record is in it."""
        return orjson.dumps({"keys": list(self.keys), "schema": self.schema}).decode()


@dataclass
class Keeper:
    """Adds to rejects what their record was; ``plain`` shows keys that may name a person."""

    originals: Originals
    seal: Seal
    plain: bool
    declared: Mapping[str, Declared]
    _digests: dict[int, str] = field(default_factory=dict)

    def kept(self, claim: Claim, reject: Reject) -> Reject:
        """Return the reject with a hint, its place in the mapping, and its original, hidden."""
        declared = self.declared.get(claim.stream)
        line = self.originals.line(claim.place)
        mapped = _block(claim) if declared and declared.mapping else ""
        reject = replace(
            reject, hint=reject.hint or hint_for(reject.reason), line=reject.line or mapped
        )
        if declared is None or not line:
            return replace(reject, original=Original(reject.at))
        original = Original(
            at=reject.at,
            platform=declared.platform,
            mapping=declared.mapping,
            declared=self.digest(declared),
            sealed=self.seal.close(line, reject.key),
        )
        found = replace(reject, original=original, declared=declared.packed)
        if self.plain:
            record = orjson.loads(line).get("record") or {}
            key = record_key(record, tuple(declared.keys))
            return replace(found, shown_key=key or reject.shown_key)
        return found

    def digest(self, declared: Declared) -> str:
        """Return the hash under which the ledger keeps a declaration."""
        number = id(declared)
        if number not in self._digests:
            self._digests[number] = digest(b"", declared.packed)
        return self._digests[number]


def _block(claim: Claim) -> str:
    """Return where in the mapping the operation comes from."""
    stream = f"streams.{claim.stream}"
    return stream if claim.kind == RECORD else f"{stream}.{claim.kind}"
