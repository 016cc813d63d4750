"""The tables of all taps, found by their folders."""

import importlib
from pathlib import Path

from tajo_connector_sdk.table import Connector

ROOT = Path(__file__).resolve().parents[3]


def tables():
    """The table of every tap in ``taps/``, by the connector's name."""
    found = {}
    for project in sorted((ROOT / "taps").glob("tap-*-tajo/pyproject.toml")):
        module = importlib.import_module(project.parent.name.replace("-", "_"))
        made = [each for each in vars(module).values() if isinstance(each, Connector)]
        assert len(made) == 1, f"{module.__name__} exports {len(made)} tables, not one"
        found[made[0].name] = made[0]
    return found
