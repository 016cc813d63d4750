"""A no of a record that is gone, or becomes no contact any more: it blocks who it became before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tajo_mapping.operations import Contact
from target_brevo.contacts.books import Bookkeeping
from target_brevo.contacts.denials import LateDenials
from target_brevo.contacts.words import Words
from target_brevo.ledger.book import Ledger
from target_brevo.verdicts import Claim

# So many are compared with the ledger at once.
_AT_ONCE = 2000


class _No(NamedTuple):
    """What one record says; ``claim`` where nothing else gives it a verdict."""

    source: str
    words: Words
    at: str | None
    ext_id: str | None
    claim: Claim | None
    why: str


def _nobody(_source: str) -> bool:
    return False


@dataclass
class FilteredNos:
    """Gathers them until the end of a run: what came before them may still be under way.

    ``awaits`` says whether a source (a hash) is. Of others that never became a contact nothing is
    kept, so that memory does not grow with a load.
    """

    ledger: Ledger
    books: Bookkeeping
    denials: LateDenials
    awaits: Callable[[str], bool] = _nobody
    _new: list[_No] = field(default_factory=list)
    _waiting: list[_No] = field(default_factory=list)

    def add(self, contact: Contact, claim: Claim | None, source: str) -> None:
        """Take in a record (its hash is ``source``) that says no."""
        words: dict[str, Sequence[str | None]] = {
            channel: (word.state, word.at) for channel, word in contact.consent.items()
        }
        said = _No(source, words, contact.source.at, contact.ext_id, claim, contact.why)
        self._new.append(said)
        if len(self._new) >= _AT_ONCE:
            self._sift()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._new) + len(self._waiting)

    def hear(self) -> None:
        """Block whom they mean; everything else must be confirmed."""
        self._sift()
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            blocks = self.denials.said(each.source, each.words, each.at, each.ext_id)
            self._settle(each, blocks=blocks)

    def _sift(self) -> None:
        new, self._new = self._new, []
        known = self.ledger.people.sent([each.source for each in new])
        for each in new:
            if each.source in known or self.awaits(each.source):
                self._waiting.append(each)
            else:
                self._settle(each, blocks=False)

    def _settle(self, each: _No, *, blocks: bool) -> None:
        if each.claim is not None and blocks:
            self.books.settle(each.claim, "sent")
        elif each.claim is not None:
            self.books.settle(each.claim, "filtered", each.why)
