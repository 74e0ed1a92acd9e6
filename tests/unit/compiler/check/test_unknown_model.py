from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, in_project, only, shown

CASE = """\
models: {smart: offline/basic}
players: {coder: {model: smrat}}
steps:
  a: {play: coder, prompt: hi}
"""
SHOWN = """\
error[MEL203]: there is no model `smrat`
 --> t.melody.yaml:4:26
  |
4 | players: {coder: {model: smrat}}
  |                          ^^^^^ did you mean `smart`?
  = help: melody check --fix    ·    melody explain MEL203
"""


def test_a_misspelt_alias_is_shown_with_the_nearest_name() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
models: {smart: offline/basic}
players: {coder: {model: smart}}
steps:
  a: {play: coder, prompt: hi}
""",
            id="defined",
        ),
        pytest.param(
            """\
players: {coder: {model: offline}}
steps:
  a: {play: coder, prompt: hi}
""",
            id="built in",
        ),
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder}
""",
            id="no model",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL203" not in codes(melody)


def test_without_a_near_name_the_model_that_needs_no_key_is_offered() -> None:
    found = only("players: {a: {model: zzz}}\nsteps: {s: {play: a, prompt: hi}}\n")
    assert found.help is not None
    assert "`offline`" in found.help


def test_a_model_of_the_project_is_known(tmp_path: Path) -> None:
    melody = "players: {a: {model: house}}\nsteps: {s: {play: a, prompt: hi}}\n"
    made = in_project(tmp_path, "models: {house: offline/basic}\n", melody)
    assert made.diagnostics == ()
    assert made.ir is not None
    assert list(made.ir.models) == ["house"]


@pytest.mark.parametrize(
    "melody",
    [
        (
            "players: {a: {agent: {role: r, goal: g, backstory: b}, model: zzz}}\n"
            "steps: {s: {play: a, prompt: hi}}\n"
        ),
        (
            "players: {a: {model: offline}}\n"
            "steps: {s: {play: a, prompt: hi, policy: {retry: {vary: [{model: zzz}]}}}}\n"
        ),
    ],
)
def test_agents_and_later_attempts_need_models_that_exist(melody: str) -> None:
    assert codes(melody) == ["MEL203"]
