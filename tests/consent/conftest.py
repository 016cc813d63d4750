"""The number of histories, their seed, and the way to the folder's own modules."""

import sys
from dataclasses import dataclass
from pathlib import Path

# Tests are imported without packages here; what several of them play with is one.
sys.path.insert(0, str(Path(__file__).parent))

# As many are played by one test: enough for every rare path, and for several processes to share.
BLOCK = 200


@dataclass(frozen=True)
class Block:
    """Histories that are played by one test."""

    seed: int
    histories: int

    @property
    def is_whole(self):
        return self.histories == BLOCK


def pytest_addoption(parser):
    parser.addoption("--histories", type=int, default=BLOCK, help="histories of consent to play")
    parser.addoption("--histories-seed", type=int, default=1, help="another seed, other histories")


def pytest_generate_tests(metafunc):
    if "block" in metafunc.fixturenames:
        count = metafunc.config.getoption("--histories", default=BLOCK)
        first = metafunc.config.getoption("--histories-seed", default=1) * 1_000_000
        blocks = [
            Block(first + start // BLOCK, min(BLOCK, count - start))
            for start in range(0, count, BLOCK)
        ]
        metafunc.parametrize("block", blocks, ids=[str(each.seed) for each in blocks])
