from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, in_project, shown

CASE = """\
policy: {timeout: 30s}
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, policy: {timeout: 1m}}
"""
SHOWN = """\
error[MEL402]: `timeout: 1m` is longer than the Melody allows (30s)
 --> t.melody.yaml:7:38
  |
7 |   a: {play: coder, policy: {timeout: 1m}}
  |                                      ^^
  = note: the bound is set at t.melody.yaml:3:19
  = help: write `timeout: 30s` or less
  = help: melody explain MEL402
"""


def test_a_step_may_not_have_more_time_than_the_melody_allows() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
policy: {timeout: 30s}
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, policy: {timeout: 10s}}
""",
            id="tighter",
        ),
        pytest.param(
            """\
policy: {retry: {max_attempts: 2}}
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, policy: {retry: {max_attempts: 9}}}
""",
            id="more attempts than the Melody's default",
        ),
        pytest.param(
            """\
policy: {timeout: 30s}
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, policy: {total_timeout: 1m}}
""",
            id="other limits",
        ),
        pytest.param(
            """\
policy: {timeout: 30s}
players: {c: {python: "m:f", timeout: 1h}}
steps:
  a: {play: c}
""",
            id="a player's claim",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL402" not in codes(melody)


def test_only_a_project_raises_the_policy_wall(tmp_path: Path) -> None:
    melody = "policy: {wall: 10m}\nsteps: {a: {set: 1}}\n"
    assert codes(melody) == ["MEL402"]
    assert in_project(tmp_path, "policy: {wall: 1h}\n", melody).diagnostics == ()
    made = in_project(tmp_path, "policy: {wall: 1m}\n", melody)
    assert [one.message for one in made.diagnostics] == [
        "`wall: 10m` is longer than the project allows (1m)"
    ]


def test_a_step_is_measured_by_the_tightest_bound_above_it_alone(tmp_path: Path) -> None:
    melody = """\
policy: {timeout: 30s}
players: {c: {python: "m:f"}}
steps: {a: {play: c, policy: {timeout: 2m}}}
"""
    made = in_project(tmp_path, "policy: {timeout: 1m}\nallow: {python: [m]}\n", melody)
    (found,) = made.diagnostics
    assert found.message == "`timeout: 2m` is longer than the Melody allows (30s)"


@pytest.mark.parametrize("retry", ["max_attempts: 4", "max_retries: 3"])
def test_attempts_are_bounded_by_the_project_retries_read_as_one_less(
    tmp_path: Path, retry: str
) -> None:
    melody = f"""\
players: {{c: {{python: "m:f"}}}}
steps: {{a: {{play: c, policy: {{retry: {{{retry}}}}}}}}}
"""
    project = "allow: {python: [m]}\npolicy: {retry: {max_attempts: 3}}\n"
    made = in_project(tmp_path, project, melody)
    assert [one.message for one in made.diagnostics] == [
        "4 attempts are more than the project allows (3)"
    ]


def test_what_undoes_a_step_is_bound_too() -> None:
    melody = """\
policy: {timeout: 30s}
players: {c: {python: "m:f"}}
steps: {a: {play: c, compensate: {play: c, policy: {timeout: 1m}}}}
"""
    assert codes(melody) == ["MEL402"]
