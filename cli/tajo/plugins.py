"""Writes Meltano's plugin definitions from the tables: `python -m tajo.plugins`.

One lock file a plugin under `plugins/<type>/<name>--tajo.lock`, so that `meltano.yml` keeps a few
lines for each. A test compares what is on disk with what the tables say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tajo_mapping.mapper import TajoMapping
from tap_bigcommerce_tajo import TapBigcommerce
from tap_magento_tajo import TapMagento
from tap_paypal_tajo import TapPaypal
from tap_shopify_tajo import TapShopify
from tap_stripe_tajo import TapStripe
from tap_woocommerce_tajo import TapWoocommerce
from target_brevo.target import TargetBrevo

TAPS = (TapShopify, TapWoocommerce, TapBigcommerce, TapPaypal, TapStripe, TapMagento)
ROOT = Path(__file__).resolve().parents[2]

# JSON Schema's word to Meltano's word for a setting's kind.
KINDS = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
    "object": "object",
    "array": "array",
}


@dataclass(frozen=True, slots=True)
class Plugin:
    """What Meltano has to know of one of our plugins beyond the settings its class declares.

    ``defaults`` are values that only make sense under Meltano: its variables expand in them.
    """

    type: str
    name: str
    label: str
    capabilities: tuple[str, ...]
    schema: Mapping[str, Any]
    setting_groups: tuple[tuple[str, ...], ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the definition is kept, relative to the project."""
        return Path("plugins", self.type, f"{self.name}--tajo.lock")

    def definition(self) -> dict[str, Any]:
        """Return the definition as Meltano reads it."""
        made: dict[str, Any] = {
            "plugin_type": self.type,
            "name": self.name,
            "namespace": self.name.replace("-", "_"),
            "variant": "tajo",
            "label": self.label,
            "capabilities": list(self.capabilities),
            "settings": [
                self._setting(name, fact) for name, fact in self.schema["properties"].items()
            ],
        }
        if self.setting_groups:
            made["settings_group_validation"] = [list(group) for group in self.setting_groups]
        return made

    def _setting(self, name: str, fact: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"name": name, "kind": kind_of(fact)}
        if fact.get("title"):
            made["label"] = fact["title"]
        if fact.get("description"):
            made["description"] = fact["description"]
        if fact.get("secret"):
            made["sensitive"] = True
        default = self.defaults.get(name, fact.get("default"))
        if default is not None:
            made["value"] = default
        return made


def kind_of(fact: Mapping[str, Any]) -> str:
    """Return Meltano's kind for a property of a settings schema (``null`` is left aside)."""
    declared = fact.get("type", "string")
    types = [declared] if isinstance(declared, str) else list(declared)
    if fact.get("format") == "date-time":
        return "date_iso8601"
    return next((KINDS[word] for word in types if word in KINDS), "string")


def plugins() -> tuple[Plugin, ...]:
    """Return every plugin of this project."""
    platform = {"platform": "$MELTANO_EXTRACT__LOAD_SCHEMA"}
    tap = ("catalog", "discover", "state", "about", "stream-maps", "structured-logging")
    return (
        *(
            Plugin(
                "extractors",
                each.name,
                each.connector.label,
                tap,
                each.config_jsonschema,
                each.connector.setting_groups,
            )
            for each in (
                TapShopify,
                TapWoocommerce,
                TapBigcommerce,
                TapPaypal,
                TapStripe,
                TapMagento,
            )
        ),
        Plugin(
            "loaders",
            "target-brevo",
            "Brevo",
            ("about", "structured-logging"),
            TargetBrevo.config_jsonschema,
            defaults={**platform, "ledger_url": "sqlite:///$MELTANO_SYS_DIR_ROOT/brevo-ledger.db"},
        ),
        Plugin(
            "mappers",
            "tajo-mapping",
            "Tajo mapping",
            ("about", "structured-logging"),
            TajoMapping.config_jsonschema,
            defaults=platform,
        ),
    )


def text_of(plugin: Plugin) -> str:
    """Return the lock file's text."""
    return json.dumps(plugin.definition(), indent=2, ensure_ascii=False) + "\n"


def stale(root: Path) -> list[Path]:
    """Return the lock files under ``root`` that differ from the tables."""
    return [
        plugin.path
        for plugin in plugins()
        if not (root / plugin.path).is_file()
        or (root / plugin.path).read_text(encoding="utf-8") != text_of(plugin)
    ]


def main() -> None:
    """Write every lock file that is stale."""
    for path in (changed := stale(ROOT)):
        plugin = next(plugin for plugin in plugins() if plugin.path == path)
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text_of(plugin), encoding="utf-8")
    print(f"written: {', '.join(map(str, changed)) or 'nothing, all were up to date'}")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
