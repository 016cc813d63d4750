"""Who may import whom (ARCHITECTURE.md): a new arrow is a decision, not an accident."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TAPS = {
    folder.name.replace("-", "_"): f"taps/{folder.name}"
    for folder in sorted((ROOT / "taps").iterdir())
    if (folder / "pyproject.toml").is_file()
}
# package -> (its folder, the packages of ours that it may import)
ROOMS = {
    "tajo_connector_sdk": ("connector-sdk", set()),
    "tajo_mapping": ("mapping", set()),
    "tajo_sandbox": ("sandbox", set()),
    "target_brevo": ("target-brevo", {"tajo_mapping", "tajo_connector_sdk"}),
    "tajo": ("cli", {"tajo_connector_sdk", "tajo_mapping", "tajo_sandbox", "target_brevo", *TAPS}),
    **{package: (folder, {"tajo_connector_sdk"}) for package, folder in TAPS.items()},
}


def imports_of(source: str) -> set[str]:
    """Return the top-level packages that a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def trespasses(source: str, package: str) -> set[str]:
    return imports_of(source) & set(ROOMS) - ROOMS[package][1] - {package}


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_imports_only_what_it_may(package):
    folder = ROOT / ROOMS[package][0] / package
    found = {
        str(module.relative_to(ROOT)): sorted(wrong)
        for module in folder.rglob("*.py")
        if (wrong := trespasses(module.read_text(encoding="utf-8"), package))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("source", "package"),
    [
        ("from tajo_connector_sdk.http import Answer", "tajo_sandbox"),
        ("def f():\n    import target_brevo.target as t", "tajo_mapping"),
        ("import tajo_mapping", "tap_shopify_tajo"),
        ("from tap_shopify_tajo import SHOPIFY", "target_brevo"),
    ],
)
def test_a_forbidden_import_is_seen_wherever_it_stands(source, package):
    assert trespasses(source, package)


def test_every_package_of_the_checkout_is_a_known_room():
    named = {
        line.split('"')[1].replace("-", "_")
        for project in ROOT.glob("*/pyproject.toml")
        for line in project.read_text(encoding="utf-8").splitlines()
        if line.startswith("name = ")
    }

    assert set() == named - set(ROOMS)
