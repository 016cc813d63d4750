"""The ledger's tables; every row carries the account it belongs to.

``person``, ``source`` and ``key`` columns hold salted hashes, never an address, a phone number or
a platform's id in plain (docs: the README of target-brevo).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

# Raised with every migration (ledger/migrations): change a table here and there, never only here.
SCHEMA_VERSION = 9


class Words(TypeDecorator[str]):
    """Text that comes from outside: PostgreSQL takes no NUL in it, so none is kept anywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the seam's shape
        """Return ``value`` as it is stored."""
        return value if value is None else without_nul(value)


def without_nul(text: str) -> str:
    """Return ``text`` as every database takes it."""
    return text.replace("\0", "\ufffd")


_HASH = String(32)
_TIME = String(32)

METADATA = MetaData()

FACTS = Table(
    "facts",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("api_url", Text, nullable=False),
    Column("organization", Text, nullable=False),
    # Since when every contact of the account is known here (after a full walk), or null.
    Column("walked_at", _TIME),
)

STORES = Table(
    "stores",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("platform", Words, primary_key=True),
    Column("store", Words, primary_key=True),
    Column("first_seen", _TIME, nullable=False),
)

LISTS = Table(
    "lists",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("list_id", BigInteger),  # null: about to be created, and no answer came
    Column("created_at", _TIME, nullable=False),
)

# A person as Brevo holds them, as far as we know.
PEOPLE = Table(
    "people",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("person", _HASH, primary_key=True),
    Column("brevo_id", BigInteger),
    Column("email_blocked", Boolean, nullable=False),
    Column("sms_blocked", Boolean, nullable=False),
    Column("filled", Text, nullable=False),  # JSON: names of attributes that hold a value
    Column("lists_added", Text, nullable=False),  # JSON: mailing lists this project added once
    Column("lists_left", Text, nullable=False),  # JSON: lists the person unsubscribed from
    Column("seen_at", _TIME, nullable=False),
)

# Which source record became which person, and what was last sent for it.
SOURCES = Table(
    "sources",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("source", _HASH, primary_key=True),
    Column("person", _HASH, nullable=False, index=True),
    Column("platform", Words, nullable=False),
    Column("store", Words, nullable=False),
    Column("stream", Words, nullable=False),
    Column("owner", Boolean, nullable=False),
    Column("fingerprint", _HASH, nullable=False),
    Column("at", Words),  # the source's own time
    Column("consent", Text, nullable=False),  # JSON: channel → [state, at] as last sent
    Column("sent_at", _TIME, nullable=False),
    # The mark of the record's line, whole (contacts/marks.py); empty where there is none.
    Column("line", _HASH, nullable=False, server_default=""),
)

# What each stream writes of its persons, so that an older record of another stream leaves it.
WRITERS = Table(
    "writers",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("platform", Words, primary_key=True),
    Column("store", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("names", Text, nullable=False),  # JSON: names of attributes
)

# What each source record adds to an attribute that is a sum.
SHARES = Table(
    "shares",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("source", _HASH, primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("person", _HASH, nullable=False, index=True),
    Column("amount", String(60), nullable=False),  # a decimal, exactly
    Column("unit", Words),  # a currency, null for counts and where none was told
    Column("at", _TIME),
)

# Why somebody is on a mirrored list: the source record that is granted.
MEMBERS = Table(
    "members",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("list_id", BigInteger, primary_key=True),
    Column("source", _HASH, primary_key=True),
    Column("person", _HASH, nullable=False, index=True),
    Column("platform", Words, nullable=False),
    Column("store", Words, nullable=False),
    Column("stream", Words, nullable=False),
    Column("leaving", Boolean, nullable=False),  # not granted any more, and not taken off yet
)

# A block that was found in Brevo and that this project had not set.
OBJECTIONS = Table(
    "objections",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("person", _HASH, primary_key=True),
    Column("channel", String(10), primary_key=True),  # email sms
    Column("found_at", _TIME, nullable=False),
    Column("since", Words),  # Brevo's own time, null where it told none
    Column("by", String(10), nullable=False),  # see Objection
    Column("lifted_at", _TIME),  # when it was gone again, null while it stands
)

# What was last sent of an order, product or category.
FINGERPRINTS = Table(
    "fingerprints",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("key", _HASH, primary_key=True),
    Column("fingerprint", _HASH, nullable=False),
    Column("at", Words),  # the source's own time
    Column("sent_at", _TIME, nullable=False),
)

# Things that must not be sent twice: events, and the first, live sending of an order.
SENDINGS = Table(
    "sendings",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("key", _HASH, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", Words, nullable=False),
    Column("happened_at", Words, nullable=False),
    Column("state", String(10), nullable=False, index=True),  # pending accepted done unknown
    Column("at", _TIME, nullable=False),
    # The run that intended it (its token): while that run is alive, nobody else may.
    Column("run", String(32), nullable=False, server_default=""),
)

# What is left of Brevo's limits, for all runs of the account: seconds since 1970.
LIMITS = Table(
    "limits",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("bucket", String(60), primary_key=True),
    Column("calls", Integer),  # allowed in one window; null until an answer told it
    Column("length", Float, nullable=False),
    Column("opened", Float, nullable=False),
    Column("closes", Float, nullable=False),
    Column("anchored", Boolean, nullable=False),  # an answer has told when it closes
    Column("left", Integer, nullable=False),  # not given out yet
    Column("spilt", Integer, nullable=False),  # may count in the next window as well
)

# What an event, an order or a refused contact was about, and which record it was made from.
TRACES = Table(
    "traces",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("kind", String(20), primary_key=True),  # event order contact
    Column("key", _HASH, primary_key=True),
    Column("person", _HASH, nullable=False, index=True),
    Column("source", _HASH, nullable=False),
    Column("platform", Words, nullable=False),
    Column("store", Words, nullable=False),
    Column("stream", Words, nullable=False),
)

IMPORTS = Table(
    "imports",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("number", String(32), primary_key=True),
    Column("process", BigInteger),  # null: asked for, and no answer came
    Column("state", String(10), nullable=False),  # open done failed
    Column("rows", Integer, nullable=False),
    Column("opened_at", _TIME, nullable=False),
    Column("closed_at", _TIME),
)

REJECTS = Table(
    "rejects",
    METADATA,
    Column("account", _HASH, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("key", _HASH, primary_key=True),
    Column("shown_key", Words, nullable=False),  # plain where it names no person
    Column("reason", Words, nullable=False),
    Column("line", Words, nullable=False),
    Column("code", Words, nullable=False),
    Column("hint", Words, nullable=False),
    Column("first_seen", _TIME, nullable=False),
    Column("last_seen", _TIME, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("closed_at", _TIME),
    # What was refused: the same again is not sent again. Empty where nothing was sent.
    Column("fingerprint", String(32), nullable=False),
    Column("record", Words),  # what a replay needs, never personal data in plain
    # Every hundred records are looked up here, whatever their kind.
    Index("ix_rejects_account_key", "account", "key"),
)

# Keys and schema of a stream whose refused records are kept; no value of a record is in it.
DECLARATIONS = Table(
    "declarations",
    METADATA,
    Column("digest", _HASH, primary_key=True),
    Column("text", Words, nullable=False),
)
