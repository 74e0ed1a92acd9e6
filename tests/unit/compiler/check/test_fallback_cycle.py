from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
players:
  a: {model: offline, fallback: [b]}
  b: {model: offline, fallback: [a]}
steps:
  s: {play: a, prompt: hi}
"""
SHOWN = """\
error[MEL218]: these players fall back on one another: `a` -> `b` -> `a`
 --> t.melody.yaml:4:34
  |
4 |   a: {model: offline, fallback: [b]}
  |                                  ^
  = help: a chain of fallbacks must come to an end; remove one of the entries
  = help: melody explain MEL218
"""


def test_players_that_fall_back_on_one_another_are_shown() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
players:
  a: {model: offline, fallback: [b, c]}
  b: {model: offline, fallback: [c]}
  c: {model: offline}
steps:
  s: {play: a, prompt: hi}
""",
            id="a chain",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL218" not in codes(melody)


def test_a_player_that_falls_back_on_itself_is_a_circle() -> None:
    found = only(
        "players: {a: {model: offline, fallback: [a]}}\nsteps: {s: {play: a, prompt: x}}\n"
    )
    assert found.message == "these players fall back on one another: `a` -> `a`"


def test_two_circles_are_two_problems() -> None:
    assert codes("""\
players:
  a: {model: offline, fallback: [b]}
  b: {model: offline, fallback: [a]}
  c: {model: offline, fallback: [c]}
steps:
  s: {play: a, prompt: hi}
  t: {play: c, prompt: hi}
""") == ["MEL218", "MEL218"]


def test_players_that_require_one_another_are_a_circle_too() -> None:
    found = only("""\
players:
  z: {python: "m:f", requires: [b]}
  a: {python: "m:f", requires: [z]}
  b: {python: "m:f", requires: [a]}
steps: {s: {play: a}}
""")
    assert (found.code, found.message) == (
        "MEL218",
        "these players require one another: `z` -> `b` -> `a` -> `z`",
    )


def test_requiring_a_fallback_is_no_circle() -> None:
    assert (
        codes("""\
players:
  a: {python: "m:f", fallback: [b]}
  b: {python: "m:f", requires: [a]}
steps: {s: {play: a}}
""")
        == []
    )


def test_a_long_chain_is_walked_without_recursion() -> None:
    size = 3000
    players = "".join(f'  p{n}: {{python: "m:f", fallback: [p{n + 1}]}}\n' for n in range(size))
    steps = f'  p{size}: {{python: "m:f", fallback: [p0]}}\nsteps: {{s: {{play: p0}}}}\n'
    assert codes(f"players:\n{players}{steps}") == ["MEL218"]


def test_players_that_renew_one_another_are_a_circle() -> None:
    found = only("""\
players:
  a: {python: "m:f", refresh: b}
  b: {python: "m:f", refresh: a}
steps: {s: {play: a}}
""")
    assert (found.code, found.message) == (
        "MEL218",
        "these players renew one another's credentials: `a` -> `b` -> `a`",
    )
    assert codes('players: {a: {python: "m:f", refresh: a}}\nsteps: {s: {play: a}}\n') == ["MEL218"]


def test_agents_that_are_tools_of_one_another_are_a_circle() -> None:
    found = only("""\
models: {m: offline/basic}
players:
  a: {agent: {role: r, goal: g}, model: m, tools: [t, b]}
  b: {agent: {role: r, goal: g}, model: m, tools: [a]}
  t: {python: "m:f"}
steps: {s: {play: a}}
""")
    assert (found.code, found.message) == (
        "MEL218",
        "these agents are tools of one another: `a` -> `b` -> `a`",
    )


def test_a_tool_that_falls_back_on_its_agent_is_no_circle() -> None:
    """A tool is asked alone: its fallbacks do not take over."""
    assert (
        codes("""\
models: {m: offline/basic}
players:
  a: {agent: {role: r, goal: g}, model: m, tools: [t]}
  t: {python: "m:f", fallback: [a]}
steps: {s: {play: a}}
""")
        == []
    )
