from __future__ import annotations

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
players:
  a: {python: "m:f", provides: [text]}
  b: {python: "m:f", provides: [code]}
steps:
  s: {play: {provides: text, prefer: [b]}}
  t: {play: b}
"""
SHOWN = """\
error[MEL221]: player `b` does not provide `text`, so it is never chosen
 --> t.melody.yaml:7:39
  |
7 |   s: {play: {provides: text, prefer: [b]}}
  |                                       ^
  = note: it provides `code` at t.melody.yaml:5:3
  = help: write `provides: [text]` at the player, or take it out of `prefer`
  = help: melody explain MEL221
"""


def test_a_preferred_player_must_provide_what_is_asked_for() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_what_is_right_is_left_alone() -> None:
    assert codes(CASE.replace("prefer: [b]", "prefer: [a]")) == []


def test_an_unknown_one_is_an_unknown_player_and_no_more() -> None:
    found = only(CASE.replace("prefer: [b]", "prefer: [nobody]"))
    assert found.code == "MEL202"


def test_one_that_provides_nothing_at_all_is_told_of_likewise() -> None:
    found = only(CASE.replace(", provides: [code]", ""))
    assert [note.message for note in found.notes] == ["it provides nothing"]
