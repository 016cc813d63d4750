"""``target-brevo resend``: let the next full run send again what is in Brevo no more."""

import click

from tajo_connector_sdk.errors import ConfigurationError, nearest
from target_brevo.brevo.lists import Lists
from target_brevo.contacts.row import Identity
from target_brevo.desk.opening import Opener, desk_command
from target_brevo.ledger.amnesia import Amnesia
from target_brevo.ledger.goods import GOODS

NEXT = (
    "the next full run sends them again (meltano run --full-refresh …); events are not sent twice"
)


@click.command(name="resend")
@desk_command
@click.argument("emails", nargs=-1, metavar="[EMAIL]...")
@click.option("--list", "list_name", default="", help="Contacts that were put on this list.")
@click.option("--stream", default="", help="Everything but events that came from this stream.")
@click.option("--all", "everything", is_flag=True, help="All contacts, orders and products.")
def COMMAND(  # noqa: N802 - the name under which the desk finds it
    opener: Opener, *, emails: tuple[str, ...], list_name: str, stream: str, everything: bool
) -> None:
    """Forget what was sent, so that the next full run repairs what was edited in Brevo.

    Nobody is put back on a list that they left or were taken off, nobody is unblocked, and no
    event is sent twice.
    """
    if sum(map(bool, (emails, list_name, stream, everything))) != 1:
        raise ConfigurationError(
            "resend",
            "it has to be said of what",
            right="e-mail addresses, --list, --stream or --all",
        )
    ledger = opener.ledger
    amnesia = Amnesia(ledger.database, ledger.places.account)
    goods: tuple[str, ...] = ()
    if everything:
        contacts, goods = amnesia.contacts(), GOODS
    elif stream:
        goods = _goods_of(opener, stream)
        contacts = amnesia.stream(stream)
    elif list_name:
        contacts = amnesia.persons(amnesia.members(_list_id(opener, list_name)))
    else:
        people = [Identity("email_id", each.strip().lower()).hashed(ledger) for each in emails]
        contacts = amnesia.persons(people)
    others = amnesia.goods(goods) if goods else 0
    facts = {"contacts": contacts, "orders_and_products": others}
    told = f"forgotten: {contacts} contact records, {others} orders, products and categories"
    opener.say(facts, lambda: f"{told}; {NEXT}" if contacts or others else "nothing known of these")


def _goods_of(opener: Opener, stream: str) -> tuple[str, ...]:
    """Return which goods the stream's records become.

    The ledger knows goods by kind only, so those of other streams are forgotten with them: that
    costs calls and changes nothing.
    """
    from tajo_mapping.canonical import KIND_OF  # noqa: PLC0415 - only --stream needs the mapping
    from target_brevo.intake import compiled_mapping  # noqa: PLC0415 - as above

    mapping = compiled_mapping(opener.settings)
    if mapping is not None and stream in mapping.streams:
        kinds: tuple[str, ...] = mapping.kinds(stream)
    elif stream in KIND_OF:
        kinds = (KIND_OF[stream],)
    else:
        known = {*KIND_OF, *(mapping.streams if mapping else ())}
        raise ConfigurationError(
            f"stream '{stream}'",
            "no such stream is known",
            right=nearest(stream, known),
            do="set 'platform' for a platform's own streams",
        )
    return tuple(kind for kind in kinds if kind in GOODS)


def _list_id(opener: Opener, name: str) -> int:
    known = Lists(opener.client, opener.ledger, opener.settings.lists_folder, opener.clock).ids()
    if name not in known:
        raise ConfigurationError(
            f"list '{name}'", "Brevo has no such list", right=nearest(name, known)
        )
    return known[name]
