"""No module of a room grows so long that nobody reads it whole (CONTRIBUTING.md)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST = 320  # CONTRIBUTING.md asks for 60 to 250; this is where a module has to be parted
ROOMS = ("connector-sdk", "mapping", "target-brevo", "sandbox", "cli", "taps")


def too_long(folder):
    """Return the modules below a folder that are longer than they may be, with their lines."""
    lines = {
        module: len(module.read_text(encoding="utf-8").splitlines())
        for module in folder.rglob("*.py")
    }
    return {str(module.relative_to(folder)): n for module, n in lines.items() if n > MOST}


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_too_long(room):
    assert [path.name for path in (ROOT / room).glob("*")], "a room is where this test looks"

    assert too_long(ROOT / room) == {}, "part it at a seam"


def test_the_line_that_is_too_much_is_seen(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "short.py").write_text("x = 1\n" * MOST, encoding="utf-8")
    (tmp_path / "inside" / "long.py").write_text("x = 1\n" * (MOST + 1), encoding="utf-8")

    assert too_long(tmp_path) == {"inside/long.py": MOST + 1}
