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


SCOPES = """\
steps:
  g: {steps: {x: {set: 1}}}
  p: {parallel: {left: {steps: {x: {set: 1}}}, right: {steps: {y: {set: 1}}}}}
  l: {repeat: {max: 2, until: "true", steps: {x: {steps: {deep: {set: 1}}}}}}
  u: {set: 1, compensate: {run: echo}}
"""


def test_addresses_name_the_branch_of_a_parallel_and_nothing_else() -> None:
    assert [step.address for step in symbols_of(SCOPES).steps] == [
        "g", "g.x", "p", "p.left.x", "p.right.y", "l", "l.x", "l.x.deep", "u",
    ]  # fmt: skip


def test_only_arms_are_called_arms() -> None:
    found = {step.address: step for step in symbols_of(SCOPES).steps}
    assert [scope.name for scope in found["p"].inner] == ["left", "right"]
    assert [scope.name for scope in found["g"].inner] == [""]
    assert found["p"].arms == ()
    assert [scope.name for scope in symbols_of(NESTED).steps[1].arms] == ["one"]


def test_a_compensation_belongs_to_its_step_and_is_none_itself() -> None:
    symbols = symbols_of(SCOPES)
    undone = symbols.steps[-1]
    assert undone.compensation is not None
    assert (undone.compensation.address, undone.compensation.host) == ("u~compensate", undone)
    assert [step.address for step in symbols.performances()][-2:] == ["u", "u~compensate"]


@pytest.mark.parametrize(
    ("step", "nests"),
    [
        ("{set: 1}", False),
        ("{for_each: [1], set: 1}", True),
        ("{steps: {x: {set: 1}}}", True),
        ("{branch: [{name: o, else: true}]}", False),
        ("{branch: [{name: o, else: true}], on_failure: skip}", True),
        ("{branch: [{name: o, else: true}], policy: {timeout: 1s}}", True),
    ],
)
def test_it_is_known_which_steps_have_a_graph_of_their_own(step: str, nests: bool) -> None:
    assert symbols_of(f"steps: {{a: {step}}}\n").steps[0].nests is nests


def test_players_are_reached_through_everything_that_names_them() -> None:
    symbols = symbols_of("""\
players:
  a: {agent: {role: r, goal: g, backstory: b}, model: offline, tools: [t], requires: [q]}
  t: {python: "m:f"}
  q: {python: "m:f"}
  r: {python: "m:f"}
  c: {python: "m:f"}
  idle: {python: "m:f"}
steps:
  s: {play: a, prompt: hi, reconstruct: {from: "${{ steps.b.output }}", play: r}}
  b: {set: 1, compensate: {play: c}}
""")
    assert sorted(symbols.reached_players()) == ["a", "c", "q", "r", "t"]


def test_players_are_reached_that_may_take_over_by_a_capability_of_one_that_is_played() -> None:
    symbols = symbols_of("""\
players:
  a: {python: "m:f", provides: [writing]}
  peer: {python: "m:f", provides: [editing, writing], fallback: [after]}
  next: {python: "m:f", provides: [editing]}
  after: {python: "m:f"}
  off: {python: "m:f", provides: [writing], enabled: false}
  part: {python: "m:f", provides: [writing.short]}
steps: {s: {play: a}}
""")
    assert symbols.reached_players() == ("a", "peer", "after", "next")
