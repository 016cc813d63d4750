"""The plan and the journal: the same seed makes the same cases, and a long run can go on."""

from collections import Counter

from fault_harness.bench import Result
from fault_harness.cases import CHAIN, plan
from fault_harness.journals import Journal


def test_the_same_seed_makes_the_same_plan_and_another_one_another():
    assert plan("1", 30, 30) == plan("1", 30, 30)
    assert plan("1", 30, 30) != plan("2", 30, 30)


def test_kills_and_signals_are_as_many_as_asked_for_and_a_quarter_goes_through_meltano():
    cases = plan("1", 300, 300)
    assert Counter(case.is_kill for case in cases) == {True: 300, False: 300}
    assert Counter(case.pipe for case in cases) == {"bare": 450, "meltano": 150}
    assert [case.number for case in cases] == list(range(600))


def test_every_chain_ends_with_a_comparison_and_every_victim_is_struck():
    cases = plan("1", 300, 300)
    assert all(case.quiet for case in cases[CHAIN - 1 :: CHAIN])
    struck = Counter((case.pipe, case.signal, case.victim) for case in cases)
    for signal in ("KILL", "TERM", "INT"):
        assert {victim for pipe, sign, victim in struck if pipe == "bare" and sign == signal} == {
            "tap", "target", "group",
        }  # fmt: skip
        assert struck["meltano", signal, "meltano"]


def test_no_call_is_lost_on_the_way_unless_its_caller_is_dead():
    for case in plan("1", 300, 300):
        if case.point and case.point.moment == "lost":
            assert case.is_kill
            assert case.victim in {"group", {"shopify": "tap", "brevo": "target"}[case.point.side]}


def test_a_journal_goes_on_where_it_was_broken_off(tmp_path):
    path = tmp_path / "faults.jsonl"
    cases = plan("1", 10, 10)
    first = Journal(path, resume=False)
    for case in cases[:CHAIN]:
        first.add(Result(case, struck=True), "1")
    first.add(Result(cases[CHAIN], violations=["lost: one"]), "1")
    for case in cases[CHAIN + 1 : 2 * CHAIN]:
        first.add(Result(case, struck=True), "1")
    again = Journal(path, resume=True)
    assert again.has(cases[:CHAIN])
    assert not again.has(cases[CHAIN : 2 * CHAIN]), "what was violated is tried again"
    assert not again.has(cases[2 * CHAIN : 3 * CHAIN])
    assert "1 with violations" in again.figures()
    assert "1 not struck" in again.figures()
    assert Journal(path, resume=False).rows == {}
