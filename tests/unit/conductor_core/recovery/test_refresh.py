"""A refused credential is renewed at most twice, then somebody else is asked (seed 004)."""

from __future__ import annotations

from typing import Any

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import for_each, melody, play, step, trying
from tests.unit.conductor_core.stand import Stand, attempts, echo, fails, one_after_the_other
from workflow_ir.events import EventKind
from workflow_ir.players import Limits, Model, ModelPlayer, PythonPlayer
from workflow_ir.policy import Breaker, Importance, Rung
from workflow_ir.result import RunResult

RENEWED = PythonPlayer(kind="python", target="m:f", refresh="renew", fallback=("other",))
HAND = PythonPlayer(kind="python", target="m:f")
PLAYERS = {"api": RENEWED, "renew": HAND, "other": HAND}


def ran(stand: Stand, importance: Importance = Importance.CRITICAL) -> RunResult:
    guard = play("api", policy=trying(), importance=importance)
    return stand.run(melody(step("x", guard), players=PLAYERS))


def test_the_same_player_tries_again_at_once_with_a_renewed_credential() -> None:
    stand = Stand({"api": one_after_the_other(fails("auth.expired"), echo)})
    assert attempts(ran(stand), "x") == ["api auth.expired retry", "api success"]
    assert stand.told(EventKind.REFRESHED) == [(EventKind.REFRESHED, "x~refresh")]
    assert stand.played == ["x", "x~refresh", "x"]
    assert stand.elapsed == 0


def test_a_credential_is_renewed_twice_at_most() -> None:
    stand = Stand({"api": fails("auth.denied")})
    result = ran(stand)
    assert attempts(result, "x") == [
        "api auth.denied retry",
        "api auth.denied retry",
        "api auth.denied fallback",
        "other success",
    ]
    assert stand.played.count("x~refresh") == 2


def test_a_refresh_that_fails_leads_to_the_next_rung() -> None:
    stand = Stand({"api": fails("auth.expired"), "renew": fails("player.crash")})
    result = ran(stand)
    assert attempts(result, "x") == ["api auth.expired fallback", "other success"]
    decisions = [event.facts for event in stand.events if event.kind is EventKind.DECISION]
    assert [facts["decision"] for facts in decisions] == ["retry", "fallback"]
    assert decisions[1]["rejected"] == [{"rung": "retry", "reason": "not_retryable"}]


def test_forbidden_is_a_credential_problem_for_one_who_can_renew_it() -> None:
    stand = Stand({"api": one_after_the_other(fails("http.403"), echo)})
    guard = play("api", policy=trying(2)).model_copy(update={"on_failure": None})
    ladder = guard.policy.model_copy(update={"recovery": {"http.403": (Rung.RETRY,)}})
    guard = guard.model_copy(update={"policy": ladder})
    result = stand.run(melody(step("x", guard), players=PLAYERS))
    assert attempts(result, "x") == ["api http.403 retry", "api success"]


def test_without_a_player_that_renews_it_the_next_one_is_asked_at_once() -> None:
    players = {**PLAYERS, "api": HAND.model_copy(update={"fallback": ("other",)})}
    stand = Stand({"api": fails("auth.expired")})
    result = stand.run(melody(step("x", play("api", policy=trying())), players=players))
    assert attempts(result, "x") == ["api auth.expired fallback", "other success"]


def test_what_hides_a_refused_credential_is_marked_as_degraded() -> None:
    players = {**PLAYERS, "api": HAND.model_copy(update={"fallback": ("other",)})}
    for code, hidden in (
        ("auth.expired", True),
        ("player.bug", True),
        ("http.503", False),
    ):
        stand = Stand({"api": fails(code)})
        guard = play("api", policy=trying(1))
        result = stand.run(melody(step("x", guard), players=players))
        assert result.steps["x"].degraded is hidden, code
        assert result.steps["x"].to_json().get("degraded", False) is hidden


def test_a_model_of_the_same_provider_and_key_is_passed_over() -> None:
    async def told(request: PlayRequest, grant: Grant) -> Any:
        return {"by": request.player}

    players = {
        "a": ModelPlayer(kind="model", model="big", fallback=("b", "c")),
        "b": ModelPlayer(kind="model", model="small"),
        "c": ModelPlayer(kind="model", model="elsewhere"),
    }
    models = {
        "big": Model(model="acme/big"),
        "small": Model(model="acme/small"),
        "elsewhere": Model(model="other/any"),
    }
    ir = melody(step("x", play("a", policy=trying())), players=players)
    stand = Stand({"a": fails("auth.denied"), "b": told, "c": told})
    result = stand.run(ir.model_copy(update={"models": models}))
    assert attempts(result, "x") == ["a auth.denied fallback", "c success"]


def test_a_renewed_credential_closes_the_breaker_that_the_old_one_had_opened() -> None:
    policy = trying(5).model_copy(update={"breaker": Breaker(calls=1)})
    stand = Stand({"api": one_after_the_other(fails("auth.denied"), echo)})
    guard = play("api", policy=policy, importance=Importance.CRITICAL)
    result = stand.run(melody(step("x", guard), players=PLAYERS))
    assert attempts(result, "x") == ["api auth.denied retry", "api success"]


def test_nothing_is_renewed_for_a_failure_that_no_credential_would_cure() -> None:
    policy = trying(2, on=("http.402",), initial_s=1)
    stand = Stand({"api": one_after_the_other(fails("http.402"), echo)})
    guard = play("api", policy=policy, on_failure=(Rung.RETRY,))
    stand.run(melody(step("x", guard), players=PLAYERS))
    assert "x~refresh" not in stand.played


def test_the_limits_of_a_player_that_renews_hold_as_everywhere() -> None:
    going, most = 0, 0

    async def renews(request: PlayRequest, grant: Grant) -> Any:
        nonlocal going, most
        going += 1
        most = max(most, going)
        assert grant.clock is not None
        await grant.clock.sleep(1)
        going -= 1
        return {}

    players = {**PLAYERS, "renew": HAND.model_copy(update={"limits": Limits(concurrency=1)})}
    stand = Stand({"api": one_after_the_other(fails("auth.expired"), echo), "renew": renews})
    body = for_each("range(4)", play("api", policy=trying(2)))
    stand.run(melody(step("x", body), players=players))
    assert (most, stand.elapsed) == (1, 4)
