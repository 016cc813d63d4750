"""Makes the harness importable for this folder's tests, and benches to run cases on."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Tests are imported by their path, so that a package beside them is not found by itself; the
# runner of the long run finds it as its own neighbour.
sys.path.insert(0, str(HERE))


@pytest.fixture
def bench(tmp_path):
    """Open a bench on a fresh world: ``with bench(pipe=..., seed=...) as made``."""
    from fault_harness.bench import bench as opened  # noqa: PLC0415 - found by the line above

    def made(**words):
        return opened(tmp_path / "world", **words)

    return made


@pytest.fixture
def losing_target():
    """The command line of a loader that loses."""
    return (sys.executable, str(HERE / "losing_target.py"))
