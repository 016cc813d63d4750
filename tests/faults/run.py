"""The long run: kills and signals by chance, resumable; ends with 1 when a promise was broken.

    python tests/faults/run.py --kills 300 --signals 300 --seed 1 [--resume]
    python tests/faults/run.py --kills 300 --signals 300 --seed 1 --only 17

Cases come in chains of five on one store, account and ledger; ``--only`` runs the chain of its
case up to that case. What was seen goes to ``--journal``, one JSON line a case.
"""

import argparse
import shutil
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from fault_harness.bench import bench
from fault_harness.cases import CHAIN, plan
from fault_harness.journals import Journal


def options(argv):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--kills", type=int, default=300, help="kill -9 (300)")
    parser.add_argument("--signals", type=int, default=300, help="SIGTERM and SIGINT (300)")
    parser.add_argument("--seed", default="1", help="the same seed makes the same plan (1)")
    parser.add_argument("--resume", action="store_true", help="go on after the journal's cases")
    parser.add_argument("--only", type=int, metavar="N", help="one case, with its chain before it")
    parser.add_argument("--pipe", choices=("bare", "meltano"), help="only these chains")
    parser.add_argument("--journal", type=Path, default=Path("out/faults.jsonl"), metavar="FILE")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep logs of bad chains here")
    return parser.parse_args(argv)


def chains(cases, wanted):
    """The chains to be run: lists of cases that share a world."""
    for number, group in groupby(cases, lambda case: case.number // CHAIN):
        chain = list(group)
        if wanted.pipe and chain[0].pipe != wanted.pipe:
            continue
        if wanted.only is None:
            yield chain
        elif wanted.only // CHAIN == number:
            yield [case for case in chain if case.number <= wanted.only]


def run_chain(chain, seed, journal, keep):
    """Run a chain; after a violation the rest of it goes on with a fresh world."""
    rest = list(chain)
    while rest:
        folder = Path(tempfile.mkdtemp(prefix="tajo-faults-"))
        results = []
        with bench(folder, pipe=rest[0].pipe, seed=f"{seed}:{rest[0].number}") as made:
            while rest and not (results and results[-1].violations):
                results.append(made.run(rest.pop(0)))
                journal.add(results[-1], seed)
                told(results[-1], journal)
        if results[-1].violations and keep:
            shutil.copytree(folder, keep / str(results[-1].case.number), dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def told(result, journal):
    """Print the running summary, and everything about a case that went wrong."""
    for line in result.violations:
        sys.stdout.write(f"case {result.case.number} ({result.case.words()}): {line}\n")
    sys.stdout.write(f"{journal.figures()}\n")
    sys.stdout.flush()


def main(argv=None):
    """Run the plan; returns the exit code."""
    wanted = options(argv)
    journal = Journal(wanted.journal, resume=wanted.resume)
    for chain in chains(plan(wanted.seed, wanted.kills, wanted.signals), wanted):
        if not journal.has(chain):
            run_chain(chain, wanted.seed, journal, wanted.keep)
    sys.stdout.write(f"seed {wanted.seed}: {journal.figures()}\n")
    return 1 if any(row["violations"] for row in journal.rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
