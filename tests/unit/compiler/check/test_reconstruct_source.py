from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players: {p: {python: "m:f"}}
steps:
  b: {set: 1}
  a: {set: 1, reconstruct: {from: text, play: p}}
"""
SHOWN = """\
error[MEL229]: this reads no step's output
 --> t.melody.yaml:6:35
  |
6 |   a: {set: 1, reconstruct: {from: text, play: p}}
  |                                   ^^^^
  = help: write `from: ${{ steps.ID.output }}` with a step whose output holds what is needed
  = help: melody explain MEL229
"""


def test_something_is_made_again_from_what_another_step_gave() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("${{ steps.b.output }}", []),
        ("From ${{ steps.b.output }}", []),
        ("${{ steps.later.output }}", []),
        ("${{ steps.a.output }}", ["MEL229"]),
        ("${{ inputs }}", ["MEL229"]),
        ("${{ steps.x.output }}", ["MEL201"]),
    ],
)
def test_the_source_is_another_step(source: str, found: list[str]) -> None:
    melody = CASE.replace("from: text", f'from: "{source}"')
    assert codes(f"{melody}  later: {{set: 1, when: steps.b.output > 0}}\n") == found


def test_its_player_must_exist() -> None:
    melody = CASE.replace("from: text, play: p", 'from: "${{ steps.b.output }}", play: q')
    assert "MEL202" in codes(melody)
