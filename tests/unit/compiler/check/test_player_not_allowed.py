from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, in_project, shown
from workflow_ir.diagnostics import Severity

CASE = """\
players: {v: {command: [vim, -]}}
steps:
  a: {play: v}
"""
SHOWN = """\
warning[MEL401]: the project does not allow the command `vim`
 --> t.melody.yaml:3:25
  |
3 | players: {v: {command: [vim, -]}}
  |                         ^^^
  = help: add `allow: {command: [vim]}` to melody.project.yaml, or run with `--allow command:vim`
  = help: melody explain MEL401
"""


def test_a_program_that_nothing_allows_is_a_warning_with_the_exact_line_to_add() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  a: {run: git log}
""",
            id="allowed",
        ),
        pytest.param(
            """\
players: {m: {model: offline}}
steps:
  a: {play: m, prompt: hi}
""",
            id="a model",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1}
""",
            id="set",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL401" not in codes(melody)


def test_each_program_is_told_once() -> None:
    assert codes("steps: {a: {run: vim && vim}, b: {run: vim}, c: {run: emacs}}\n") == [
        "MEL401",
        "MEL401",
    ]


def test_it_is_an_error_where_a_backend_is_named() -> None:
    made = compiled("steps: {a: {run: vim}}\n", will_run=True)
    assert [one.severity for one in made.diagnostics] == [Severity.ERROR]
    assert made.ir is None


def test_it_is_an_error_where_there_is_a_project(tmp_path: Path) -> None:
    made = in_project(tmp_path, "allow: {command: [git]}\n", "steps: {a: {run: vim}}\n")
    (found,) = made.errors
    assert found.code == "MEL401"
    assert found.help == (
        "add `allow: {command: [vim]}` to melody.project.yaml, or run with `--allow command:vim`"
    )


def test_a_player_of_the_project_needs_its_leave_too(tmp_path: Path) -> None:
    project = 'players: {mine: {python: "pack.mod:f"}, unused: {python: "other:f"}}\n'
    made = in_project(tmp_path, project, "steps: {a: {play: mine}}\n")
    assert [(one.code, "pack.mod" in one.message) for one in made.errors] == [("MEL401", True)]


def test_a_pattern_of_modules_covers_those_inside(tmp_path: Path) -> None:
    melody = 'players: {p: {python: "samples.deep.er:f"}}\nsteps: {a: {play: p}}\n'
    assert in_project(tmp_path, "allow: {python: [samples.*]}\n", melody).diagnostics == ()
    assert in_project(tmp_path, "allow: {python: [sample]}\n", melody).errors != ()


def test_an_allow_list_that_cannot_be_read_refuses_nothing_else(tmp_path: Path) -> None:
    made = in_project(tmp_path, "alow: {command: [vim]}\n", "steps: {a: {run: vim}}\n")
    assert [one.code for one in made.diagnostics] == ["MEL112"]
