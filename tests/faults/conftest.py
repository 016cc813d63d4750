"""Makes the harness importable for this folder's tests, and benches to run cases on."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# What a strike counts: calls of the loader, its writing calls, or calls of the tap.
COUNTED = {"call": ("brevo", "all"), "write": ("brevo", "writing"), "read": ("shopify", "all")}
# Tests are imported by their path, so that a package beside them is not found by itself; the
# runner of the long run finds it as its own neighbour.
sys.path.insert(0, str(HERE))


@pytest.fixture
def bench(tmp_path, nursery):
    """Open a bench on a fresh world: ``with bench(pipe=..., seed=...) as made``."""
    from fault_harness.bench import bench as opened  # noqa: PLC0415 - found by the line above

    def made(**words):
        return opened(tmp_path / "world", nursery=nursery, **words)

    return made


@pytest.fixture
def losing_target():
    """The command line of a loader that loses."""
    return (sys.executable, str(HERE / "losing_target.py"))


@pytest.fixture
def strike_all(bench):
    """Run a chain of strikes on one store and ledger, and expect every promise to hold.

    A strike is (signal, victim, moment, what is counted, number of the call, the case's details).
    """
    from fault_harness.cases import Case  # noqa: PLC0415 - found by the line above
    from fault_harness.traps import Point  # noqa: PLC0415 - as before

    def struck(name, pipe, strikes, **words):
        with bench(pipe=pipe, seed=name, **words) as made:
            for number, (signal, victim, moment, counted, call, more) in enumerate(strikes):
                point = Point(*COUNTED[counted][:1], call, moment, *COUNTED[counted][1:])
                case = Case(number, pipe, signal, victim, point, **{"quiet": False, **more})
                result = made.run(case)
                assert result.violations == [], case.words()
                assert result.struck, case.words()

    return struck
