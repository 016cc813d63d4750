"""The harness sees a loss: the SDK's own pattern loses under the signals that ours stands."""

import pytest
from fault_harness import presence
from fault_harness.cases import Case
from fault_harness.traps import Point

SIGNALS = ("TERM", "INT")
CASES = {
    signal: Case(0, "bare", signal, "target", Point("brevo", 3, "before", "writing"))
    for signal in SIGNALS
}


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_loader_of_the_sdks_own_pattern_is_seen_to_lose(bench, losing_target, signal):
    with bench(pipe="bare", seed=signal, sight=presence, target=losing_target) as made:
        result = made.run(CASES[signal])
    assert result.struck
    assert any(line.startswith("ahead: lost: customer") for line in result.violations)
    assert result.codes["target"] == 0, "it says that all went well"


@pytest.mark.parametrize("signal", SIGNALS)
def test_ours_loses_nothing_under_the_same_signal(bench, signal):
    with bench(pipe="bare", seed=signal, sight=presence) as made:
        result = made.run(CASES[signal])
    assert result.struck
    assert result.violations == []
    assert result.codes["target"] != 0


def test_what_the_sdks_own_pattern_has_lost_no_rerun_brings_back(bench, losing_target):
    with bench(pipe="bare", seed="TERM", sight=presence, target=losing_target) as made:
        result = made.run(CASES["TERM"])
        rerun = made.calm_run()
        assert rerun.well
        assert result.violations
        lost = presence.differences(made.facts())
    assert lost, "the state that ran ahead hides them"
