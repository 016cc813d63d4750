"""Which rare paths a history really took, told by what was there before and after a run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from consent_histories.oracle import FOR_GOOD, Oracle
from consent_histories.shop import STORES, Guest, Version

LEFT = "left a list, then granted again"
KEPT = "unsubscribed in Brevo, then granted again"
RECONSENTED = "unsubscribed in Brevo, then granted again with reconsent and unblocked"
TOO_OLD = "unsubscribed in Brevo after the grant that comes with reconsent"
BOUNCED = "bounced or complained, then granted again with reconsent"
OTHERS_NO = "granted again with reconsent, while another source says no"
MOVED = "moved to a new address while blocked"
TAKEN = "moved to somebody's address while blocked"
SHARED = "moved away from a shared address while blocked"
GONE = "deleted in Brevo while blocked, then came again"
LATE = "a no arrived after a newer record without a word"
KILLED = "killed after Brevo had heard a call"
GUEST = "a guest ordered under an address that had said no"
BACK = "deleted at the source, then there again"
TWO_STORES = "one address in two stores"
ALL = (
    LEFT, KEPT, RECONSENTED, TOO_OLD, BOUNCED, OTHERS_NO, MOVED, TAKEN, SHARED, GONE, LATE, KILLED,
    GUEST, BACK, TWO_STORES,
)  # fmt: skip


@dataclass
class Paths:
    """Counts the histories' runs that took each path."""

    taken: Counter[str] = field(default_factory=Counter)
    _unblocked: int = 0
    _candidates: list[str] = field(default_factory=list)

    def before_run(self, oracle: Oracle, given: Sequence[Version], guests: Sequence[Guest]) -> None:
        """Look at what a run is about to be given."""
        found: list[str] = []
        newest = {each.who: each for each in sorted(given, key=lambda each: each.at)}
        for version in newest.values():
            told = oracle.told.get(version.who, [])
            if version in told:
                continue
            found.extend(self._of_words(oracle, version))
            found.extend(self._of_moves(oracle, version))
            if told and max(told, key=lambda each: each.at).deleted and not version.deleted:
                found.append(BACK)
        found.extend(LATE for each in given if _is_late_no(oracle, each))
        found.extend(GUEST for each in guests if ("email", each.address) in oracle.noes)
        self._candidates = found
        self._unblocked = len(oracle.account.book.unblocked)

    def after_run(self, oracle: Oracle, *, ended: bool, killed_after: bool) -> None:
        """Count, where the run came to its end."""
        if killed_after and not ended:
            self.taken[KILLED] += 1
        if not ended:
            return
        self.taken.update(set(self._candidates))
        if len(oracle.account.book.unblocked) > self._unblocked:
            self.taken[RECONSENTED] += 1
        homes = list(oracle.homes.items())
        if any(
            one_home == other_home and STORES[one] != STORES[other]
            for one, one_home in homes for other, other_home in homes
        ):  # fmt: skip
            self.taken[TWO_STORES] += 1

    @staticmethod
    def _of_words(oracle: Oracle, version: Version) -> list[str]:
        word = version.word("email")
        if word is None or word[0] != "granted" or oracle.account.contact(version.address) is None:
            return []
        address, no = version.address, oracle.noes.get(("email", version.address or ""))
        found = [LEFT] if any(each[0] == address for each in oracle.left) else []
        if no is None:
            return found
        if not oracle.reconsent:
            return [*found, KEPT]
        if no == FOR_GOOD:
            found.append(BOUNCED)
        elif no >= word[1]:
            found.append(TOO_OLD)
        others = [
            oracle.newest_word(who, "email") for who, home in oracle.homes.items()
            if home == address and who != version.who
        ]  # fmt: skip
        return [*found, *(OTHERS_NO for other in others if other and other[0] == "denied")]

    @staticmethod
    def _of_moves(oracle: Oracle, version: Version) -> list[str]:
        before, now = oracle.homes.get(version.who), version.address
        contact = oracle.account.contact(before) if before else None
        if contact is None:
            gone = ("email", now or "") in oracle.noes and before == now
            return [GONE] if gone and oracle.account.contact(now) is None else []
        if not contact.email_blacklisted or now in (None, before) or version.deleted:
            return []
        if list(oracle.homes.values()).count(before) > 1:
            return [SHARED]
        return [TAKEN if oracle.account.contact(now) else MOVED]


def _is_late_no(oracle: Oracle, version: Version) -> bool:
    told = oracle.told.get(version.who)
    if not told or not (word := version.word("email")) or word[0] != "denied":
        return False
    newest = max(told, key=lambda each: each.at)
    return newest.at > version.at and newest.word("email") is None and version not in told
