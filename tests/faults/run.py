"""The long run: kills and signals by chance, resumable; ends with 1 when a promise was broken.

    python tests/faults/run.py --kills 300 --signals 300 --seed 1 [--resume]
    python tests/faults/run.py --kills 300 --signals 300 --seed 1 --only 17

Cases come in chains of five on one store, account and ledger; ``--only`` runs the chain of its
case up to that case. What was seen goes to ``--journal``, one JSON line a case.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from fault_harness.bench import bench
from fault_harness.cases import CHAIN, plan
from fault_harness.journals import Journal, commit_of
from fault_harness.nursery import nursery


def options(argv):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--kills", type=int, default=300, help="kill -9 (300)")
    parser.add_argument("--signals", type=int, default=300, help="SIGTERM and SIGINT (300)")
    parser.add_argument("--seed", default="1", help="the same seed makes the same plan (1)")
    parser.add_argument("--resume", action="store_true", help="go on after the journal's cases")
    parser.add_argument("--only", type=int, metavar="N", help="one case, with its chain before it")
    parser.add_argument("--workers", type=int, default=2, help="chains side by side (2)")
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


def run_chain(chain, wanted, nursery, told):
    """Run a chain; after a violation the rest of it goes on with a fresh world."""
    rest = list(chain)
    while rest:
        folder = Path(tempfile.mkdtemp(prefix="tajo-faults-"))
        seed = f"{wanted.seed}:{rest[0].number}"
        bad = None
        with bench(folder, pipe=rest[0].pipe, seed=seed, nursery=nursery) as made:
            while rest and not bad:
                result = made.run(rest.pop(0))
                told(result)
                bad = result if result.violations else None
        if bad and wanted.keep:
            shutil.copytree(folder, wanted.keep / str(bad.case.number), dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _end(signum, _frame):
    """End by an exception, so that whoever has begun something ends it."""
    sys.exit(128 + signum)


def work(chains, results, wanted):
    """What one of several processes does: chains from one queue, results into another."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with nursery() as made:
            while chain := chains.get():
                run_chain(chain, wanted, made, results.put)
    finally:
        results.put(None)


def side_by_side(todo, wanted, told):
    """Run chains in as many processes as are wanted; whether all of them ended well."""
    processes = get_context("spawn")
    chains, results = processes.Queue(), processes.Queue()
    for chain in [*todo, *[None] * wanted.workers]:
        chains.put(chain)
    workers = [
        processes.Process(target=work, args=(chains, results, wanted))
        for _ in range(wanted.workers)
    ]
    try:
        for each in workers:
            each.start()
        left = len(workers)
        while left:
            result = results.get()
            left -= result is None
            if result is not None:
                told(result)
    except BaseException:
        for each in workers:
            if each.pid is not None:
                each.terminate()
        raise
    finally:
        # What a process that broke off has left in the queue is not waited for.
        chains.cancel_join_thread()
        for each in workers:
            if each.pid is not None:
                each.join()
    return not any(each.exitcode for each in workers)


def teller(journal, seed):
    """Return what notes a result and prints the running summary, and all about a violation."""

    def told(result):
        journal.add(result, seed)
        for line in result.violations:
            sys.stdout.write(f"case {result.case.number} ({result.case.words()}): {line}\n")
        sys.stdout.write(f"{journal.figures()}\n")
        sys.stdout.flush()

    return told


def main(argv=None):
    """Run the plan; returns the exit code."""
    # In the background of a script SIGINT is ignored, and every process from here would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _end)
    wanted = options(argv)
    journal = Journal(wanted.journal, resume=wanted.resume, commit=commit_of())
    cases = plan(wanted.seed, wanted.kills, wanted.signals)
    todo = [chain for chain in chains(cases, wanted) if not journal.has(chain)]
    whole = side_by_side(todo, wanted, teller(journal, wanted.seed))
    sys.stdout.write(f"seed {wanted.seed}: {journal.figures()}\n")
    return 0 if whole and not any(row["violations"] for row in journal.rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
