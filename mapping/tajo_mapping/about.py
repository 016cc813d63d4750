"""What the mapper says of itself: its name, what it can, its settings."""

import json
from importlib.metadata import version
from typing import Any

NAME = "tajo-mapping"
CAPABILITIES = ("about", "structured-logging")
SETTINGS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "platform": {
            "type": ["string", "null"],
            "title": "Platform",
            "description": "Whose records come in: a platform's name or a tap's load_schema. "
            "Under Meltano it is taken from the tap.",
        },
        "mapping": {
            "type": ["string", "object", "null"],
            "title": "Mapping",
            "description": "A mapping file of your own, laid over the platform's.",
        },
        "store": {
            "type": ["string", "null"],
            "title": "Store",
            "description": "Name of the store, for records that do not carry it.",
            "default": "default",
        },
        "allow_refused": {
            "type": ["boolean", "null"],
            "title": "Allow refused records",
            "description": "End with exit code 0 although records were refused.",
            "default": False,
        },
    },
    "additionalProperties": False,
}


def about(form: str) -> str:
    """Return the text of ``--about``, as JSON for the form ``json``."""
    facts = {
        "name": NAME,
        "description": "Maps any tap's records to what Brevo would get.",
        "version": version("tajo-mapping"),
        "capabilities": list(CAPABILITIES),
        "settings": SETTINGS,
    }
    if form == "json":
        return json.dumps(facts, indent=2)
    settings = SETTINGS["properties"].items()
    lines = [f"{facts['name']} {facts['version']}", f"{facts['description']}", "", "Settings:"]
    return "\n".join([*lines, *(f"  {name}: {fact['description']}" for name, fact in settings)])
