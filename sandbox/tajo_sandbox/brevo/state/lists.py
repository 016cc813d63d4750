"""Folders and lists."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Folder:
    """A folder of lists."""

    id: int
    name: str

    def shown(self) -> dict[str, Any]:
        """As ``GET /contacts/folders`` lists it; Brevo has let the counts go to 0."""
        return {
            "id": self.id,
            "name": self.name,
            "totalSubscribers": 0,
            "totalBlacklisted": 0,
            "uniqueSubscribers": 0,
        }


@dataclass(slots=True)
class ContactList:
    """A list of contacts; membership is kept at the contact."""

    id: int
    name: str
    folder_id: int
    created: str

    def shown(self) -> dict[str, Any]:
        """As ``GET /contacts/lists`` lists it; Brevo has let the counts go to 0."""
        return {
            "id": self.id,
            "name": self.name,
            "folderId": self.folder_id,
            "totalSubscribers": 0,
            "totalBlacklisted": 0,
            "uniqueSubscribers": 0,
        }
