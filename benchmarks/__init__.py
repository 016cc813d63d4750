"""Figures that can be rerun, always beside a baseline in the same run (docs/performance.md)."""
