"""The checks, in the order in which they are made; each costs at most a few calls."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.brevo.attributes import Attributes
from target_brevo.brevo.lists import Lists
from target_brevo.brevo.tiers import HOUR, own_tier
from target_brevo.desk.exposure import exposure
from target_brevo.desk.scene import Finding, Scene

_FORBIDDEN = 403
# Below this part of an hourly limit a run will soon have to wait.
_LOW = 0.2


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``asks`` says whether it calls Brevo, so that none follows a refused key."""

    what: str
    asks: bool
    look: Callable[[Scene], Iterable[Finding]]


def mapping(scene: Scene) -> Iterator[Finding]:
    """Look whether the mapping compiles."""
    found = scene.mapping
    if found is None:
        says = "none is set: only streams called contacts, events, orders, … are loaded"
        yield Finding("mapping", "note", says, "set 'platform' for a platform's own streams")
    else:
        streams = ", ".join(sorted(found.streams))
        yield Finding("mapping", "ok", f"{found.platform}, for the streams {streams}")


def ledger(scene: Scene) -> Iterator[Finding]:
    """Look whether the ledger can be opened and written."""
    yield Finding("ledger", "ok", f"{scene.database.shown} can be written")


def key(scene: Scene) -> Iterator[Finding]:
    """Look whether Brevo takes the key, from this address."""
    account = scene.account
    yield Finding("key", "ok", f"Brevo takes it, account {account.organization}")
    if account.plans:
        yield Finding("plan", "ok", ", ".join(account.plans))


def rejects(scene: Scene) -> Iterator[Finding]:
    """Look for refused records that still stand."""
    count = scene.ledger.rejects.open_count()
    if count:
        yield Finding("rejects", "note", f"{count} are open", "see target-brevo rejects list")


def contacts(scene: Scene) -> Iterator[Finding]:
    """Look whether contacts may be read."""
    count = scene.facts("/contacts", limit="1").get("count")
    yield Finding("contacts", "ok", f"may be read; the account holds {count}")


def attributes(scene: Scene) -> Iterator[Finding]:
    """Compare the mapping's attributes with the account's; every conflict is told."""
    if scene.mapping is None:
        return
    known = Attributes(scene.client, create=True)
    agreeing = 0
    for name, kind in scene.mapping.attributes.items():
        try:
            known.require({name: kind}, "mapping")
        except ConfigurationError as conflict:
            yield _stop(f"attribute {name}", conflict)
        else:
            agreeing += 1
    missing = ", ".join(known.missing)
    if not missing:
        yield Finding("attributes", "ok", f"{agreeing} agree with the mapping")
    elif scene.settings.create_attributes:
        yield Finding("attributes", "note", f"the first contact creates {missing}")
    else:
        yield Finding(
            "attributes",
            "stop",
            f"the account has no {missing}",
            "create them in Brevo, set create_attributes to true, or take them out of the mapping",
        )


def lists(scene: Scene) -> Iterator[Finding]:
    """Look for the folder and the lists that contacts are put on."""
    if not scene.writes("contact"):
        return
    folder = scene.settings.lists_folder
    here = Lists(scene.client, scene.ledger, folder, scene.clock)
    if here.has_folder():
        yield Finding("folder of lists", "ok", f"'{folder}' is there")
    else:
        yield Finding("folder of lists", "note", f"the first contact creates '{folder}'")
    known = here.ids()
    for name in scene.mapping.mailing_lists if scene.mapping else ():
        if name not in known:
            yield Finding(f"list '{name}'", "note", "the first granted contact creates it")
        elif here.is_ours(known[name]) or scene.settings.backfill_existing_lists:
            yield Finding(f"list '{name}'", "ok", "it is there")
        else:
            yield Finding(
                f"list '{name}'",
                "warning",
                "it existed before: only consent given after a store's first run fills it",
                "set backfill_existing_lists to true to fill it; its automations may start",
            )


def events(scene: Scene) -> Iterator[Finding]:
    """Look whether events may be read, as an event without an answer has to be."""
    if scene.writes("event"):
        scene.facts("/events", limit="1")
        yield Finding("events", "ok", "may be read")


def shop(scene: Scene) -> Iterator[Finding]:
    """Look whether e-commerce is on."""
    if not scene.writes("order", "product", "category"):
        return
    # 403 "eCommerce is not activated" (API v3, getConfigDisplayCurrency, checked 2026-11-24).
    told = scene.facts("/ecommerce/config/displayCurrency", also=(_FORBIDDEN,))
    if told is None:
        yield Finding(
            "e-commerce",
            "note",
            "it is off, or this key may not use it",
            "the first order or product switches it on (about 5 minutes)",
        )
    else:
        code = told.get("code")
        yield Finding("e-commerce", "ok", f"it is on; amounts are shown there in {code}")


def processes(scene: Scene) -> Iterator[Finding]:
    """Look whether imports may be followed."""
    if scene.writes("contact"):
        scene.facts("/processes", limit="1")
        yield Finding("imports", "ok", "may be followed")


def quota(scene: Scene) -> Iterator[Finding]:
    """Tell what the answers so far said of the account's limits."""
    windows = scene.client.pacer.windows
    own = own_tier(windows)
    if own is None:
        yield Finding("limits", "note", "Brevo's answers name none")
        return
    name, tier = own
    for bucket, window in windows.items():
        if window.limit is None or window.remaining is None or bucket not in tier:
            continue
        minutes = max(0.0, window.closes - scene.client.pacer.now()) / 60
        says = f"{window.remaining} of {tier[bucket][0].words} left ({name} limits)"
        low = window.length == HOUR and window.remaining < window.limit * _LOW
        yield Finding(
            f"limit '{bucket}'",
            "warning" if low else "ok",
            says,
            f"a run waits; all are back in {minutes:.0f} min" if low else "",
        )


def _stop(what: str, error: ConfigurationError) -> Finding:
    return Finding(what, "stop", f"{error.what}; {error.right}" if error.right else error.what,
                   error.do)  # fmt: skip


CHECKS = (
    Check("mapping", asks=False, look=mapping),
    Check("ledger", asks=False, look=ledger),
    Check("files", asks=False, look=exposure),
    Check("key", asks=True, look=key),
    Check("rejects", asks=True, look=rejects),
    Check("contacts", asks=True, look=contacts),
    Check("attributes", asks=True, look=attributes),
    Check("lists", asks=True, look=lists),
    Check("events", asks=True, look=events),
    Check("e-commerce", asks=True, look=shop),
    Check("imports", asks=True, look=processes),
    Check("limits", asks=True, look=quota),
)
