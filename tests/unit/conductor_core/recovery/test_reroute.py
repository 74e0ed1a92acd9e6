"""Another player with the same capability, chosen by the ladder."""

from __future__ import annotations

from tests.unit.conductor_core.melodies import melody, play, routed, step, trying
from tests.unit.conductor_core.stand import Stand, attempts, echo, fails, statuses
from workflow_ir.events import EventKind
from workflow_ir.players import Player, PythonPlayer
from workflow_ir.policy import Rung

REROUTE = (Rung.REROUTE,)


def able(*provides: str, fallback: tuple[str, ...] = ()) -> Player:
    return PythonPlayer(kind="python", target="m:f", provides=provides, fallback=fallback)


def test_the_next_player_with_a_capability_in_common_takes_over() -> None:
    players = {"a": able("draw"), "b": able("sing"), "c": able("draw", "sing"), "d": able("draw")}
    stand = Stand({"a": fails("player.crash"), "c": fails("player.bug")})
    guard = play("a", policy=trying(1), on_failure=REROUTE)
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == [
        "a player.crash reroute",
        "c player.bug reroute",
        "d success",
    ]
    assert statuses(result) == {"x": "recovered"}
    told = [event for event in stand.events if event.kind is EventKind.REROUTED]
    assert [(event.facts["instead_of"], event.facts["player"]) for event in told] == [
        ("a", "c"),
        ("c", "d"),
    ]


def test_nobody_is_asked_twice_and_fallbacks_are_no_routes() -> None:
    players = {"a": able("draw", fallback=("b",)), "b": able("draw"), "c": able("draw")}
    stand = Stand({name: fails("player.crash") for name in players})
    guard = play("a", policy=trying(1), on_failure=(Rung.FALLBACK, Rung.REROUTE))
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == [
        "a player.crash fallback",
        "b player.crash reroute",
        "c player.crash fail",
    ]
    decision = [event for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert decision.facts["rejected"] == [
        {"rung": "fallback", "reason": "no_healthy_alternative"},
        {"rung": "reroute", "reason": "no_healthy_alternative"},
    ]


def test_of_a_route_its_own_candidates_take_over() -> None:
    players = {"a": able("draw"), "b": able("draw"), "c": able("draw")}
    guard = routed("a", "c").model_copy(update={"on_failure": REROUTE})
    stand = Stand({"a": fails("player.crash"), "c": echo})
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == ["a player.crash reroute", "c success"]


def test_a_player_that_provides_nothing_has_no_peers() -> None:
    players = {"a": able(), "b": able()}
    stand = Stand({"a": fails("player.crash")})
    guard = play("a", policy=trying(1), on_failure=REROUTE)
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == ["a player.crash fail"]


def test_the_new_player_begins_with_limits_and_backoff_of_its_own() -> None:
    players = {"a": able("draw"), "b": able("draw")}
    stand = Stand({"a": fails("http.503"), "b": fails("http.503")})
    guard = play("a", policy=trying(3), on_failure=(Rung.RETRY, Rung.REROUTE))
    result = stand.run(melody(step("x", guard), players=players))
    assert attempts(result, "x") == [
        "a http.503 retry 1",
        "a http.503 retry 2",
        "a http.503 reroute",
        "b http.503 retry 1",
        "b http.503 retry 2",
        "b http.503 fail",
    ]
