"""Histories of consent, played against an oracle of a few lines: nobody who said no is mailed."""

from consent_histories.history import PLANS, played
from hypothesis import HealthCheck, given, settings


def test_x(histories):
    @settings(max_examples=histories, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(PLANS)
    def run(plan):
        assert played(plan) == []
    run()
