"""The wheel carries the default mapping files, and they are found there."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "mapping"


def test_the_wheel_carries_the_default_mappings(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOM,
        check=True,
        capture_output=True,
        timeout=100,
    )
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'unpacked')!r});"
        "from tajo_mapping.compiled import compile_mapping, platforms, __file__;"
        "print(__file__, platforms(), compile_mapping('shopify').main)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout

    assert said.startswith(str(tmp_path))
    shipped = tuple(sorted(path.stem for path in ROOM.glob("*.yml")))
    assert said.endswith(f"{shipped} customers\n")
