"""The rare ways to a mail that nobody wants, each told as the steps that lead there."""

from consent_histories.feeds import FEEDS, as_it_happened, backwards, full, stale_after
from consent_histories.history import SAID, WHO, Step

Story = tuple[Step, ...]
YES, NO, SILENT = map(SAID.index, ("SUBSCRIBED", "UNSUBSCRIBED", "NOT_SUBSCRIBED"))
AT_NO_TIME, IN_THE_SAME_MOMENT = 1, 2
RUN: Step = ("run", 0, 0, 0)


def _run(feed: object, kill: int = 0) -> Step:
    return ("run", [*map(id, FEEDS)].index(id(feed)), 0, kill)


def stories(who: int, other: int, where: int) -> dict[str, Story]:
    """Return the stories of two customers (0 to 2) and an address (6 is new), by name."""
    one, two = WHO.index(who), WHO.index(other)
    yes: Step = ("word", one, YES, 0)
    no: Step = ("word", one, NO, 0)
    moves: Step = ("address", one, where, 0)
    unsubscribes: Step = ("unsubscribe", who, 0, 0)
    together: Story = (moves, ("address", two, where, 0))
    return {
        "left a list": (yes, RUN, ("leave", who, 0, 0), yes, RUN),
        "unsubscribed": (yes, RUN, unsubscribes, yes, RUN),
        "unsubscribed, and changed": (yes, RUN, unsubscribes, ("touch", one, 0, 0), RUN),
        "granted at no time": (yes, RUN, unsubscribes, ("word", one, YES, AT_NO_TIME), RUN),
        "bounced": (yes, RUN, unsubscribes, ("bounce", who, 0, 0), yes, RUN),
        "said no": (yes, RUN, no, RUN),
        "moved while blocked": (RUN, unsubscribes, moves, RUN),
        "moved while blocked, and granted": (RUN, unsubscribes, moves, yes, RUN),
        "moved out of a shared address": (
            *together, RUN, unsubscribes, ("address", one, (where + 2) % 8, 0), yes, RUN,
        ),
        "granted beside a no": (*together, ("word", two, NO, 0), yes, RUN),
        "granted after another's no": (*together, ("word", two, NO, 0), RUN, yes, RUN),
        "granted before another's no": (
            *together, RUN, unsubscribes, yes, ("word", two, NO, 0), RUN, ("touch", one, 0, 0), RUN,
        ),
        "deleted in Brevo": (no, RUN, ("erase", who, 0, 0), yes, RUN),
        "overtaken": (yes, RUN, no, ("word", one, SILENT, 0), _run(as_it_happened)),
        "late": (no, ("word", one, SILENT, 0), RUN, _run(backwards)),
        "stale": (yes, ("word", one, SILENT, 0), RUN, _run(backwards)),
        "both in one moment": (yes, ("word", one, NO, IN_THE_SAME_MOMENT), _run(backwards)),
        "killed": (yes, _run(full, kill=5), unsubscribes, yes, _run(full)),
        "a guest": (RUN, unsubscribes, ("guest", 2 * who, 2, 0), RUN),
        "deleted, and back": (no, RUN, ("delete", one, 0, 0), RUN, yes, _run(stale_after)),
        "deleted, and told anew": (no, ("delete", one, 0, 0), RUN, _run(as_it_happened)),
        "text messages": (("phone", one, 0, 0), RUN, ("sms", one, NO, 0), RUN),
        "text messages, moved": (("phone", one, 0, 0), RUN, ("stop", who, 0, 0), moves, RUN),
    }  # fmt: skip


NAMES = tuple(stories(0, 1, 0))
