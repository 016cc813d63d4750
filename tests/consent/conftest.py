"""The number of histories, and the way to the folder's own modules."""

import sys
from pathlib import Path

import pytest

# Tests are imported without packages here; what several of them play with is one.
sys.path.insert(0, str(Path(__file__).parent))

IN_EVERY_RUN = 200


def pytest_addoption(parser):
    parser.addoption(
        "--histories", type=int, default=IN_EVERY_RUN, help="how many histories of consent to play"
    )


@pytest.fixture(scope="session")
def histories(request):
    return request.config.getoption("--histories", default=IN_EVERY_RUN)
