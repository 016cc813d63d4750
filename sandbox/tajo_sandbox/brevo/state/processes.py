"""Background processes: what an import waits in, and what is left of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The files of refused rows that a completed import may have (API v3, checked 2026-11-24).
REFUSED_ROWS = (
    "invalid_emails",
    "duplicate_contact_id",
    "duplicate_ext_id",
    "duplicate_email_id",
    "duplicate_phone_id",
    "duplicate_whatsapp_id",
    "duplicate_landline_number_id",
)
TIMED_OUT = "Processing timeout exceeded after 30 minutes"


@dataclass(slots=True)
class Process:
    """One process. ``starts`` and ``due`` are seconds of the account's clock.

    ``files`` maps a kind of refused rows to the name of its CSV file; ``work`` is the import's
    body, let go when it is done.
    """

    id: int
    created: str
    starts: float
    due: float
    work: Mapping[str, Any] | None
    status: str = "queued"
    completed: str | None = None
    error: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    rows: int = 0

    def shown(self, base_url: str) -> dict[str, Any]:
        """As ``GET /processes/{id}`` shows it; ``base_url`` is where files are served."""
        body: dict[str, Any] = {
            "id": self.id,
            "name": "IMPORTUSER",
            "status": self.status,
            "created_at": self.created,
        }
        if self.completed:
            body["completed_at"] = self.completed
        if self.error:
            body["error"] = self.error
        if self.status == "completed":
            body["info"] = {
                "import": {
                    kind: f"{base_url}/files/{self.files[kind]}" if kind in self.files else None
                    for kind in REFUSED_ROWS
                }
            }
        return body
