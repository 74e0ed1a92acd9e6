from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, ir_of, shown
from workflow_ir.steps import layers

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


@pytest.mark.parametrize("key", ["recovery: {http.500: [retry, skip]}", "escalation: KEY"])
def test_nor_may_its_policy(key: str) -> None:
    written = key.replace("KEY", "{on_timeout: skip}")
    player = 'players: {c: {python: "m:f"}}\n'
    assert codes(
        f"{player}steps: {{a: {{play: c, importance: high, policy: {{{written}}}}}}}\n"
    ) == ["MEL403"]
    # What the Melody says of all its steps does not apply to one that matters.
    assert (
        codes(f"{player}policy: {{{written}}}\nsteps: {{a: {{play: c, importance: high}}}}\n") == []
    )


def test_a_pack_that_skips_does_not_apply_to_a_step_that_matters() -> None:
    text = "steps: {a: {play: c, importance: high, policy: {use: [performance]}}}\n"
    made = ir_of(f'players: {{c: {{python: "m:f"}}}}\n{text}')
    guard = layers(made.root.steps[0]).guard
    assert guard is not None
    assert guard.policy.recovery["timeout.attempt"] == ("fallback", "reroute", "retry")


def test_a_written_ladder_that_skips_leaves_a_gap_that_readers_must_accept() -> None:
    steps = (
        'players: {{c: {{python: "m:f"}}}}\nsteps:\n  a: {{play: c, policy: {{{0}}}}}\n'
        "  b: {{set: '${{{{ steps.a.output }}}}'}}\n"
    )
    assert codes(steps.format("recovery: {http.500: [skip]}")) == ["MEL209"]
    assert codes(steps.format("recovery: {http.500: [retry]}")) == []
    # Nobody has written a gap here: the pack skips only what readers cope with.
    assert codes(steps.format("use: [performance]")) == []
