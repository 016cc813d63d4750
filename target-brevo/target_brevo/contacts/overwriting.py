"""Records that still say what was sent of them, and what another record has written since."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from target_brevo.clock import is_older
from target_brevo.contacts.leaving import owners_among
from target_brevo.contacts.row import Row
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.holdings import Sent


def overwritten(
    ledger: Ledger, rows: Sequence[tuple[Row, Sent]], waiting: Iterable[Row]
) -> set[str]:
    """Return the sources (hashes) among ``rows`` of whose person another record was sent since.

    Each row stands beside what the ledger says was sent of its source; it is newer than that, and
    the other record's time lies between. ``waiting`` are rows that are about to be sent.
    """
    persons = {row.person for row, _ in rows}
    others: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for person, sources in ledger.people.sources_by_person(sorted(persons)).items():
        others[person] += [(each.source, each.at) for each in owners_among(sources)]
    for each in waiting:
        if each.pattern.owner and each.person in persons:
            others[each.person].append((each.source, each.at))
    return {
        row.source
        for row, sent in rows
        for source, at in others[row.person]
        if source != row.source and is_older(sent.at, at) and not is_older(row.at, at)
    }
