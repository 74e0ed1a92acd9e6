from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players:
  m: {model: offline}
steps:
  a: {play: m, with: {key: "${{ secrets.KEY }}"}}
"""
SHOWN = """\
error[MEL404]: `m` tells its model what `with` gives it, so no secret may stand here
 --> t.melody.yaml:6:33
  |
6 |   a: {play: m, with: {key: "${{ secrets.KEY }}"}}
  |                                 ^^^^^^^^^^^
  = note: `m` is a player of kind `model` at t.melody.yaml:4:7
  = help: let a python, command or http player do what needs the secret
  = help: melody explain MEL404
"""


def test_what_a_model_is_given_is_sent_to_it() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "players",
    [
        "m: {agent: {role: r, goal: g}, model: offline}",
        'm: {python: "m:f", fallback: [n]}\n  n: {model: offline}',
        (
            'm: {python: "m:f", fallback: [n, m]}\n  n: {python: "m:f", fallback: [o]}\n'
            "  o: {model: offline}"
        ),
    ],
    ids=["an agent", "a fallback", "a fallback of a fallback"],
)
def test_others_that_ask_a_model_count_too(players: str) -> None:
    found = codes(CASE.replace("m: {model: offline}", players))
    assert [code for code in found if code != "MEL218"] == ["MEL404"]


def test_a_candidate_by_capability_counts_too() -> None:
    melody = CASE.replace("{model: offline}", "{model: offline, provides: [x]}")
    assert codes(melody.replace("play: m", "play: {provides: x}")) == ["MEL404"]


def test_a_function_may_be_given_a_secret() -> None:
    assert codes(CASE.replace("model: offline", 'python: "m:f"')) == []
