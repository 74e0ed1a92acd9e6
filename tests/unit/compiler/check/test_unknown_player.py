from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, in_project, ir_of, only, shown

CASE = """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: codr, prompt: hi}
"""
SHOWN = """\
error[MEL202]: there is no player `codr`
 --> t.melody.yaml:6:13
  |
6 |   a: {play: codr, prompt: hi}
  |             ^^^^ did you mean `coder`?
  = help: melody check --fix    ·    melody explain MEL202
"""


def test_a_misspelt_player_is_shown_with_the_nearest_name() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder}
""",
            id="defined",
        ),
        pytest.param(
            """\
players:
  a: {model: offline, fallback: [b]}
  b: {model: offline}
steps:
  x: {play: a, prompt: hi}
""",
            id="fallback",
        ),
        pytest.param(
            """\
steps:
  a: {run: git log}
""",
            id="run",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL202" not in codes(melody)


def test_a_misspelt_fallback_is_found_too() -> None:
    found = only("""\
players: {a: {model: offline, fallback: [aa]}}
steps: {s: {play: a, prompt: hi}}
""")
    assert found.code == "MEL202"
    assert found.label == "did you mean `a`?"


def test_a_name_without_a_near_one_lists_some_of_the_players() -> None:
    players = "".join(f"  p{n}: {{model: offline}}\n" for n in range(20))
    found = compiled(f"players:\n{players}steps: {{a: {{play: zzzzzz, prompt: hi}}}}\n").diagnostics
    assert [one.code for one in found] == ["MEL202"]
    assert found[0].help is not None
    assert found[0].help.endswith("and 12 more")


def test_without_any_player_the_help_says_where_they_are_defined() -> None:
    assert only("steps: {a: {play: coder, prompt: hi}}\n").help == "define it under `players:`"


def test_a_player_of_the_project_is_known_and_its_fallbacks_are_checked(tmp_path: Path) -> None:
    project = "players:\n  ours: {model: offline, fallback: [gone]}\n  other: {model: nope}\n"
    made = in_project(tmp_path, project, "steps: {a: {play: ours, prompt: hi}}\n")
    (found,) = made.diagnostics
    assert found.code == "MEL202"
    assert found.span is not None
    assert found.span.file.endswith("melody.project.yaml")


def test_the_player_that_renews_a_credential_must_be_there_and_is_used() -> None:
    players = 'players:\n  a: {python: "m:f", refresh: NAME}\n  renew: {python: "m:g"}\n'
    text = f"{players}steps: {{s: {{play: a}}}}\n"
    found = only(text.replace("refresh: NAME", "refresh: renw, fallback: [renew]"))
    assert (found.code, found.label) == ("MEL202", "did you mean `renew`?")
    ir = ir_of(text.replace("NAME", "renew"))
    assert ir.players["a"].refresh == "renew"
    assert set(ir.players) == {"a", "renew"}


def test_a_disabled_player_renews_nothing() -> None:
    ir = ir_of(
        'players: {a: {python: "m:f", refresh: r}, r: {python: "m:g", enabled: false}}\n'
        "steps: {s: {play: a}}\n"
    )
    assert ir.players["a"].refresh is None
