"""The import of contacts: row by row, refused rows kept for the process's CSV files."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_sandbox.brevo.state.attributes import Attribute, ReadAttributes, read_attributes
from tajo_sandbox.brevo.state.contacts import Change, ContactBook
from tajo_sandbox.brevo.state.files import file_rows, typed
from tajo_sandbox.brevo.state.identity import clean_email

# The file of refused rows for an identifier that belongs to somebody else.
DUPLICATES = {
    "ext_id": "duplicate_ext_id",
    "email": "duplicate_email_id",
    "SMS": "duplicate_phone_id",
    "WHATSAPP": "duplicate_whatsapp_id",
    "LANDLINE_NUMBER": "duplicate_landline_number_id",
}
Row = tuple[str | None, Mapping[str, Any]]


@dataclass(slots=True)
class RefusedRows:
    """The refused rows of one import, by the name of their file."""

    by_file: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, file: str, email: str | None, attributes: Mapping[str, Any]) -> None:
        """Keep a row as it was sent."""
        self.by_file.setdefault(file, []).append({"EMAIL": email or "", **attributes})

    def csv(self, file: str) -> bytes:
        """The rows of one file: header row, ``;`` between columns."""
        rows = self.by_file[file]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()


def run_import(
    book: ContactBook, body: Mapping[str, Any], list_ids: tuple[int, ...], at: str
) -> tuple[int, RefusedRows]:
    """Apply an import's body; returns the number of rows and the refused ones.

    A flag that is false keeps existing blocks; an empty value changes nothing unless
    ``emptyContactsAttributes`` is true (API v3, POST /contacts/import, checked 2026-11-24).
    """
    refused = RefusedRows()
    count = 0
    for email, attributes in rows_of(body, book.attributes):
        count += 1
        _import_row(book, body, list_ids, at, refused, (email, attributes))
    return count, refused


def rows_of(body: Mapping[str, Any], known: Mapping[str, Attribute]) -> Iterator[Row]:
    """The rows of ``jsonBody`` or ``fileBody`` as (e-mail, attributes)."""
    if "jsonBody" in body:
        for row in body["jsonBody"]:
            attributes = row.get("attributes") or {}
            yield row.get("email") or attributes.get("EMAIL"), attributes
        return
    for cells in file_rows(body["fileBody"]):
        yield cells.pop("EMAIL", None), typed(known, cells)


def _import_row(
    book: ContactBook,
    body: Mapping[str, Any],
    list_ids: tuple[int, ...],
    at: str,
    refused: RefusedRows,
    row: Row,
) -> None:
    email, attributes = row
    read = read_attributes(book.attributes, attributes)
    if email:
        address = clean_email(email)
        if address is None:
            refused.add("invalid_emails", email, attributes)
            return
        read.identifiers["email"] = address
    if not read.identifiers:
        refused.add("invalid_emails", email, attributes)
        return
    owner = book.directory.first_owner(_primary(read))
    taken = book.directory.taken(read.identifiers, owner)
    if taken:
        refused.add(DUPLICATES[taken[0]], email, attributes)
        return
    _write(book, body, list_ids, at, owner, read)


def _primary(read: ReadAttributes) -> dict[str, str]:
    """What decides which contact a row means: its e-mail address where it has one."""
    if "email" in read.identifiers:
        return {"email": read.identifiers["email"]}
    return read.identifiers


def _write(
    book: ContactBook,
    body: Mapping[str, Any],
    list_ids: tuple[int, ...],
    at: str,
    owner: int | None,
    read: ReadAttributes,
) -> None:
    change = Change(
        identifiers=read.identifiers,
        values=read.values,
        emptied=read.emptied if body.get("emptyContactsAttributes") else (),
        email_blacklisted=True if body.get("emailBlacklist") else None,
        sms_blacklisted=True if body.get("smsBlacklist") else None,
        list_ids=list_ids,
    )
    if owner is None:
        contact = book.create(change, at)
    else:
        contact = book.by_id[owner]
        if body.get("updateExistingContacts", True):
            book.apply(contact, change, at)
        else:
            book.add_to_lists(contact, list_ids, at)
    drops = [*read.dropped, *((name, "not a phone number") for name in read.bad_phones)]
    if drops:
        book.note_drops(contact, drops)
