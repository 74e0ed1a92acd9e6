"""Every mistake that an adapter can make is found, under the name of a check and in a case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pytest

from conductor_core.run import Start
from melody.testing import conformance
from melody.testing.conformance import Check, Report, all_cases
from tests.unit.melody.testing import wrong_runs, wrong_toys
from tests.unit.melody.testing.eager_toy import EagerToy
from tests.unit.melody.testing.toy import ToyAdapter
from workflow_ir.capability import Feature

CASES = {case.name: case for case in all_cases()}


@dataclass(frozen=True, slots=True)
class Planted:
    """A wrong adapter, and how it must be found out."""

    adapter: type[ToyAdapter]
    check: Check
    says: str
    """In the finding's message."""
    where: str = "01_sequence"
    """The trial that must show it; of what no case is needed for, its name."""
    feature: Feature | None = Feature.STEP
    """Which that trial must name."""
    start: Start | None = "graph"
    longest_s: float = 20.0


PLANTED = [
    Planted(wrong_toys.SwapsArms, Check.FAULT, "MEL952", "06_arm_with_two_ends", Feature.BRANCH),
    Planted(wrong_toys.DropsAnEdge, Check.EDGES, "first -> third is missing"),
    Planted(wrong_toys.EntersTwice, Check.FAULT, "entered 2 times"),
    Planted(wrong_toys.SkipsTheLastNode, Check.FAULT, "MEL953"),
    Planted(wrong_toys.WalksOneItem, Check.FAULT, "MEL953", "10_map", Feature.FOR_EACH),
    Planted(wrong_toys.StartsEarly, Check.FAULT, "MEL951", "21_needs", Feature.NEEDS),
    Planted(
        wrong_toys.LetsAnItemEndTheRun, Check.FAULT, "MEL953",
        "55_items_fail_inside", Feature.FOR_EACH_NESTED,
    ),
    Planted(
        wrong_toys.SwallowsTheEnd, Check.HANGS, "no end", "55_items_fail_inside",
        Feature.FOR_EACH_NESTED, longest_s=1.0,
    ),
    Planted(wrong_runs.IgnoresCancellation, Check.CANCELLATION, "gave a result, 'succeeded'"),
    Planted(wrong_runs.LeavesTasks, Check.LEFTOVERS, "execute"),
    Planted(
        wrong_runs.RetriesByItself, Check.EVENTS, "run_finished was told 2 times",
        "41_permanent_errors", Feature.FALLBACK,
    ),
    Planted(wrong_toys.SharesTheWalk, Check.SHARING, "broke down: HostFault", longest_s=5.0),
    Planted(wrong_runs.SharesTheInputs, Check.SHARING, "the run with n=1 gave", "meeting"),
    Planted(wrong_toys.ChangesTheIR, Check.PURITY, "the IR is another one"),
    Planted(wrong_toys.RefusesMaps, Check.COMPILE, "no maps here", "10_map", Feature.FOR_EACH),
    Planted(wrong_toys.LacksARow, Check.ROWS, "`hedge` has no row", "rows", None, None),
    Planted(
        wrong_toys.DeclaresTooMuch, Check.GAP, "`repeat` is declared a gap", "67_repeat_until",
        Feature.REPEAT,
    ),
    Planted(
        wrong_runs.SaysSucceeded, Check.CONTRACT, "the run's status: 'succeeded', not 'failed'",
        "38_failure_cancels_siblings", Feature.CANCEL,
    ),
    Planted(wrong_runs.LosesOutputs, Check.CONTRACT, "the outputs: "),
    Planted(wrong_runs.CountsNothing, Check.ENTRIES, "'first' was entered 0 times, not 1"),
    Planted(wrong_runs.LosesTheCost, Check.NATIVE, "usage.usd: 0.0, on native 0.5"),
    Planted(
        wrong_runs.AlwaysItsOwnSchedule, Check.ORDER, "settled in the order",
        "07_arm_waits_for_slow_outer_step", Feature.BRANCH, "eager",
    ),
    Planted(wrong_runs.BlocksTheLoop, Check.LOOP, "do not go on", "meeting", longest_s=1.0),
    Planted(wrong_runs.NeverEnds, Check.HANGS, "no end after 1 s", longest_s=1.0),
    Planted(wrong_runs.BreaksDown, Check.CRASH, "KeyError: 'outputs'"),
    Planted(wrong_toys.BearsAnotherName, Check.NAME, "is of 'native', not of 'toy'"),
    Planted(wrong_runs.TellsTheEndTwice, Check.EVENTS, "run_finished was told 2 times"),
    Planted(
        wrong_toys.UsesNoTools, Check.CONTRACT, "wrongly: ", "100_agent", Feature.AGENT, "eager"
    ),
    Planted(
        wrong_toys.UsesToolsTwice, Check.NATIVE, "~tool.2", "100_agent", Feature.AGENT, "eager"
    ),
    Planted(EagerToy, Check.LAZY, "imports `sqlite3`", "lazy", None, None),
]  # fmt: skip


def _checked(planted: Planted, adapter: ToyAdapter) -> Report:
    """What the kit makes of the one trial that must show it; a fresh interpreter costs a second."""
    cases = [CASES[planted.where]] if planted.where in CASES else []
    starts = (planted.start or "eager",)
    trials = conformance.trials(
        adapter, starts=starts, cases=cases, packages=["sqlite3"], longest_s=planted.longest_s
    )
    held = [trial.hold() for trial in trials if trial.name == planted.where]
    return Report("toy", starts, tuple(held))


@cache
def _of_the_honest_toy(where: str, start: Start) -> Report:
    (planted, *_) = (one for one in PLANTED if (one.where, one.start or "eager") == (where, start))
    return _checked(planted, ToyAdapter())


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.adapter.__name__)
def test_a_wrong_adapter_is_found_out_by_name_and_place(planted: Planted) -> None:
    report = _checked(planted, planted.adapter())
    assert not report.ok
    found = [
        (verdict, one)
        for verdict, one in report.findings
        if (verdict.name, verdict.start, one.check) == (planted.where, planted.start, planted.check)
    ]
    told = report.text()
    assert found, told
    assert any(planted.says in one.message for _, one in found), told
    assert planted.feature is None or planted.feature in found[0][0].features
    assert f"  {planted.check}: " in told
    assert found[0][0].title in told


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.adapter.__name__)
def test_without_the_mistake_the_same_trials_pass(planted: Planted) -> None:
    report = _of_the_honest_toy(planted.where, planted.start or "eager")
    assert report.ok, report.text()


def test_every_check_of_the_kit_finds_some_mistake() -> None:
    assert {planted.check for planted in PLANTED} == set(Check)
