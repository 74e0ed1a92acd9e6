"""Attempts side by side: the first success wins, together they are one attempt."""

from __future__ import annotations

import asyncio
from typing import Any

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import melody, play, step, trying
from tests.unit.conductor_core.stand import Act, Stand, attempts, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import PythonPlayer
from workflow_ir.policy import Budget, Hedge, Policy
from workflow_ir.result import RunResult


def in_turn(*acts: Act) -> Act:
    """The n-th call does the n-th act, whichever attempt it belongs to."""
    calls = iter(acts)

    async def act(request: PlayRequest, grant: Grant) -> Any:
        return await next(calls)(request, grant)

    return act


def fails_after(seconds: float, code: str) -> Act:
    return naps(seconds, StandardError.of(code))


def policy(attempts: int = 1, *, delay_s: float = 2, most: int = 1, **facts: Any) -> Policy:
    hedge = Hedge(delay_s=delay_s, max=most)
    return trying(attempts, **facts).model_copy(update={"hedge": hedge})


def ran(act: Act, policy: Policy, **facts: Any) -> tuple[RunResult, Stand]:
    stand = Stand({"hand": act})
    player = PythonPlayer(kind="python", target="m:f", **facts)
    ir = melody(step("x", play("hand", policy=policy)), players={"hand": player})
    return stand.run(ir), stand


def test_a_second_attempt_begins_beside_a_slow_one_and_the_first_success_wins() -> None:
    result, stand = ran(in_turn(naps(60, "late"), naps(3, "soon")), policy())
    assert result.steps["x"].output == "soon"
    assert attempts(result, "x") == ["hand success"]
    assert statuses(result) == {"x": "succeeded"}
    assert stand.elapsed == 5
    assert stand.told(EventKind.ATTEMPT_STARTED, EventKind.HEDGED) == [
        (EventKind.ATTEMPT_STARTED, "x"),
        (EventKind.HEDGED, "x"),
    ]


def test_a_quick_answer_needs_no_second_attempt() -> None:
    result, stand = ran(in_turn(naps(1, "quick")), policy())
    assert (result.steps["x"].output, stand.elapsed) == ("quick", 1)
    assert stand.told(EventKind.HEDGED) == []


def test_the_loser_is_cancelled_and_that_is_no_failure() -> None:
    ended: list[str] = []

    async def slow(request: PlayRequest, grant: Grant) -> Any:
        try:
            assert grant.clock is not None
            await grant.clock.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    result, stand = ran(in_turn(slow, naps(1, "won")), policy())
    assert ended == ["cancelled"]
    assert attempts(result, "x") == ["hand success"]
    assert stand.told(EventKind.ATTEMPT_FAILED) == []


def test_a_failure_starts_the_next_attempt_at_once() -> None:
    result, stand = ran(
        in_turn(fails_after(0.5, "transport.read"), naps(1, "second")), policy(delay_s=10)
    )
    assert (result.steps["x"].output, stand.elapsed) == ("second", 1.5)


def test_when_all_fail_it_is_one_failed_attempt_with_the_first_ones_error() -> None:
    act = in_turn(
        fails_after(3, "transport.read"), fails_after(5, "http.503"), naps(0, "after the retry")
    )
    result, stand = ran(act, policy(2, initial_s=1))
    assert attempts(result, "x") == ["hand transport.read retry 1", "hand success"]
    assert stand.elapsed == 8


def test_an_answer_that_does_not_pass_the_gate_wins_nothing() -> None:
    stand = Stand({"hand": in_turn(naps(3, {"n": 0}), naps(3, {"n": 5}))})
    guard = play("hand", policy=policy(), gate="output.n > 1")
    result = stand.run(
        melody(step("x", guard), players={"hand": PythonPlayer(kind="python", target="m:f")})
    )
    assert result.steps["x"].output == {"n": 5}


def test_what_may_act_only_once_is_never_hedged() -> None:
    result, stand = ran(in_turn(naps(60, "alone")), policy(), effects="once")
    assert (result.steps["x"].output, stand.elapsed) == ("alone", 60)


def test_the_time_limit_of_an_attempt_holds_for_each_of_them() -> None:
    result, stand = ran(
        in_turn(naps(60, "late"), naps(60, "late too")), policy(timeout_s=10, delay_s=4)
    )
    assert attempts(result, "x") == ["hand timeout.attempt fail"]
    assert stand.elapsed == 14


def test_every_one_of_them_is_paid() -> None:
    async def paid(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(3)
        return Success({}, usd=0.25, tokens=2)

    price = {"cost": {"usd": 0.25, "tokens": 2}}
    result, _ = ran(in_turn(paid, paid), policy(budget=Budget(usd=1)), **price)
    assert (result.usage.usd, result.usage.tokens) == (0.5, 4)


def test_no_second_attempt_begins_without_money_for_it() -> None:
    result, stand = ran(
        in_turn(naps(9, "alone")), policy(budget=Budget(usd=0.3)), cost={"usd": 0.25}
    )
    assert result.steps["x"].output == "alone"
    assert stand.told(EventKind.HEDGED) == []


def test_a_cancelled_run_ends_all_of_them() -> None:
    async def breaks(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(5)
        return StandardError.of("player.crash")

    stand = Stand({"hand": in_turn(naps(60), naps(60)), "other": breaks})
    players = {
        "hand": PythonPlayer(kind="python", target="m:f"),
        "other": PythonPlayer(kind="python", target="m:f"),
    }
    ir = melody(step("x", play("hand", policy=policy())), step("y", play("other")), players=players)
    result = stand.run(ir)
    assert statuses(result) == {"x": "cancelled", "y": "failed"}
    assert attempts(result, "x") == ["hand cancelled"]


def test_an_attempt_that_fails_for_good_ends_the_hedging() -> None:
    result, stand = ran(in_turn(fails("input.invalid")), policy(delay_s=5, most=3))
    assert attempts(result, "x") == ["hand input.invalid fail"]
    assert stand.elapsed == 0
