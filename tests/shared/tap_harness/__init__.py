"""Runs taps in this process, and loads what they wrote; for the tests of taps."""

from tap_harness.loads import ByHand, load
from tap_harness.reading import Hasty, read, selection
from tap_harness.rooms import asked, carry, opening, reads
from tap_harness.tables import tables

__all__ = [
    "ByHand",
    "Hasty",
    "asked",
    "carry",
    "load",
    "opening",
    "read",
    "reads",
    "selection",
    "tables",
]
