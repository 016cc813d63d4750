"""What sources say of consent, over time: the newest word counts, and silence is no word."""

from collections.abc import Mapping, Sequence

from target_brevo.clock import is_older

Words = Mapping[str, Sequence[str | None]]


def is_denied(words: Words, channel: str) -> bool:
    """Say whether ``words`` (channel → [granted or denied, since]) say no to ``channel``."""
    return channel in words and words[channel][0] == "denied"


def denies(words: Words) -> bool:
    """Say whether ``words`` say no to any channel."""
    return any(is_denied(words, channel) for channel in words)


def since(words: Words, channel: str, at: str | None) -> str | None:
    """Return since when the word for ``channel`` holds: its own time, else its record's ``at``."""
    return words[channel][1] or at


def with_denials(
    words: Words, at: str | None, other: Words, other_at: str | None
) -> dict[str, list[str | None]]:
    """Return ``words``, and of ``other`` each no that is not followed by a later word.

    ``at`` and ``other_at`` are the times of the two records. Where it cannot be told which word
    is the later one, the no stays.
    """
    # Invariant 3: a no stays, also where its own record was overtaken before it was sent.
    heard = {channel: list(word) for channel, word in words.items()}
    for channel in other:
        if not is_denied(other, channel):
            continue
        said_no = since(other, channel, other_at)
        if channel in words and is_older(said_no, since(words, channel, at)):
            continue
        if not is_denied(words, channel):
            heard[channel] = ["denied", said_no]
    return heard
