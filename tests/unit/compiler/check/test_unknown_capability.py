from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
players:
  judge: {python: "m:f", provides: [code.score]}
steps:
  a: {play: {provides: code.scor}}
"""
SHOWN = """\
error[MEL219]: no player provides `code.scor`
 --> t.melody.yaml:6:24
  |
6 |   a: {play: {provides: code.scor}}
  |                        ^^^^^^^^^ did you mean `code.score`?
  = help: melody check --fix    ·    melody explain MEL219
"""


def test_a_capability_that_nobody_provides_is_refused_with_the_nearest() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_the_players_that_could_have_been_meant_count_as_used() -> None:
    assert codes(CASE) == ["MEL219"]


@pytest.mark.parametrize("wanted", ["code.score", "code"])
def test_what_is_right_is_left_alone(wanted: str) -> None:
    assert codes(CASE.replace("code.scor}", f"{wanted}}}")) == []


def test_a_player_that_provides_it_and_is_disabled_is_pointed_at() -> None:
    found = only("""\
players:
  judge: {python: "m:f", provides: [code.score], enabled: false}
steps:
  a: {play: {provides: code.score}}
""")
    assert found.code == "MEL219"
    assert [note.message for note in found.notes] == ["`judge` provides it, and is disabled"]


def test_in_a_compensation_too() -> None:
    assert codes("steps: {a: {set: 1, compensate: {play: {provides: undo}}}}\n") == ["MEL219"]


def test_a_player_that_could_not_be_read_may_provide_it() -> None:
    melody = """\
players: {p: {python: "m:f", provdes: [x]}}
steps: {a: {play: {provides: x}}}
"""
    assert codes(melody) == ["MEL112"]
