"""``target-brevo explain``: what was sent of one person, what was refused, what Brevo holds now."""

from collections.abc import Iterator

import click

from target_brevo.desk.asking import KINDS, RECORD, asked
from target_brevo.desk.layout import table
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.desk.story import Membership, Story, as_facts, told

_NOBODY = "nothing is known here: nothing was sent of it, and Brevo holds no such contact"
_CHANNELS = {"email": "e-mail", "sms": "SMS", "whatsapp": "WhatsApp"}


@click.command(name="explain")
@desk_command
@click.argument("who", metavar="WHO")
@click.option(
    "--as",
    "kind",
    type=click.Choice([*KINDS, RECORD]),
    default=None,
    help="What WHO is, where its looks do not tell.",
)
@click.option("--values", is_flag=True, help="Also show what the contact's attributes hold.")
def COMMAND(  # noqa: N802 - the name under which the desk finds it
    opener: Opener, *, who: str, kind: str | None, values: bool
) -> None:
    """Explain one person: by e-mail address, phone number, own id, or platform/store/stream/id.

    Reads the ledger, and makes one call.
    """
    question = asked(who, kind or "")
    story = told(question, opener.ledger, opener.client)
    opener.say(as_facts(story, values=values), lambda: _text(story, values=values))


def _text(story: Story, *, values: bool) -> str:
    if story.is_empty:
        return _NOBODY
    blocks = [
        ("in Brevo now", list(_contact(story, values=values))),
        ("consent in force", list(_consent(story))),
        ("lists", [_membership(each) for each in story.lists]),
        ("sent", _sent(story)),
        ("refused", list(_refused(story))),
    ]
    return "\n".join(
        "\n".join([title, *(f"  {line}" for line in lines or ["nothing"])])
        for title, lines in blocks
    )


def _contact(story: Story, *, values: bool) -> Iterator[str]:
    contact = as_facts(story, values=values)["contact"]
    if contact is None:
        yield "no such contact"
        return
    changed = contact["modifiedAt"]
    yield f"contact {contact['id']}, created {contact['createdAt']}, changed {changed}"
    blocked = [
        name
        for name, flag in (("e-mail", "emailBlacklisted"), ("SMS", "smsBlacklisted"))
        if contact[flag]
    ]
    yield f"blocked: {', '.join(blocked) or 'nothing'}"
    if values:
        yield from (f"{name}: {value}" for name, value in contact["attributes"].items())
    else:
        yield f"attributes that hold something: {', '.join(contact['attributes']) or 'none'}"


def _consent(story: Story) -> Iterator[str]:
    for each in story.consent:
        since = f" since {each.since}" if each.since else ""
        yield f"{_CHANNELS[each.channel]}: {each.state}{since}"
        for word in each.because:
            yield f"  {word.says}{f' ({word.since})' if word.since else ''}"


def _membership(each: Membership) -> str:
    facts = [
        "on it now" if each.on_it else "not on it",
        "put there by this project" if each.put_there else "",
        "has left it, so is not put back" if each.left else "",
    ]
    name = f"{each.name} ({each.list_id})" if each.name else f"list {each.list_id}"
    return f"{name}: {', '.join(fact for fact in facts if fact)}"


def _sent(story: Story) -> list[str]:
    if not story.sent:
        return []
    rows = [
        (
            each.at[:19],
            each.what,
            f"{each.platform} / {each.store} / {each.stream}",
            (each.of or "")[:19],
            each.record,
            each.outcome,
        )
        for each in story.sent
    ]
    return table(("when", "what", "from", "its time", "record", "outcome"), rows).splitlines()


def _refused(story: Story) -> Iterator[str]:
    for each in story.refused:
        state = f"closed {each.closed_at[:19]}" if each.closed_at else "open"
        yield f"{each.kind} of {each.stream}, {each.shown_key}: {each.reason}"
        seen = f"tried {each.tries} times, {each.first_seen[:19]} to {each.last_seen[:19]}"
        yield f"  {state}, {seen}{f'; {each.hint}' if each.hint else ''}"
