from __future__ import annotations

import pytest

from compiler.analysis.symbols import Symbols
from tests.unit.compiler.compiling_aid import symbols_of

NESTED = """\
steps:
  a: {set: 1}
  r:
    for_each: [1]
    branch:
      - name: one
        else: true
        steps:
          i: {set: 1}
          q: {branch: [{name: two, else: true, steps: {deep: {set: 1}}}]}
  z: {set: 1}
"""


@pytest.fixture
def symbols() -> Symbols:
    return symbols_of(NESTED)


def test_steps_stand_in_file_order_each_with_its_address(symbols: Symbols) -> None:
    assert [step.address for step in symbols.steps] == [
        "a", "r", "r.one.i", "r.one.q", "r.one.q.two.deep", "z",
    ]  # fmt: skip


def test_an_inner_scope_sees_outer_steps_and_not_the_other_way_round(symbols: Symbols) -> None:
    deep = symbols.steps[4]
    assert list(deep.home.visible()) == ["deep", "i", "q", "a", "r", "z"]
    assert deep.home.find("z") is symbols.steps[5]
    assert symbols.root.find("deep") is None
    assert symbols.root.encloses(deep.home)
    assert not deep.home.encloses(symbols.root)


def test_the_maps_around_a_step_are_known(symbols: Symbols) -> None:
    deep = symbols.steps[4]
    assert [step.address for step in deep.maps()] == ["r"]
    assert list(symbols.steps[0].maps()) == []


def test_players_are_reached_through_fallbacks() -> None:
    symbols = symbols_of("""\
players:
  a: {model: offline, fallback: [b, gone]}
  b: {model: offline, fallback: [a]}
  idle: {model: offline}
steps: {s: {play: a, prompt: hi}}
""")
    assert symbols.reached_players() == ("a", "b", "gone")
    assert [player.name.value for player in symbols.own_players()] == ["a", "b", "idle"]
