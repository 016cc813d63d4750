"""Facts of a table that stand by themselves: settings, and what a stream's row may say in parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def texts(template: str, words: str) -> tuple[str, ...]:
    """Return a text for each word: ``texts("order.{}", "created updated")``."""
    return tuple(template.format(word) for word in words.split())


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a tap; the description says where its value is found on the platform.

    ``kind`` is a JSON Schema type. ``pattern`` is a regular expression that the whole value must
    match, ``right`` says in words what it demands. A pattern on the setting that names the host
    is not asked of a stand-in (``api_url``).
    """

    name: str
    description: str
    secret: bool = False
    required: bool = False
    default: Any = None
    kind: str = "string"
    pattern: str | None = None
    right: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Without ``scope`` the platform silently shows only the last ``days``."""

    scope: str
    days: int


@dataclass(frozen=True, slots=True)
class Deletions:
    """Where deletions of a stream's rows are told.

    ``path`` is asked with ``filters``, by ``filter`` and ``sort`` as a Sorted stream would be;
    ``selection`` is what is asked of each node and ``at`` its time. ``read`` makes of a node the
    row's key fields, or None when it tells of something else. A first load is told all that the
    platform still knows of, since an earlier one may have given out what is gone now.
    """

    path: str
    filters: tuple[str, ...]
    filter: str
    sort: str
    at: str
    selection: str
    read: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Trash:
    """A REST stream's rows that were deleted are listed when ``params`` ask for them.

    Each becomes a record with its key and ``_sdc_deleted_at``, the time in its field ``at``.
    """

    params: Mapping[str, str]
    at: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A list of its own whose rows belong into the rows of a page: all of a page's in one question.

    What stands at ``path`` is asked for with the ids of at most ``most`` rows, commas between, in
    the parameter ``asks``; its field ``by`` says whose it is. It becomes the list ``name`` of that
    row, in place of a part that stands there. ``when`` says, from a row, whether there is anything
    to ask for; a row of which it says no keeps what it has. ``of`` is the field of the row whose
    values are asked for instead of its own id, and ``params`` go with each question.
    """

    name: str
    path: str
    asks: str
    by: str
    when: Callable[[Mapping[str, Any]], bool]
    most: int = 100
    of: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


EVERY_TAP = (
    Setting(
        "start_date",
        "Only what changed since this time (RFC 3339, for example 2026-01-01T00:00:00Z) is read; "
        "without it everything.",
        kind="date-time",
    ),
    Setting(
        "api_url",
        "Where a stand-in of the platform listens (http://127.0.0.1:8081); it replaces scheme and "
        "host of every address. Leave it empty for the real platform.",
    ),
)
