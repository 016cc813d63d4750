"""The CSV files of refused rows: the only word Brevo says about single rows of an import."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tajo_connector_sdk.errors import BadAnswer
from target_brevo.contacts.receipts import Draft

# File (``info.import`` of a process, API v3, checked 2026-11-24) → the attribute that collided.
COLLISIONS = {
    "duplicate_phone_id": "SMS",
    "duplicate_whatsapp_id": "WHATSAPP",
    "duplicate_landline_number_id": "LANDLINE_NUMBER",
    "duplicate_ext_id": "EXT_ID",
}
REASONS = {
    "invalid_emails": "Brevo calls the e-mail address invalid",
    "duplicate_email_id": "the e-mail address belongs to another contact",
    "duplicate_contact_id": "its identifiers belong to two contacts",
}
_PHONES = ("SMS", "WHATSAPP", "LANDLINE_NUMBER")
_NAMING = frozenset({"EMAIL", "EXT_ID", *_PHONES})
_EXCEL_BOM = "\ufeff"


@dataclass(slots=True)
class RefusedRows:
    """Identifiers of refused rows and the file each stood in; ``rows`` are not yet matched."""

    by_identifier: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: int = 0

    def read(self, kind: str, lines: Iterable[bytes]) -> None:
        """Take in one file: ``;`` between columns, a header row of attribute names.

        Raises BadAnswer for a file that names nobody: its rows would count as taken.
        """
        text = (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
        reader = csv.DictReader((line for line in text if line), delimiter=";")
        names = [name.strip(_EXCEL_BOM).strip().upper() for name in reader.fieldnames or ()]
        if not _NAMING.intersection(names):
            raise _strange(kind, "it has no column that names a contact")
        reader.fieldnames = names
        for cells in reader:
            self._take(kind, {name: value for name, value in cells.items() if name and value})

    def _take(self, kind: str, cells: Mapping[str, str]) -> None:
        found = _identifiers(cells.get("EMAIL"), cells)
        if not found:
            raise _strange(kind, "a row of it names nobody")
        # A row is known by its first identifier; a second file about it adds nothing.
        self.rows += found[0] not in self.by_identifier
        self.by_identifier.setdefault(found[0], kind)

    def kind_of(self, draft: Draft) -> str | None:
        """Return the file in which this row stands, or None where Brevo took it."""
        if not self.by_identifier:
            return None
        row = orjson.loads(draft.row)
        found = _identifiers(row.get("email"), row.get("attributes", {}))
        return self.by_identifier.get(found[0]) if found else None


def _identifiers(email: Any, attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the row's identifiers, normalised, the one that decides first."""
    found = []
    if email:
        found.append(("EMAIL", str(email).strip().lower()))
    found.extend(
        (name, str(attributes[name]).strip().lstrip("+0"))
        for name in _PHONES
        if attributes.get(name)
    )
    if attributes.get("EXT_ID"):
        found.append(("EXT_ID", str(attributes["EXT_ID"]).strip()))
    return found


def _strange(kind: str, what: str) -> BadAnswer:
    return BadAnswer(
        f"Brevo's file of refused rows ({kind})",
        what,
        right="a row of names (EMAIL, EXT_ID, SMS …), then one for each refused contact",
        do="none of its import's contacts count as sent: run again, and report this line",
    )
