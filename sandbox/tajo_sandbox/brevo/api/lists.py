"""Attributes, folders, lists and who is on them."""

from collections.abc import Iterator
from typing import Any

from tajo_sandbox.brevo.answers import Answer, Refusal, absent, invalid, missing
from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.state.attributes import TYPES_BY_CATEGORY, change_attribute, new_attribute
from tajo_sandbox.brevo.state.contacts import Contact
from tajo_sandbox.brevo.state.lists import ContactList, Folder


def read_attributes(call: Call) -> Answer:
    """``GET /contacts/attributes``."""
    return Answer(200, {"attributes": [each.shown() for each in call.account.attributes.values()]})


def create_attribute(call: Call) -> Answer:
    """``POST /contacts/attributes/{attributeCategory}/{attributeName}``: 201, empty."""
    attributes = call.account.attributes
    made = new_attribute(
        attributes, call.path["attributeCategory"], call.path["attributeName"], call.body
    )
    attributes[made.name] = made
    return Answer(201)


def update_attribute(call: Call) -> Answer:
    """``PUT /contacts/attributes/{attributeCategory}/{attributeName}``: 204."""
    change_attribute(call.account.attributes, call.path["attributeName"], call.body)
    return Answer(204)


def delete_attribute(call: Call) -> Answer:
    """``DELETE`` of an attribute: 204; its values go with it."""
    if call.path["attributeCategory"] not in TYPES_BY_CATEGORY:
        raise invalid("Invalid attribute category")
    if call.account.attributes.pop(call.path["attributeName"], None) is None:
        raise absent("Attribute not found")
    for contact in call.account.book.by_id.values():
        contact.attributes.pop(call.path["attributeName"], None)
    return Answer(204)


def read_folders(call: Call) -> Answer:
    """``GET /contacts/folders``."""
    folders = list(call.account.folders.values())
    page = call.page(folders, 10, 50)
    return Answer(200, {"folders": [each.shown() for each in page], "count": len(folders)})


def create_folder(call: Call) -> Answer:
    """``POST /contacts/folders``: 201 with the id."""
    if not call.body.get("name"):
        raise missing("name is missing")
    return Answer(201, {"id": call.account.add_folder(call.body["name"]).id})


def read_folder(call: Call) -> Answer:
    """``GET /contacts/folders/{folderId}``."""
    return Answer(200, _folder(call).shown())


def read_folder_lists(call: Call) -> Answer:
    """``GET /contacts/folders/{folderId}/lists``."""
    folder = _folder(call)
    found = [each for each in call.account.lists.values() if each.folder_id == folder.id]
    page = call.page(found, 10, 50)
    return Answer(200, {"lists": [each.shown() for each in page], "count": len(found)})


def read_lists(call: Call) -> Answer:
    """``GET /contacts/lists``."""
    lists = list(call.account.lists.values())
    page = call.page(lists, 10, 50)
    return Answer(200, {"lists": [each.shown() for each in page], "count": len(lists)})


def create_list(call: Call) -> Answer:
    """``POST /contacts/lists``: 201 with the id. Two lists may have one name."""
    if not call.body["name"]:
        raise missing("name is missing")
    if call.body["folderId"] not in call.account.folders:
        raise invalid("Folder ID does not exist")
    return Answer(201, {"id": call.account.add_list(call.body["name"], call.body["folderId"]).id})


def read_list(call: Call) -> Answer:
    """``GET /contacts/lists/{listId}``."""
    found = _list(call)
    return Answer(200, {**found.shown(), "createdAt": found.created, "dynamicList": False})


def delete_list(call: Call) -> Answer:
    """``DELETE /contacts/lists/{listId}``: 204; its members stay contacts."""
    found = _list(call)
    del call.account.lists[found.id]
    for contact in call.account.book.by_id.values():
        call.account.book.remove_from_lists(contact, [found.id])
    return Answer(204)


def add_members(call: Call) -> Answer:
    """``POST /contacts/lists/{listId}/contacts/add``: 201 with success and failure.

    Who is on the list already is a failure, as is who is no contact (API v3, postContactInfo).
    """
    found = _list(call)
    success, failure = [], []
    for name, contact in _members(call):
        if contact is None or found.id in contact.list_ids:
            failure.append(name)
            continue
        call.account.book.add_to_lists(contact, [found.id], call.account.at())
        contact.modified = call.account.at()
        success.append(name)
    return _membership(success, failure, "already in list and/or does not exist")


def remove_members(call: Call) -> Answer:
    """``POST /contacts/lists/{listId}/contacts/remove``: 201; ``all`` empties the list."""
    found = _list(call)
    if call.body.get("all"):
        members = [each for each in call.account.contacts.values() if found.id in each.list_ids]
        for member in members:
            call.account.book.remove_from_lists(member, [found.id])
        return Answer(201, {"contacts": {"success": [], "failure": [], "total": len(members)}})
    success, failure = [], []
    for name, contact in _members(call):
        if contact is None or found.id not in contact.list_ids:
            failure.append(name)
            continue
        call.account.book.remove_from_lists(contact, [found.id])
        contact.modified = call.account.at()
        success.append(name)
    return _membership(success, failure, "not in list and/or does not exist")


def _membership(success: list[Any], failure: list[Any], why: str) -> Answer:
    if failure and not success:
        raise Refusal(400, "invalid_parameter", f"Contact {why}")
    return Answer(201, {"contacts": {"success": success, "failure": failure}})


def _members(call: Call) -> Iterator[tuple[Any, Contact | None]]:
    given = [name for name in ("emails", "ids", "extIds") if name in call.body]
    if len(given) != 1 or "all" in call.body:
        raise invalid("exactly one of emails, ids and extIds is required")
    book = call.account.book
    for name in call.body[given[0]]:
        if given[0] == "ids":
            yield name, book.by_id.get(int(name))
        elif given[0] == "emails":
            yield name, book.find("email", name.lower())
        else:
            yield name, book.find("ext_id", name)


def _folder(call: Call) -> Folder:
    folder = call.account.folders.get(call.path_number("folderId"))
    if folder is None:
        raise absent("Folder ID does not exist")
    return folder


def _list(call: Call) -> ContactList:
    found = call.account.lists.get(call.path_number("listId"))
    if found is None:
        raise absent("List ID does not exist")
    return found
