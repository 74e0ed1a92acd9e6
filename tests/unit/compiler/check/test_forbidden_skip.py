from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, importance: critical, on_failure: [retry, skip]}
"""
SHOWN = """\
error[MEL403]: step `a` is critical and must not be skipped
 --> t.melody.yaml:6:62
  |
6 |   a: {play: coder, importance: critical, on_failure: [retry, skip]}
  |                                                              ^^^^
  = note: its importance is set at t.melody.yaml:6:32
  = help: remove `skip`, or lower the importance
  = help: melody explain MEL403
"""


def test_a_critical_step_may_not_be_skipped() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, on_failure: [retry, skip]}
""",
            id="normal",
        ),
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, importance: high, on_failure: [retry, fail]}
""",
            id="no skip",
        ),
        pytest.param(
            """\
players:
  c: {python: "m:f", importance: critical}
steps:
  a: {play: c, importance: low, on_failure: [skip]}
""",
            id="lowered at the step",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL403" not in codes(melody)


def test_the_importance_of_the_player_counts_where_the_step_says_nothing() -> None:
    assert codes("""\
players: {c: {python: "m:f", importance: high}}
steps: {a: {play: c, on_failure: [skip]}}
""") == ["MEL403"]


def test_the_gate_may_not_skip_it_either() -> None:
    assert codes("""\
players: {c: {python: "m:f"}}
steps: {a: {play: c, importance: high, gate: {check: output.n > 0, on_fail: [skip]}}}
""") == ["MEL403"]


def test_nor_may_its_budget() -> None:
    assert codes(
        "steps: {a: {set: 1, importance: high, policy: {budget: {usd: 1}, on_exceeded: skip}}}\n"
    ) == ["MEL403"]
