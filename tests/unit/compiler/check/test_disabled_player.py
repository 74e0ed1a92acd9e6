from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players:
  off: {python: "m:f", enabled: false}
steps:
  a: {play: off}
"""
SHOWN = """\
error[MEL220]: player `off` is disabled
 --> t.melody.yaml:6:13
  |
6 |   a: {play: off}
  |             ^^^
  = note: it is disabled at t.melody.yaml:4:33
  = help: remove `enabled: false` there, or name another player here
  = help: melody explain MEL220
"""


def test_a_step_may_not_play_a_disabled_player() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_an_enabled_player_may_be_played() -> None:
    assert codes(CASE.replace("enabled: false", "enabled: true")) == []


@pytest.mark.parametrize(
    "melody",
    [
        """\
players: {on: {python: "m:f", requires: [off]}, off: {python: "m:f", enabled: false}}
steps: {a: {play: on}}
""",
        """\
players: {off: {python: "m:f", enabled: false}}
steps: {b: {set: 1}, a: {set: 1, reconstruct: {from: "${{ steps.b.output }}", play: off}}}
""",
        """\
players: {off: {python: "m:f", enabled: false}}
steps: {a: {set: 1, compensate: {play: off}}}
""",
    ],
)
def test_nor_may_anything_else_need_one(melody: str) -> None:
    assert codes(melody) == ["MEL220"]


def test_what_a_disabled_player_requires_does_not_matter() -> None:
    melody = """\
players:
  off: {python: "m:f", enabled: false, requires: [too]}
  too: {python: "m:f", enabled: false}
  on: {python: "m:f", fallback: [off]}
steps: {a: {play: on}}
"""
    assert codes(melody) == ["MEL227"]
