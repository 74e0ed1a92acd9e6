"""What a player does by itself counts against what the policy allows: no storm of retries."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import melody, play, step, trying
from tests.unit.conductor_core.stand import Act, Stand, attempts, code
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.players import Limits, PythonPlayer
from workflow_ir.policy import Budget, Importance, Policy
from workflow_ir.result import RunResult


def ran(act: Act, policy: Policy, **facts: Any) -> tuple[RunResult, Stand]:
    stand = Stand({"hand": act})
    player = PythonPlayer(kind="python", target="m:f", **facts)
    ir = melody(step("x", play("hand", policy=policy)), players={"hand": player})
    return stand.run(ir), stand


@pytest.mark.parametrize(
    ("allowed", "granted", "calls", "tries"),
    [(3, 1, 3, 3), (3, 3, 3, 1), (5, 3, 5, 2), (4, 3, 4, 2), (1, 9, 1, 1), (27, 27, 27, 1)],
)
def test_calls_that_reach_the_provider_never_exceed_the_allowance(
    allowed: int, granted: int, calls: int, tries: int
) -> None:
    counted = 0

    async def stubborn(request: PlayRequest, grant: Grant) -> Any:
        nonlocal counted
        counted += grant.attempts
        return StandardError.of("http.503", attempts=grant.attempts)

    result, _ = ran(stubborn, trying(allowed), grant_attempts=granted)
    assert counted == calls
    assert len(result.steps["x"].attempts) == tries


def test_a_player_that_does_not_report_is_charged_its_grant() -> None:
    async def silent(request: PlayRequest, grant: Grant) -> Any:
        return StandardError.of("http.503")

    result, _ = ran(silent, trying(5), grant_attempts=2)
    assert attempts(result, "x") == [
        "hand http.503 retry 2",
        "hand http.503 retry 8",
        "hand http.503 fail",
    ]


def test_a_player_is_told_its_bounds() -> None:
    seen: list[Grant] = []

    async def looks(request: PlayRequest, grant: Grant) -> Any:
        seen.append(grant)
        return {}

    policy = trying(4, timeout_s=9, budget=Budget(usd=2, tokens=50)).model_copy(
        update={"memory_bytes": 300, "cpu": 0.5, "may_degrade": False}
    )
    limits = Limits(memory_bytes=200, cpu=0.75, output_bytes=7)
    _, stand = ran(looks, policy, grant_attempts=3, limits=limits, effects="once")
    (grant,) = seen
    assert grant.deadline == stand.clock.now() + 9
    assert (grant.attempts, grant.effects, grant.may_degrade) == (3, "once", False)
    assert (grant.usd, grant.tokens) == (2, 50)
    assert (grant.memory_bytes, grant.cpu, grant.output_bytes) == (200, 0.5, 7)


def test_money_that_is_spent_is_not_granted_again() -> None:
    seen: list[tuple[float | None, int | None]] = []

    async def spends(request: PlayRequest, grant: Grant) -> Any:
        seen.append((grant.usd, grant.tokens))
        if len(seen) == 1:
            return StandardError.of("transport.connect", cost=Cost(0.25, 4))
        return Success({}, usd=0.25, tokens=4)

    result, _ = ran(spends, trying(3, budget=Budget(usd=1, tokens=10)))
    assert code(result) is None
    assert seen == [(1, 10), (0.75, 6)]


def test_a_degraded_answer_is_marked_and_refused_where_policy_forbids_it() -> None:
    async def coarse(request: PlayRequest, grant: Grant) -> Any:
        return Success({"precision": 0.5}, degraded=True)

    result, _ = ran(coarse, trying(1))
    assert result.steps["x"].to_json()["degraded"] is True
    assert result.status.value == "succeeded"
    strict = trying(1).model_copy(update={"may_degrade": False})
    result, _ = ran(coarse, strict)
    assert attempts(result, "x") == ["hand unable_to_complete fail"]
    assert code(result) == "unable_to_complete"


def test_parameters_change_from_attempt_to_attempt_and_the_last_ones_repeat() -> None:
    seen: list[dict[str, Any]] = []

    async def looks(request: PlayRequest, grant: Grant) -> Any:
        seen.append(dict(request.parameters))
        return StandardError.of("output.format")

    vary = ({"temperature": 0.2}, {"model": "cheap"})
    result, _ = ran(looks, trying(4, vary=vary))
    assert seen == [{}, {"temperature": 0.2}, {"model": "cheap"}, {"model": "cheap"}]
    assert [one.decision for one in result.steps["x"].attempts] == ["retry"] * 3 + ["fail"]


def test_a_new_player_begins_with_its_own_parameters() -> None:
    seen: list[tuple[str, dict[str, Any]]] = []

    async def looks(request: PlayRequest, grant: Grant) -> Any:
        seen.append((request.player, dict(request.parameters)))
        return StandardError.of("output.format")

    stand = Stand({"a": looks, "b": looks})
    players = {
        "a": PythonPlayer(kind="python", target="m:f", fallback=("b",)),
        "b": PythonPlayer(kind="python", target="m:f"),
    }
    policy = trying(2, vary=({"top_p": 0.1},))
    guard = play("a", policy=policy, importance=Importance.HIGH)
    stand.run(melody(step("x", guard), players=players))
    assert seen == [("a", {}), ("a", {"top_p": 0.1}), ("b", {}), ("b", {"top_p": 0.1})]


def test_changed_parameters_are_told_with_the_attempt() -> None:
    async def fails(request: PlayRequest, grant: Grant) -> Any:
        return StandardError.of("output.format")

    _, stand = ran(fails, trying(3, vary=({"temperature": 0.2},)))
    begun = [event.facts for event in stand.events if event.kind is EventKind.ATTEMPT_STARTED]
    assert [facts.get("parameters") for facts in begun] == [
        None,
        {"temperature": 0.2},
        {"temperature": 0.2},
    ]


def test_a_player_that_was_left_behind_is_told_of() -> None:
    async def gone(request: PlayRequest, grant: Grant) -> Any:
        return StandardError.of("unable_to_complete", detail={"left_behind": True})

    _, stand = ran(gone, trying(1))
    (event,) = [event for event in stand.events if event.kind is EventKind.LEFT_BEHIND]
    assert (event.path, event.facts["player"]) == ("x", "hand")
