"""A provider that keeps failing is left alone; retries of it run out of tokens."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.limits.guards import Guards
from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import for_each, melody, play, step, trying
from tests.unit.conductor_core.stand import Stand, attempts, code, fails
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model, ModelPlayer, Player, PythonPlayer
from workflow_ir.policy import Breaker, Importance, Policy, Rung, SucceedIf, Throttle
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

HAND = PythonPlayer(kind="python", target="m:f")
SPARE = PythonPlayer(kind="python", target="m:f", fallback=("other",))


def guarded_by(breaker: Breaker | None = None, **facts: Any) -> Policy:
    return trying(1).model_copy(update={"breaker": breaker, **facts})


def mapped(n: int, policy: Policy, players: dict[str, Player]) -> WorkflowIR:
    """A map over n items, one after the other, that bears any number of failures."""
    some = SucceedIf(kind="percent", percent=1)
    body = for_each(f"range({n})", play("hand", policy=policy), concurrency=1, succeed_if=some)
    return melody(step("x", body), players=players)


def reached(result: RunResult) -> list[int]:
    """Items whose first player was reached."""
    return [k for k in range(len(result.steps) - 1) if result.steps[f"x[{k}]"].attempts]


def test_after_enough_failures_no_attempt_reaches_the_player() -> None:
    stand = Stand({"hand": fails("http.503")})
    result = stand.run(mapped(6, guarded_by(Breaker(calls=3)), {"hand": HAND}))
    assert reached(result) == [0, 1, 2]
    left_alone = result.steps["x[3]"]
    assert left_alone.error is not None
    assert (left_alone.error.code, left_alone.attempts) == ("breaker.open", [])
    assert left_alone.error.retry_after_s == 30
    told = [event.facts for event in stand.events if event.kind is EventKind.BREAKER]
    assert [(facts["state"], facts["refused"]) for facts in told] == [
        ("open", False),
        ("open", True),
        ("open", True),
        ("open", True),
    ]


def test_who_is_left_alone_has_a_fallback_that_goes_on() -> None:
    stand = Stand({"hand": fails("http.503")})
    players: dict[str, Player] = {"hand": SPARE, "other": HAND}
    result = stand.run(mapped(5, guarded_by(Breaker(calls=2)), players))
    assert attempts(result, "x[1]") == ["hand http.503 fallback", "other success"]
    assert attempts(result, "x[4]") == ["other success"]
    assert result.steps["x[4]"].status.value == "recovered"
    decision = [event.facts for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert (decision["decision"], decision["rule"]) == ("fallback", "class:backend_failure")


def test_a_breaker_that_opens_stops_the_retries_of_its_target() -> None:
    policy = trying(9, initial_s=0.1).model_copy(update={"breaker": Breaker(calls=2)})
    stand = Stand({"hand": fails("http.503")})
    guard = play("hand", policy=policy, importance=Importance.CRITICAL)
    result = stand.run(melody(step("x", guard), players={"hand": HAND}))
    assert attempts(result, "x") == ["hand http.503 retry 0.1", "hand http.503 fail"]
    last = [event.facts for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert {"rung": "retry", "reason": "breaker_open"} in last["rejected"]


def test_a_fallback_whose_own_provider_is_left_alone_is_passed_over() -> None:
    stand = Stand({"hand": fails("http.503"), "other": fails("http.503")})
    players: dict[str, Player] = {
        "hand": PythonPlayer(kind="python", target="m:f", fallback=("other", "third")),
        "other": HAND,
        "third": HAND,
    }
    result = stand.run(mapped(4, guarded_by(Breaker(calls=2)), players))
    assert attempts(result, "x[0]") == [
        "hand http.503 fallback",
        "other http.503 fallback",
        "third success",
    ]
    assert attempts(result, "x[3]") == ["third success"]


def test_failed_gates_and_bad_formats_are_no_matter_of_the_provider() -> None:
    stand = Stand({"hand": fails("output.format")})
    result = stand.run(mapped(6, guarded_by(Breaker(calls=2)), {"hand": HAND}))
    assert reached(result) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("state", "reach"), [("forced_open", []), ("disabled", [0, 1, 2, 3])])
def test_a_breaker_is_set_by_hand(state: str, reach: list[int]) -> None:
    breaker = Breaker.model_validate({"calls": 1, "state": state})
    result = Stand({"hand": fails("http.503")}).run(mapped(4, guarded_by(breaker), {"hand": HAND}))
    assert reached(result) == reach


def test_models_of_one_provider_and_name_share_a_breaker_whatever_their_players_are_called() -> (
    None
):
    players: dict[str, Player] = {
        "hand": ModelPlayer(kind="model", model="a"),
        "twin": ModelPlayer(kind="model", model="b"),
    }
    models = {"a": Model(model="acme/big"), "b": Model(model="acme/big")}
    policy = guarded_by(Breaker(calls=1))
    first = step("x", play("hand", policy=policy, on_failure=(Rung.SKIP,)))
    second = step("y", play("twin", policy=policy), "x")
    ir = melody(first, second, players=players).model_copy(update={"models": models})
    result = Stand({"hand": fails("http.503")}).run(ir)
    assert code(result) == "breaker.open"


def test_a_run_that_can_be_repeated_starts_with_closed_breakers_and_acts_only_where_written() -> (
    None
):
    players: dict[str, Player] = {"hand": ModelPlayer(kind="model", model="a")}
    models = {"a": Model(model="acme/big")}
    ir = mapped(8, trying(1), players).model_copy(update={"models": models})
    result = Stand({"hand": fails("http.503")}).run(ir)
    assert reached(result) == list(range(8))


def test_unasked_a_breaker_acts_on_services_of_others_in_real_runs() -> None:
    for provider, reach in (("acme/big", 5), ("offline/basic", 8)):
        players: dict[str, Player] = {"hand": ModelPlayer(kind="model", model="a")}
        models = {"a": Model(model=provider)}
        ir = mapped(8, trying(1), players).model_copy(update={"models": models})
        stand = Stand({"hand": fails("http.503")}, seed=None, scripted=False)
        assert len(reached(stand.run(ir))) == reach


def test_retries_stop_when_the_tokens_of_the_target_are_used_up() -> None:
    policy = trying(9, initial_s=0.1).model_copy(update={"throttle": Throttle(tokens=4)})
    stand = Stand({"hand": fails("http.503")})
    result = stand.run(melody(step("x", play("hand", policy=policy)), players={"hand": HAND}))
    assert len(result.steps["x"].attempts) == 2
    last = [event.facts for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert {"rung": "retry", "reason": "no_retry_token"} in last["rejected"]


def test_a_cancelled_probe_gives_its_permit_back() -> None:
    async def hangs(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(1000)
        return StandardError.of("http.503")

    stand = Stand({"hand": hangs})
    policy = guarded_by(Breaker(calls=1, open_s=1))
    guard = play("hand", policy=policy.model_copy(update={"timeout_s": 5}))
    result = stand.run(melody(step("x", guard), players={"hand": HAND}))
    assert attempts(result, "x") == ["hand timeout.attempt fail"]


def test_runs_that_share_guards_share_what_they_have_seen() -> None:
    import asyncio
    from dataclasses import replace

    from adapters.native.compile import program
    from adapters.native.execute import walk
    from conductor_core.host import host
    from conductor_core.run import Run
    from workflow_ir.plan import plan

    stand = Stand({"hand": fails("http.503")})
    shared = Guards.of_run(stand.clock)
    ir = melody(
        step("x", play("hand", policy=guarded_by(Breaker(calls=2)))), players={"hand": HAND}
    )

    async def one() -> RunResult:
        graph = plan(ir)
        run = Run(ir, graph, {}, replace(stand.context(), guards=shared))
        return await host(run, lambda: walk(program(graph), run), backend="native")

    codes = [code(asyncio.run(one())) for _ in range(3)]
    assert codes == ["http.503", "http.503", "breaker.open"]
