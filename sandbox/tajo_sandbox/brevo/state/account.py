"""A Brevo account: everything it holds, plain and open to look at."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tajo_sandbox.brevo.limits import Meter
from tajo_sandbox.brevo.state.attributes import Attribute, default_attributes
from tajo_sandbox.brevo.state.contacts import Contact, ContactBook, Start
from tajo_sandbox.brevo.state.events import Event, utc_text
from tajo_sandbox.brevo.state.identity import clean_email
from tajo_sandbox.brevo.state.imports import run_import
from tajo_sandbox.brevo.state.journal import Journal, Request
from tajo_sandbox.brevo.state.lists import ContactList, Folder
from tajo_sandbox.brevo.state.processes import TIMED_OUT, Process
from tajo_sandbox.brevo.state.shop import OrderBatch, Shop
from tajo_sandbox.brevo.switches import BrevoSwitches

OWNER_EMAIL = "owner@example.com"


@dataclass(slots=True)
class BrevoAccount:
    """The state of one account. Hold ``lock`` while reading several things that belong together.

    ``notifications`` are the process ids of imports for which Brevo would have mailed the owner;
    ``offences`` are calls of a result file that carried the API key.
    """

    switches: BrevoSwitches = field(default_factory=BrevoSwitches)
    organization_id: str = "5f0000000000000000000001"
    lock: threading.RLock = field(default_factory=threading.RLock)
    attributes: dict[str, Attribute] = field(init=False)
    book: ContactBook = field(init=False)
    meter: Meter = field(init=False)
    journal: Journal = field(default_factory=Journal)
    folders: dict[int, Folder] = field(default_factory=dict)
    lists: dict[int, ContactList] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    shop: Shop = field(default_factory=Shop)
    processes: dict[int, Process] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    notifications: list[int] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)
    activated_at: float | None = None
    _waiting: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.attributes = default_attributes(self.switches.language)
        self.book = ContactBook(self.attributes)
        self.meter = Meter(self.switches)
        self.add_list("First list", self.add_folder("First folder").id)

    @property
    def contacts(self) -> dict[int, Contact]:
        """Contacts by id, after everything that is due has been applied."""
        self.advance()
        return self.book.by_id

    @property
    def orders(self) -> dict[str, dict[str, Any]]:
        """Orders by id, those of accepted batches included."""
        with self.lock:
            self._apply_batches(float("inf"))
        return self.shop.orders

    @property
    def products(self) -> dict[str, dict[str, Any]]:
        """Products by id."""
        return self.shop.products

    @property
    def categories(self) -> dict[str, dict[str, Any]]:
        """Categories by id."""
        return self.shop.categories

    @property
    def automations(self) -> list[Start]:
        """What could have started automations, oldest first."""
        return self.book.starts

    @property
    def requests(self) -> list[Request]:
        """The calls that arrived, oldest first (the latest 50,000)."""
        with self.lock:
            return list(self.journal.requests)

    def writes(self) -> list[Request]:
        """The calls other than GET since the last ``mark``."""
        return [each for each in self.requests if each.writing and each.after_mark]

    def mark(self) -> None:
        """Start counting calls anew."""
        with self.lock:
            self.journal.mark()

    def at(self) -> str:
        """The present time as Brevo writes it."""
        return utc_text(self.switches.now())

    def contact(self, email: str) -> Contact | None:
        """The contact with this e-mail address."""
        self.advance()
        return self.book.find("email", email.lower())

    def members(self, list_name: str) -> set[str]:
        """The e-mail addresses on the list of this name (empty when there is no such list)."""
        ids = {each.id for each in self.lists.values() if each.name == list_name}
        contacts = list(self.contacts.values())
        return {each.email for each in contacts if each.email and ids & set(each.list_ids)}

    def unsubscribe(self, email: str, *, channel: str = "email") -> None:
        """The person clicks "unsubscribe" (or texts STOP with ``channel="sms"``)."""
        with self.lock:
            contact = self._person(email)
            if channel == "sms":
                contact.sms_blacklisted = True
            else:
                contact.email_blacklisted = True
                contact.unsubscriptions += (("user", self.at()),)
            contact.modified = self.at()

    def bounce(self, email: str, *, complaint: bool = False) -> None:
        """A mail to the person comes back for good, or they call it spam: Brevo blocks."""
        with self.lock:
            contact = self._person(email)
            contact.email_blacklisted = True
            kind = "complaints" if complaint else "hardBounces"
            contact.undeliverable += ((kind, self.at()),)
            contact.modified = self.at()

    def leave_list(self, email: str, list_id: int) -> None:
        """The person leaves one list and stays on the others."""
        with self.lock:
            contact = self._person(email)
            self.book.remove_from_lists(contact, [list_id])
            contact.list_unsubscribed += (list_id,)
            contact.modified = self.at()

    def _person(self, email: str) -> Contact:
        contact = self.contact(clean_email(email) or email)
        if contact is None:
            raise LookupError("sandbox: no contact has this e-mail address; create it first")
        return contact

    def add_folder(self, name: str) -> Folder:
        """A new folder."""
        folder = Folder(max(self.folders, default=0) + 1, name)
        self.folders[folder.id] = folder
        return folder

    def add_list(self, name: str, folder_id: int) -> ContactList:
        """A new list in a folder."""
        made = ContactList(max(self.lists, default=1) + 1, name, folder_id, self.at())
        self.lists[made.id] = made
        return made

    def queue_import(self, body: Mapping[str, Any], list_ids: tuple[int, ...]) -> Process:
        """Accept an import; it is applied when it is due."""
        now, wait = self.switches.clock(), self.switches.import_seconds
        process = Process(
            id=len(self.processes) + 1,
            created=self.at(),
            starts=now + wait / 3,
            due=now + wait,
            work={**body, "listIds": list_ids},
        )
        self.processes[process.id] = process
        self._waiting.append(process)
        if not body.get("disableNotification"):
            self.notifications.append(process.id)
        return process

    def queue_orders(self, orders: list[dict[str, Any]], *, historical: bool) -> OrderBatch:
        """Accept a batch of orders; it is applied soon after."""
        due = self.switches.clock() + self.switches.orders_seconds
        batch = OrderBatch(self.shop.next_batch, due, orders, historical)
        self.shop.next_batch += 1
        self.shop.batches.append(batch)
        return batch

    def put_order(self, order: dict[str, Any], *, historical: bool) -> None:
        """Create or update an order by its id."""
        contact = self.order_contact(order)
        self.shop.orders[order["id"]] = {**order, "modifiedAt": self.at()}
        self.shop.order_contacts[order["id"]] = contact
        if not historical:
            self.book.starts.append(Start("order", order["id"], contact, self.at()))

    def order_contact(self, order: Mapping[str, Any]) -> int | None:
        """The contact that an order's identifiers name, None where there is none."""
        named = order.get("identifiers", {})
        email = clean_email(named.get("email_id", "")) or ""
        owner = self.book.directory.owner("email", email)
        return owner or self.book.directory.owner("ext_id", named.get("ext_id", ""))

    def ecommerce_ready(self) -> bool:
        """Whether orders and products are taken."""
        if self.activated_at is not None and self.switches.clock() >= self.activated_at:
            self.switches.ecommerce_active = True
            self.activated_at = None
        return self.switches.ecommerce_active

    def advance(self) -> None:
        """Apply what is due by the clock."""
        with self.lock:
            self._advance(self.switches.clock())

    def settle(self) -> None:
        """Apply everything that is waiting, due or not."""
        with self.lock:
            self._advance(float("inf"))

    def _advance(self, now: float) -> None:
        self._apply_batches(now)
        waiting = self._waiting
        for process in reversed(waiting) if self.switches.imports_newest_first else waiting:
            if process.due <= now:
                self._finish(process)
            elif process.starts <= now:
                process.status = "in_process"
        self._waiting = [each for each in waiting if each.work is not None]

    def _apply_batches(self, now: float) -> None:
        due = [batch for batch in self.shop.batches if batch.due <= now]
        self.shop.batches = [batch for batch in self.shop.batches if batch.due > now]
        for batch in due:
            for order in batch.orders:
                self.put_order(order, historical=batch.historical)

    def _finish(self, process: Process) -> None:
        body, process.work = process.work or {}, None
        process.completed = self.at()
        if self.switches.failing_imports > 0:
            self.switches.failing_imports -= 1
            process.status, process.error = "failed", TIMED_OUT
            return
        if "fileUrl" in body:
            process.status, process.error = "failed", "The file could not be downloaded"
            return
        process.rows, refused = run_import(self.book, body, body["listIds"], process.completed)
        for kind in refused.by_file:
            name = f"{process.id}-{kind}-{secrets.token_hex(8)}.csv"
            self.files[name] = refused.csv(kind)
            process.files[kind] = name
        process.status = "completed"
