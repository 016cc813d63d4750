"""Contact attributes: read first, created where needed, never written where types differ.

Brevo drops a value silently when its attribute is missing or has another type (API v3,
createContact, checked 2026-11-24), so both are settled before the first write.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.http import Answer
from target_brevo.brevo.client import Client
from target_brevo.brevo.facts import facts_of
from target_brevo.brevo.refusals import code_of

# Identifiers that every account has, with rules of their own; never created, never compared.
IDENTIFIERS = frozenset({"EMAIL", "SMS", "WHATSAPP", "LANDLINE_NUMBER", "EXT_ID"})
# A new account names these in its own language (help.brevo.com 208729849).
_LOCAL_NAMES = {"FIRSTNAME": ("PRENOM",), "LASTNAME": ("NOM",)}
_REFUSED = 400
_WRITABLE = frozenset({"normal", "transactional"})


@dataclass(frozen=True, slots=True)
class Known:
    """An attribute as the account has it."""

    name: str
    category: str
    type: str

    @property
    def words(self) -> str:
        """The attribute's type, with its category where that is unusual."""
        return self.type if self.category == "normal" else f"{self.category} {self.type}".strip()


class Attributes:
    """The attributes of one account."""

    def __init__(self, client: Client, *, create: bool) -> None:
        self._client = client
        self._create = create
        self._known: dict[str, Known] | None = None
        self._missing: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        # The account's names of everything that may be written.
        self.wanted: frozenset[str] = frozenset()

    def require(self, wanted: Mapping[str, str], where: str) -> None:
        """Compare ``wanted`` (name → Brevo type) with the account; nothing is written yet.

        Raises ConfigurationError where a type differs, or where an attribute is missing and must
        not be created.
        """
        known = self._read()
        for name, kind in wanted.items():
            if name.upper() in IDENTIFIERS:
                continue
            found = known.get(self._name_here(name).upper())
            if found is None:
                self._missing[name.upper()] = kind
            elif found.category not in _WRITABLE or found.type != kind:
                raise _conflict(where, found, kind)
        self.wanted |= {self.renamed.get(name, name) for name in wanted}
        if self._missing and not self._create:
            raise ConfigurationError(
                where,
                f"the Brevo account has no attribute {', '.join(sorted(self._missing))}",
                right="every attribute of the mapping exists, or create_attributes is true",
                do="create them in Brevo (Contacts, Settings, Contact attributes), "
                "set create_attributes to true, or take them out of the mapping",
            )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names that ``require`` did not find and that are to be created."""
        return tuple(sorted(self._missing))

    def create_missing(self) -> list[str]:
        """Create what ``require`` found missing; return the names created."""
        created = sorted(self._missing)
        for name in created:
            path = f"/contacts/attributes/normal/{name}"
            kind = {"type": self._missing[name]}
            answer = self._client.write("POST", path, kind, expected={201, _REFUSED})
            if answer.status == _REFUSED:
                # It may be there by now: made by somebody else, or by a try whose answer was lost.
                self._known = None
                self._check_made(name, answer)
            self._read()[name] = Known(name, "normal", self._missing[name])
        self._missing = {}
        return created

    def _check_made(self, name: str, answer: Answer) -> None:
        found = self._read().get(name)
        if found is None:
            raise ConfigurationError(
                f"attribute {name}",
                f"Brevo refused to create it ({code_of(answer) or 'HTTP 400'})",
                right="letters, digits and underscores, and no reserved word",
                do="map another name, or create it in Brevo by hand (a multiple-choice attribute "
                "needs its options)",
            )
        if found.type != self._missing[name]:
            raise _conflict("mapping", found, self._missing[name])

    def _name_here(self, name: str) -> str:
        known = self._read()
        upper = name.upper()
        if upper not in known:
            for local in _LOCAL_NAMES.get(upper, ()):
                if local in known:
                    self.renamed[name] = known[local].name
                    return local
        elif known[upper].name != name:
            self.renamed[name] = known[upper].name
        return name

    def _read(self) -> dict[str, Known]:
        if self._known is None:
            body = facts_of(self._client.get("/contacts/attributes"))
            rows = body.get("attributes", []) if isinstance(body, dict) else []
            self._known = {
                str(row["name"]).upper(): Known(
                    str(row["name"]), str(row.get("category", "")), str(row.get("type", ""))
                )
                for row in rows
            }
        return self._known


def _conflict(where: str, found: Known, kind: str) -> ConfigurationError:
    return ConfigurationError(
        f"{where}: attribute {found.name}",
        f"the mapping writes it as {kind}, the Brevo account has it as {found.words}",
        right="both agree, for Brevo drops values of another type without a word",
        do=f"map another attribute name, set its type to {found.type or 'text'} under "
        "'attributes' in the mapping, or delete the attribute in Brevo",
    )
