from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, in_project, shown

CASE = """\
players: {coder: {python: "m:f"}, idle: {python: "m:g"}}
steps:
  a: {play: coder}
"""
SHOWN = """\
warning[MEL217]: player `idle` is never used
 --> t.melody.yaml:3:35
  |
3 | players: {coder: {python: "m:f"}, idle: {python: "m:g"}}
  |                                   ^^^^
  = help: remove it, or let a step `play: idle`
  = help: melody explain MEL217
"""


def test_a_player_that_no_step_plays_is_a_warning() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
players:
  a: {model: offline, fallback: [b]}
  b: {model: offline}
steps:
  s: {play: a, prompt: hi}
""",
            id="a fallback",
        ),
        pytest.param(
            """\
models: {smart: offline/basic}
players: {a: {model: smart}}
steps:
  s: {play: a, prompt: hi}
""",
            id="a model of a player",
        ),
        pytest.param(
            """\
inputs: {a: string}
steps:
  s: {set: "${{ inputs.a }}"}
""",
            id="an input",
        ),
        pytest.param(
            """\
inputs: {a: boolean}
steps:
  s: {set: 1, when: inputs.a}
""",
            id="an input in a condition",
        ),
        pytest.param(
            """\
inputs: {a: string}
steps:
  s: {set: "${{ inputs }}"}
""",
            id="all inputs at once",
        ),
        pytest.param(
            """\
inputs: {a: string}
steps:
  s: {set: "${{ inputs['a'] }}"}
""",
            id="read by its text",
        ),
        pytest.param(
            """\
inputs: {a: string}
steps:
  s: {set: 1}
outputs: {a: "${{ inputs.a }}"}
""",
            id="in outputs",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL217" not in codes(melody)


@pytest.mark.parametrize(
    "melody",
    [
        "players: {coder: {model: offline}}\nsteps: {a: {play: codr, prompt: hi}}\n",
        "players: {coder: {model: offline}}\nsteps: {a: {play: zzzzzz, prompt: hi}}\n",
        (
            "models: {smart: offline/basic}\nplayers: {p: {model: smrat}}\n"
            "steps: {a: {play: p, prompt: hi}}\n"
        ),
        'inputs: {brief: string}\nsteps: {a: {set: "${{ inputs.breif }}"}}\n',
        'inputs: {brief: string}\nsteps: {a: {set: "${{ inputs.brief + }}"}}\n',
    ],
)
def test_a_name_that_is_misspelt_where_it_is_used_is_no_follower(melody: str) -> None:
    assert len(codes(melody)) == 1
    assert "MEL217" not in codes(melody)


def test_a_misspelt_name_does_not_excuse_a_name_far_from_it() -> None:
    melody = """\
players: {coder: {model: offline}, zebra: {model: offline}}
steps: {a: {play: codr, prompt: hi}}
"""
    assert sorted(codes(melody)) == ["MEL202", "MEL217"]


def test_what_a_project_offers_need_not_be_used(tmp_path: Path) -> None:
    project = "players: {idle: {model: offline}}\nmodels: {m: offline/basic}\n"
    assert in_project(tmp_path, project, "steps: {a: {set: 1}}\n").diagnostics == ()


def test_everything_that_names_a_player_or_model_uses_it() -> None:
    assert (
        codes("""\
models: {m: offline/basic, n: offline/basic}
players:
  a: {agent: {role: r, goal: g, backstory: b}, model: m, tools: [t], requires: [q]}
  t: {python: "m:f"}
  q: {python: "m:f"}
  u: {python: "m:f"}
  v: {python: "m:f"}
  c: {python: "m:f", provides: [x]}
steps:
  s: {play: a, prompt: hi, policy: {retry: {vary: [{model: n}]}}}
  b: {play: {provides: x}, compensate: {play: u}}
  d: {set: 1, reconstruct: {from: "${{ steps.b.output }}", play: v}}
""")
        == []
    )
