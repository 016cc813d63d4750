"""The operations that the stand-in knows, as rows: method, path, handler, body."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from tajo_sandbox.brevo import bodies
from tajo_sandbox.brevo.answers import Answer
from tajo_sandbox.brevo.api import account, contacts, events, lists, shop
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.shapes import Shape

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Operation:
    """One row. ``body`` is the shape of the JSON body, None where there is none.

    A body above ``largest`` bytes is refused with ``too_large`` as status.
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    body: Shape | None = None
    largest: int | None = None
    too_large: int = 413


ATTRIBUTE = "/contacts/attributes/{attributeCategory}/{attributeName}"
CONTACT = "/contacts/{identifier}"
MEMBERS = "/contacts/lists/{listId}/contacts"

OPERATIONS = (
    Operation("GET", "/account", account.read),
    Operation("GET", "/processes", account.read_processes),
    Operation("GET", "/processes/{processId}", account.read_process),
    Operation("GET", "/contacts/attributes", lists.read_attributes),
    Operation("POST", ATTRIBUTE, lists.create_attribute, bodies.ATTRIBUTE),
    Operation("PUT", ATTRIBUTE, lists.update_attribute, bodies.ATTRIBUTE),
    Operation("DELETE", ATTRIBUTE, lists.delete_attribute),
    Operation("GET", "/contacts/folders", lists.read_folders),
    Operation("POST", "/contacts/folders", lists.create_folder, bodies.FOLDER),
    Operation("GET", "/contacts/folders/{folderId}", lists.read_folder),
    Operation("GET", "/contacts/folders/{folderId}/lists", lists.read_folder_lists),
    Operation("GET", "/contacts/lists", lists.read_lists),
    Operation("POST", "/contacts/lists", lists.create_list, bodies.LIST),
    Operation("GET", "/contacts/lists/{listId}", lists.read_list),
    Operation("DELETE", "/contacts/lists/{listId}", lists.delete_list),
    Operation("GET", MEMBERS, contacts.read_list),
    Operation("POST", f"{MEMBERS}/add", lists.add_members, bodies.ADD_MEMBERS),
    Operation("POST", f"{MEMBERS}/remove", lists.remove_members, bodies.REMOVE_MEMBERS),
    Operation("POST", "/contacts/import", contacts.import_many, bodies.IMPORT, 10 * MEBIBYTE),
    Operation("POST", "/contacts/batch", contacts.retired),
    Operation("GET", "/contacts", contacts.read_many),
    Operation("POST", "/contacts", contacts.create, bodies.CREATE_CONTACT),
    Operation("GET", CONTACT, contacts.read_one),
    Operation("GET", f"{CONTACT}/campaignStats", contacts.read_statistics),
    Operation("PUT", CONTACT, contacts.update, bodies.UPDATE_CONTACT),
    Operation("DELETE", CONTACT, contacts.remove),
    Operation("POST", "/events", events.create, bodies.EVENT),
    Operation("POST", "/events/batch", events.create_many, bodies.EVENT_BATCH, 512 * 1024, 400),
    Operation("GET", "/events", events.read_many),
    Operation("POST", "/ecommerce/activate", shop.activate),
    Operation("GET", "/ecommerce/config/displayCurrency", shop.read_currency),
    Operation("POST", "/orders/status", shop.create_order, bodies.ORDER),
    Operation(
        "POST", "/orders/status/batch", shop.create_orders, bodies.ORDER_BATCH, 5 * MEBIBYTE, 400
    ),
    Operation("GET", "/orders", shop.read_orders),
    Operation("POST", "/products", shop.create_product, bodies.PRODUCT),
    Operation("POST", "/products/batch", shop.create_products, bodies.PRODUCT_BATCH),
    Operation("GET", "/products", shop.read_products),
    Operation("GET", "/products/{id}", shop.read_product),
    Operation("POST", "/categories", shop.create_category, bodies.CATEGORY),
    Operation("POST", "/categories/batch", shop.create_categories, bodies.CATEGORY_BATCH),
    Operation("GET", "/categories", shop.read_categories),
    Operation("GET", "/categories/{id}", shop.read_category),
)


def matching(raw_path: str) -> Iterator[tuple[Operation, dict[str, str]]]:
    """The operations whose path this is, with the path's values.

    ``raw_path`` is still percent-encoded, so that an encoded slash stays inside its segment. The
    most specific path wins: rows with fewer values stand before those with more.
    """
    segments = raw_path.strip("/").split("/")
    for operation in OPERATIONS:
        values = _values(operation.path.strip("/").split("/"), segments)
        if values is not None:
            yield operation, values


def _values(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    values = {}
    for name, segment in zip(template, segments, strict=True):
        if name.startswith("{"):
            values[name[1:-1]] = unquote(segment)
        elif name != segment:
            return None
    return values
