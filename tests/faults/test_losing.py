"""The harness sees a loss: the SDK's own pattern loses under the signals that ours stands."""

import pytest
from fault_harness import presence
from fault_harness.cases import Case
from fault_harness.traps import Point

SIGNALS = ("TERM", "INT")
# The signal is sent while the call waits for its answer; a little slowness lets it arrive.
CASES = {
    signal: Case(
        number=0,
        pipe="bare",
        signal=signal,
        victim="target",
        point=Point("brevo", 3, "before", "writing"),
        latency_s=0.02,
    )
    for signal in SIGNALS
}


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_loader_of_the_sdks_own_pattern_is_seen_to_lose(bench, losing_target, signal):
    with bench(pipe="bare", seed=signal, sight=presence, target=losing_target) as made:
        result = made.run(CASES[signal])
        assert result.struck
        assert any(line.startswith("ahead: lost: customer") for line in result.violations)
        assert result.codes["target"] == 0, "it says that all went well"
        assert made.calm_run().well
        assert presence.differences(made.facts()), "no rerun brings back what the state hides"


@pytest.mark.parametrize("signal", SIGNALS)
def test_ours_loses_nothing_under_the_same_signal(bench, signal):
    with bench(pipe="bare", seed=signal, sight=presence) as made:
        result = made.run(CASES[signal])
    assert result.struck
    assert result.violations == []
    assert result.codes["target"] != 0
