from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.check.calling_aid import calling
from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
players: {p: {python: "m:f", input: {path: string, size: "number?"}}}
steps:
  a: {play: p, with: {pth: x}}
"""
SHOWN = """\
error[MEL222]: player `p` has no input `pth`
 --> t.melody.yaml:5:23
  |
5 |   a: {play: p, with: {pth: x}}
  |                       ^^^ did you mean `path`?
  = help: melody check --fix    ·    melody explain MEL222
"""


def test_a_key_that_a_player_does_not_ask_for_is_one_mistake() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "step",
    ["{play: p, with: {path: x}}", "{play: p, with: {path: x, size: 2}}"],
)
def test_what_is_right_is_left_alone(step: str) -> None:
    assert codes(CASE.replace("{play: p, with: {pth: x}}", step)) == []


def test_a_player_that_declares_nothing_takes_anything() -> None:
    assert codes('players: {p: {python: "m:f"}}\nsteps: {a: {play: p, with: {x: 1}}}\n') == []


def test_what_is_free_is_listed_where_nothing_is_near() -> None:
    found = only(CASE.replace("{pth: x}", "{path: x, colour: red}"))
    assert (found.code, found.help) == ("MEL222", "inputs not given yet: `size`")


def test_the_inputs_of_a_sub_melody_are_known(tmp_path: Path) -> None:
    step = "{call: ./docs.melody.yaml, with: {topic: x, size: 1, notte: y}}"
    (found,) = calling(tmp_path, step).diagnostics
    assert (found.code, found.message) == ("MEL222", "sub-melody `docs` has no input `notte`")
    assert found.label == "did you mean `note`?"


def test_players_that_ask_for_different_things_are_not_judged() -> None:
    melody = """\
players:
  a: {python: "m:f", provides: [x], input: {one: string}}
  b: {python: "m:f", provides: [x], input: {two: string}}
steps: {a: {play: {provides: x}, with: {three: 1}}}
"""
    assert codes(melody) == []
