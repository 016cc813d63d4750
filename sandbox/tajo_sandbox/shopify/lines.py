"""The result of a bulk operation: JSON lines in a file, without holding them in memory.

Without grouping a child's line stands anywhere: before its parent, or far behind it. Objects of
the root keep their order. The same job writes the same order again.
"""

from __future__ import annotations

import mmap
import random
from array import array
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tajo_sandbox.shopify.jobs import Job
    from tajo_sandbox.shopify.view import View

BATCH = 200
"""Root objects read under one hold of the store's lock."""


@dataclass(slots=True)
class Written:
    """How far a result is: objects in all, root objects, bytes."""

    objects: int = 0
    roots: int = 0
    size: int = 0


@dataclass(slots=True)
class Draft:
    """Lines in the order they were made: where each begins, and whether it is a root."""

    starts: array[int]
    roots: bytearray


def write(job: Job, view: View) -> None:
    """Write a job's result to its path; `job.written` grows as it goes.

    Raises:
        Refused: the query's search cannot be run.
    """
    made = job.path.with_suffix(".made")
    with made.open("wb") as out:
        draft = _make(job, view, out)
    if job.canceled or job.grouped or not job.plan.level.children:
        made.rename(job.path)
    else:
        _scatter(made, draft, job.path, job.number)
        made.unlink()
    _tamper(job)
    job.written.size = job.path.stat().st_size


def _make(job: Job, view: View, out: BinaryIO) -> Draft:
    draft = Draft(array("Q"), bytearray())
    level, written = job.plan.level, job.written
    with view.store.lock:
        rows, _ = view.desk.lists.rows(job.plan.root, view, job.plan.arguments)
        ordered = reversed(rows) if job.plan.arguments.get("reverse") else iter(rows)
    position = 0
    while batch := list(islice(ordered, BATCH)):
        if job.canceled:
            break
        lines: list[bytes] = []
        with view.store.lock:
            for row in batch:
                for place, line in enumerate(level.lines(row, view)):
                    text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
                    draft.starts.append(position)
                    draft.roots.append(place == 0)
                    position += len(text)
                    lines.append(text)
        out.write(b"".join(lines))
        written.objects += len(lines)
        written.roots += len(batch)
    draft.starts.append(position)
    return draft


def _order(draft: Draft, seed: int) -> Iterator[int]:
    """Line numbers in the order of the file: roots as they were, children anywhere."""
    chance = random.Random(seed)  # noqa: S311 -- shuffles lines, guards nothing
    slots = list(draft.roots)
    children = [number for number, root in enumerate(draft.roots) if not root]
    chance.shuffle(slots)
    chance.shuffle(children)
    roots = (number for number, root in enumerate(draft.roots) if root)
    scattered = iter(children)
    return (next(roots) if root else next(scattered) for root in slots)


def _scatter(made: Path, draft: Draft, path: Path, seed: int) -> None:
    with made.open("rb") as source, path.open("wb") as out:
        if not draft.roots:
            return
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as text:
            for number in _order(draft, seed):
                out.write(text[draft.starts[number] : draft.starts[number + 1]])


def _tamper(job: Job) -> None:
    """Take lines away or write some twice, as the job's faults want it."""
    fewer, twice = job.fault("bulk_fewer_lines"), job.fault("bulk_duplicate_lines")
    if fewer:
        lines = job.path.read_bytes().splitlines(keepends=True)
        job.path.write_bytes(b"".join(lines[: max(0, len(lines) - fewer.lines)]))
    if twice:
        lines = job.path.read_bytes().splitlines(keepends=True)
        job.path.write_bytes(b"".join(lines + lines[: twice.lines]))
