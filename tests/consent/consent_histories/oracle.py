"""Who may be mailed, told by nothing but the shop's words and what was clicked in Brevo.

A *no* belongs to an address and a channel, with the time of the newest word for it. It is there
once a run that came to its end has been given a denial which no later word of the same customer
replaced, and from the moment of a click in Brevo. It follows a customer who changes the address.
It goes only by a grant that is newer, says its time, and may unblock by the mapping.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consent_histories.shop import INVALID, Version
from tajo_sandbox.brevo import BrevoAccount
from tajo_sandbox.brevo.state.contacts import Contact, ContactBook

CHANNELS = ("email", "sms")
FOR_GOOD = "9999"  # hard bounces and complaints: no grant is newer
Join = tuple[str | None, int, bool]


@dataclass
class Oracle:
    """Follows one history. ``broken`` collects what should never be, in words."""

    account: BrevoAccount
    reconsent: bool
    mailing: frozenset[int] = frozenset()
    told: dict[int, list[Version]] = field(default_factory=dict)
    noes: dict[tuple[str, str], str] = field(default_factory=dict)
    released: dict[tuple[str, str], str] = field(default_factory=dict)
    left: set[tuple[str, int]] = field(default_factory=set)
    homes: dict[int, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    _unblocked: int = 0

    def clicked(self, channel: str, address: str, at: str) -> None:
        """A person unsubscribed in Brevo."""
        self.noes[channel, address] = max(at, self.noes.get((channel, address), ""))

    def has_left(self, address: str, list_id: int) -> None:
        """A person left a list in Brevo."""
        self.left.add((address, list_id))

    def has_joined(self, address: str, list_id: int) -> None:
        """A person joined a list by a form of Brevo's."""
        self.left.discard((address, list_id))

    def erased(self, address: str, clicks: Iterable[tuple[str, str]]) -> None:
        """Somebody deleted the contact in Brevo: a click that no run has seen is gone with it."""
        self.left = {each for each in self.left if each[0] != address}
        for channel, at in clicks:
            if self.noes.get((channel, address)) == at:
                del self.noes[channel, address]

    def after_run(self, given: Sequence[Version], joins: Sequence[Join], *, ended: bool) -> None:
        """Look at a run: what it was given, in order, whom it put on lists, and its end."""
        # A record that names nobody becomes nothing, and overtakes nothing.
        given = [each for each in given if each.address or each.phone or each.deleted]
        self._check_joins(given, joins)
        self._check_unblocks(given)
        if ended:
            self._take_in(given)
            self._check_blocks()

    def _take_in(self, given: Sequence[Version]) -> None:
        for version in given:
            self.told.setdefault(version.who, []).append(version)
        noes, left = dict(self.noes), set(self.left)
        for who, versions in self.told.items():
            newest = max(versions, key=lambda each: each.at)
            before = self.homes.get(who)
            if newest.address and newest.address != INVALID and not newest.deleted:
                self.homes[who] = newest.address
                self._carry(before, newest.address, noes, left)
        for who in self.told:
            self._hear(who)

    def _carry(
        self,
        before: str | None,
        now: str,
        noes: Mapping[tuple[str, str], str],
        left: Iterable[tuple[str, int]],
    ) -> None:
        """Let what held at the address before hold at the address now."""
        if before is None or before == now:
            return
        self.left |= {(now, list_id) for address, list_id in left if address == before}
        for channel in CHANNELS:
            no = noes.get((channel, before))
            if no and no > self.released.get((channel, now), ""):
                self.noes[channel, now] = max(no, self.noes.get((channel, now), ""))

    def newest_word(self, who: int, channel: str) -> tuple[str, str, bool] | None:
        """Return the newest word that runs were told of a customer; of equals, the no."""
        words = [word for each in self.told.get(who, ()) if (word := each.word(channel))]
        return max(words, key=lambda each: (each[1], each[0] == "denied"), default=None)

    def _hear(self, who: int) -> None:
        for channel in CHANNELS:
            newest = self.newest_word(who, channel)
            if newest is None or who not in self.homes:
                continue
            word, since, _ = newest
            key = channel, self.homes[who]
            if word == "denied" and since > self.released.get(key, ""):
                self.noes[key] = max(since, self.noes.get(key, ""))

    def _check_blocks(self) -> None:
        for contact in self.account.contacts.values():
            for channel in CHANNELS:
                blocked = (
                    contact.email_blacklisted if channel == "email" else contact.sms_blacklisted
                )
                if (channel, contact.email or "") in self.noes and not blocked:
                    self.broken.append(f"{contact.email} said no ({channel}) and is not blocked")

    def _check_joins(self, given: Sequence[Version], joins: Sequence[Join]) -> None:
        for address, list_id, blocked in joins:
            if list_id not in self.mailing:
                continue
            if (address, list_id) in self.left:
                self.broken.append(f"{address} was put back on a list that they had left")
            if blocked:
                self.broken.append(f"{address} was put on a mailing list while blocked")
            if not any(self._was_newest(each, given[:i]) for i, each in enumerate(given)
                       if each.address == address and self._grants(each)):  # fmt: skip
                self.broken.append(f"{address} was put on a mailing list without a grant")

    def _was_newest(self, version: Version, before: Sequence[Version]) -> bool:
        others = [*self.told.get(version.who, ()), *before]
        return all(each.at <= version.at for each in others if each.who == version.who)

    @staticmethod
    def _grants(version: Version) -> bool:
        word = version.word("email")
        return word is not None and word[0] == "granted"

    def _check_unblocks(self, given: Sequence[Version]) -> None:
        for contact_id, how, _at in self.account.book.unblocked[self._unblocked :]:
            address = self.account.book.by_id[contact_id].email or ""
            places = [
                (word[1], place) for place, each in enumerate(given)
                if each.address == address and (word := each.word("email")) and word[0] == "granted"
                and word[2]
            ]  # fmt: skip
            newest, place = max(places, default=("", 0))
            no = max(self.noes.pop(("email", address), ""), self._no_among(given[:place], address))
            if how != "emailBlacklisted false" or not self.reconsent or newest <= no:
                self.broken.append(f"{address} was unblocked ({how})")
            self.released["email", address] = newest
        self._unblocked = len(self.account.book.unblocked)

    def _no_among(self, given: Sequence[Version], address: str) -> str:
        """Return the time of the latest no that a run was given before, of who is still there."""
        newest = {each.who: each for each in sorted(given, key=lambda each: each.at)}
        words = [each.word("email") for each in newest.values() if each.address == address]
        return max((word[1] for word in words if word and word[0] == "denied"), default="")


class WatchedBook(ContactBook):
    """Brevo's contacts, with every addition to a list: address, list, blocked at that moment."""

    def __init__(self, account: BrevoAccount) -> None:
        super().__init__(account.attributes)
        self.joins: list[Join] = []

    def add_to_lists(self, contact: Contact, list_ids: Iterable[int], at: str) -> None:
        ids = tuple(list_ids)
        new = [each for each in ids if each not in contact.list_ids]
        self.joins.extend((contact.email, each, contact.email_blacklisted) for each in new)
        super().add_to_lists(contact, ids, at)
