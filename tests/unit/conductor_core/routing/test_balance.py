"""Choosing among players of one capability: pure, and in the run."""

from __future__ import annotations

from random import Random

import pytest

from conductor_core.routing.balance import balance
from conductor_core.run import Start
from tests.unit.conductor_core.melodies import for_each, melody, player, routed, step
from tests.unit.conductor_core.stand import Stand, attempts, fails, naps
from workflow_ir.events import EventKind
from workflow_ir.steps import Route

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def chosen(how: str, turns: int = 0, seed: int = 0, **running: int) -> str:
    route = Route.model_validate(
        {"provides": "work", "candidates": ("a", "b", "c"), "balance": how}
    )
    return balance(route, turns=turns, running=running, rng=Random(seed))


def test_priority_takes_the_first() -> None:
    assert chosen("priority", turns=5, a=9) == "a"


def test_round_robin_takes_the_next_at_every_turn() -> None:
    assert [chosen("round_robin", turns=n) for n in range(5)] == ["a", "b", "c", "a", "b"]


def test_least_loaded_takes_who_has_least_to_do_and_of_equals_the_first() -> None:
    assert chosen("least_loaded", a=2, b=1, c=1) == "b"
    assert chosen("least_loaded", a=1, b=1) == "c"
    assert chosen("least_loaded") == "a"


def test_random_is_the_same_for_the_same_seed_and_reaches_everybody() -> None:
    drawn = [chosen("random", seed=n) for n in range(40)]
    assert drawn == [chosen("random", seed=n) for n in range(40)]
    assert set(drawn) == {"a", "b", "c"}


@BOTH
@pytest.mark.parametrize(
    ("how", "players"),
    [
        ("round_robin", ["a", "b", "a", "b"]),
        ("priority", ["a"] * 4),
        ("least_loaded", ["a", "b"] * 2),
    ],
)
def test_items_of_a_map_are_spread(how: str, players: list[str], start: Start) -> None:
    stand = Stand({"a": naps(2), "b": naps(2)})
    result = stand.run(
        melody(step("m", for_each("range(4)", routed("a", "b", balance=how)))), start
    )
    assert [result.steps[f"m[{n}]"].player for n in range(4)] == players


@BOTH
def test_steps_that_ask_for_the_same_take_turns(start: Start) -> None:
    one, other = routed("a", "b", balance="round_robin"), routed("a", "b", balance="round_robin")
    result = Stand().run(melody(step("x", one), step("y", other, "x")), start)
    assert [result.steps[path].player for path in "xy"] == ["a", "b"]


@BOTH
def test_the_choice_is_recorded_and_its_fallbacks_take_over(start: Start) -> None:
    ir = melody(
        step("x", routed("a", "b", provides="code.score")),
        players={"a": player("z"), "b": player()},
    )
    stand = Stand({"a": fails("http.503")})
    result = stand.run(ir, start)
    assert attempts(result, "x") == ["a http.503 fallback", "z success"]
    (event,) = (event for event in stand.events if event.kind is EventKind.ROUTED)
    assert (event.path, event.facts) == (
        "x",
        {
            "provides": "code.score",
            "candidates": ["a", "b"],
            "balance": "priority",
            "player": "a",
        },
    )
