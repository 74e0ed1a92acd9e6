"""Asking another player in the course of an attempt: in its place, from its purse, in its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from conductor_core.ports import Backstage, Grant, PlayRequest
from tests.unit.conductor_core.agents.chatting import an_agent
from tests.unit.conductor_core.melodies import expr, for_each, mapping, melody, play, step, trying
from tests.unit.conductor_core.stand import (
    Act,
    Stand,
    attempts,
    code,
    echo,
    fails,
    naps,
    one_after_the_other,
)
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Cost, Limits, Player, PythonPlayer
from workflow_ir.policy import Budget, Hedge, Rung

Uses = Callable[[Backstage], Awaitable[Any]]


def asks(use: Uses) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        assert grant.backstage is not None
        return await use(grant.backstage)

    return act


def told(answer: Success | StandardError) -> Any:
    return answer.code if isinstance(answer, StandardError) else answer.output


def tool(**facts: Any) -> Player:
    return PythonPlayer(kind="python", target="m:f", **facts)


def players(**facts: Any) -> dict[str, Player]:
    return {"agent": an_agent("tool"), "tool": tool(**facts), "free": tool()}


async def once(backstage: Backstage) -> Any:
    return told(await backstage.ask("tool", {"x": 1}, "tool.1"))


def test_a_tool_is_asked_at_its_own_path_with_what_it_is_given() -> None:
    seen: list[PlayRequest] = []

    async def sees(request: PlayRequest, grant: Grant) -> Any:
        seen.append(request)
        assert grant.backstage is None
        return {"got": request.with_}

    stand = Stand({"agent": asks(once), "tool": sees})
    result = stand.run(melody(step("s", play("agent")), players=players()))
    assert result.steps["s"].output == {"got": {"x": 1}}
    assert list(result.steps) == ["s"]
    assert (seen[0].path, seen[0].player, seen[0].with_) == ("s~tool.1", "tool", {"x": 1})


def test_time_passes_by_what_a_tool_sleeps_and_by_nothing_else() -> None:
    async def twice(backstage: Backstage) -> Any:
        return [await once(backstage), await once(backstage)]

    stand = Stand({"agent": asks(twice), "tool": naps(5, "t"), "free": naps(7)})
    ir = melody(step("s", play("agent")), step("b", play("free")), players=players())
    stand.run(ir)
    assert stand.elapsed == 10


def test_with_one_place_in_the_run_the_tool_works_in_that_of_its_agent() -> None:
    stand = Stand({"agent": asks(once), "tool": naps(5, "t"), "free": naps(1)})
    ir = melody(
        step("s", play("agent")), step("b", play("free")), players=players(),
        concurrency=1,
    )  # fmt: skip
    assert stand.run(ir).steps["s"].output == "t"
    assert stand.played == ["s", "s~tool.1", "b"]
    assert stand.elapsed == 6


def test_a_step_that_waits_for_the_run_with_the_tools_only_place_does_not_wait_for_ever() -> None:
    """Each would have what the other one waits for, if the agent kept its place of the run."""
    stand = Stand({"agent": asks(once), "tool": naps(2, "t")})

    async def slowly(backstage: Backstage) -> Any:
        await stand.clock.sleep(1)
        return await once(backstage)

    stand.acts["agent"] = asks(slowly)
    ir = melody(
        step("s", play("agent")), step("b", play("tool")),
        players=players(limits=Limits(concurrency=1)), concurrency=1,
    )  # fmt: skip
    result = stand.run(ir)
    assert [record.status.value for record in result.steps.values()] == ["succeeded"] * 2
    assert stand.elapsed == 5


def test_a_tool_keeps_its_own_limit_however_many_agents_ask_it() -> None:
    going, most = 0, 0

    async def counts(request: PlayRequest, grant: Grant) -> Any:
        nonlocal going, most
        going, most = going + 1, max(most, going + 1)
        assert grant.clock is not None
        await grant.clock.sleep(3)
        going -= 1
        return "t"

    stand = Stand({"agent": asks(once), "tool": counts})
    known = players(limits=Limits(concurrency=2, per_minute=4))
    stand.run(melody(step("s", for_each("range(6)", play("agent"))), players=known))
    assert (most, stand.elapsed) == (2, 63)
    assert {event.path for event in stand.events if event.kind is EventKind.LIMITED} == {
        "s[4]~tool.1", "s[5]~tool.1",
    }  # fmt: skip


def test_who_is_cancelled_while_it_waits_for_a_tool_leaves_every_place_as_it_was() -> None:
    together: list[int] = []

    async def counts(request: PlayRequest, grant: Grant) -> Any:
        together.append(sum(n for path, n in stand.going.items() if path.startswith("f")))
        assert grant.clock is not None
        await grant.clock.sleep(1)

    stand = Stand({"agent": asks(once), "tool": naps(9, "t"), "free": counts})
    gives_up = play("agent", policy=trying(1, timeout_s=2), on_failure=(Rung.SKIP,))
    ir = melody(
        step("t", play("tool")), step("s", gives_up),
        *(step(f"f{n}", play("free"), tolerates=("s",)) for n in range(4)),
        players=players(limits=Limits(concurrency=1)), concurrency=2,
    )  # fmt: skip
    result = stand.run(ir)
    assert result.steps["s"].status.value == "gap"
    assert (together, stand.elapsed) == ([1, 1, 1, 1], 9)


def test_a_tool_has_a_limit_of_its_own_within_that_of_its_agent() -> None:
    stand = Stand({"agent": asks(once), "tool": naps(60)})
    result = stand.run(melody(step("s", play("agent")), players=players(timeout_s=4)))
    assert (result.steps["s"].output, stand.elapsed) == ("timeout.attempt", 4)


def test_a_tool_is_told_when_the_time_of_its_agent_is_over() -> None:
    async def left(request: PlayRequest, grant: Grant) -> Any:
        assert grant.deadline is not None
        assert grant.clock is not None
        return grant.deadline - grant.clock.now()

    async def slowly(backstage: Backstage) -> Any:
        await stand.clock.sleep(3)
        return await once(backstage)

    stand = Stand({"agent": asks(slowly), "tool": left})
    policy = trying(1, timeout_s=10)
    result = stand.run(melody(step("s", play("agent", policy=policy)), players=players()))
    assert result.steps["s"].output == 7


def test_a_tool_of_a_tool_is_told_so_too() -> None:
    async def left(request: PlayRequest, grant: Grant) -> Any:
        assert grant.deadline is not None
        return grant.deadline - stand.clock.now()

    async def slowly(backstage: Backstage) -> Any:
        await stand.clock.sleep(3)
        return told(await backstage.ask("inner", {}, "tool.1"))

    stand = Stand({"agent": asks(slowly), "inner": asks(once), "tool": left})
    known = {**players(), "inner": an_agent("tool")}
    ir = melody(step("s", play("agent", policy=trying(1, timeout_s=10))), players=known)
    assert stand.run(ir).steps["s"].output == 7


def test_an_agent_that_waits_beside_its_tool_moves_nobodys_time() -> None:
    async def both(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        assert grant.backstage is not None
        await asyncio.gather(grant.clock.sleep(3), grant.backstage.ask("tool", {}, "tool.1"))
        return "done"

    async def works(request: PlayRequest, grant: Grant) -> Any:
        for _ in range(100):
            await asyncio.sleep(0)
        return stand.elapsed

    stand = Stand({"agent": both, "tool": naps(5), "free": works})
    result = stand.run(melody(step("s", play("agent")), step("b", play("free")), players=players()))
    assert (result.steps["b"].output, stand.elapsed) == (0, 5)


def test_a_tool_is_paid_from_the_purse_of_its_step() -> None:
    stand = Stand({"agent": asks(once), "tool": echo})
    policy = trying(1, budget=Budget(usd=1))
    known = players(cost=Cost(usd=0.75))

    async def twice(backstage: Backstage) -> Any:
        return [await once(backstage), await once(backstage)]

    stand.acts["agent"] = asks(twice)
    result = stand.run(melody(step("s", play("agent", policy=policy)), players=known))
    assert result.steps["s"].output == [{"x": 1}, "policy.budget"]
    assert result.usage.usd == 0.75


def test_no_secret_is_in_what_a_tool_answers_to_a_model() -> None:
    async def talks(request: PlayRequest, grant: Grant) -> Any:
        return {"said": "the key is hunter2222"}

    stand = Stand({"agent": asks(once), "tool": talks}, secrets={"KEY": "hunter2222"})
    ir = melody(
        step("s", play("agent")), players=players(), result=mapping(o=expr("steps.s.output.said"))
    )
    assert "hunter2222" not in str(stand.run(ir).outputs)
    assert "the key is" in str(stand.run(ir).outputs)


def test_the_key_of_a_call_is_equal_in_a_later_attempt_and_tells_inputs_apart() -> None:
    keys: list[str] = []

    async def sees(request: PlayRequest, grant: Grant) -> Any:
        keys.append(request.idempotency_key)
        return "t"

    async def first(backstage: Backstage) -> Any:
        await backstage.ask("tool", {"x": 1}, "tool.1")
        await backstage.ask("tool", {"x": 2}, "tool.2")
        return StandardError.of("http.503")

    async def second(backstage: Backstage) -> Any:
        await backstage.ask("tool", {"x": 2}, "tool.1")
        return "done"

    acts = one_after_the_other(asks(first), asks(second))
    stand = Stand({"agent": acts, "tool": sees})
    stand.run(melody(step("s", play("agent", policy=trying(2))), players=players()))
    assert len(keys) == 3
    assert keys[0] != keys[1]
    assert keys[1] == keys[2]


def by_key(key: str) -> Uses:
    async def use(backstage: Backstage) -> Any:
        known = backstage.done("tool", key)
        answer = await backstage.ask("tool", {"x": key}, "tool.1", effects_key=key)
        return known, told(answer)

    return use


def then_fails(use: Uses) -> Uses:
    async def both(backstage: Backstage) -> Any:
        await use(backstage)
        return StandardError.of("http.503")

    return both


def retried(first: Uses, second: Uses, does: Act, *, effects: str = "once", **facts: Any) -> Stand:
    stand = Stand({"agent": one_after_the_other(asks(first), asks(second)), "tool": does})
    known = players(effects=effects)
    result = stand.run(melody(step("s", play("agent", policy=trying(2, **facts))), players=known))
    stand.played.append(str(result.steps["s"].output))
    return stand


def test_what_may_be_done_once_is_answered_from_the_record_in_a_later_attempt() -> None:
    does = one_after_the_other(naps(1, "first"), naps(1, "second"))
    stand = retried(then_fails(by_key("a")), by_key("a"), does)
    assert stand.played == ["s", "s~tool.1", "s", "(True, 'first')"]


def test_another_key_is_another_effect() -> None:
    stand = retried(then_fails(by_key("a")), by_key("b"), echo)
    assert stand.played == ["s", "s~tool.1", "s", "s~tool.1", "(False, {'x': 'b'})"]


@pytest.mark.parametrize("effects", ["none", "idempotent"])
def test_what_may_be_done_again_is_done_again(effects: str) -> None:
    stand = retried(then_fails(by_key("a")), by_key("a"), echo, effects=effects)
    assert stand.played.count("s~tool.1") == 2


def test_a_failure_without_effects_may_be_tried_again() -> None:
    does = one_after_the_other(fails("http.429"), naps(0, "done"))
    stand = retried(then_fails(by_key("a")), by_key("a"), does)
    assert stand.played[-1] == "(False, 'done')"


def test_a_failure_that_may_have_acted_is_not_tried_again() -> None:
    does = one_after_the_other(fails("http.500"), naps(0, "done"))
    stand = retried(then_fails(by_key("a")), by_key("a"), does)
    assert stand.played == ["s", "s~tool.1", "s", "(True, 'http.500')"]


def test_what_was_interrupted_is_not_done_again() -> None:
    does = one_after_the_other(naps(60), naps(0, "done"))
    stand = retried(by_key("a"), by_key("a"), does, timeout_s=5)
    assert stand.played == ["s", "s~tool.1", "s", "(True, 'player.tool')"]


def test_hedged_attempts_do_once_what_may_be_done_once() -> None:
    async def slow(backstage: Backstage) -> Any:
        answer = await by_key("a")(backstage)
        await stand.clock.sleep(1)
        return answer

    stand = Stand({"agent": asks(slow), "tool": naps(10, "t")})
    policy = trying(1, timeout_s=60).model_copy(update={"hedge": Hedge(delay_s=2)})
    known = players(effects="once")
    result = stand.run(melody(step("s", play("agent", policy=policy)), players=known))
    assert result.steps["s"].output == (False, "t")
    assert stand.played == ["s", "s~tool.1", "s"]
    assert stand.elapsed == 11


def test_who_has_waited_for_what_is_done_once_goes_on_when_the_run_has_a_place() -> None:
    went_on: list[float] = []

    async def slow(backstage: Backstage) -> Any:
        answer = await by_key("a")(backstage)
        went_on.append(stand.elapsed)
        await stand.clock.sleep(1)
        return answer

    stand = Stand({"agent": asks(slow), "tool": naps(10, "t"), "free": naps(3)})
    policy = trying(1, timeout_s=60).model_copy(update={"hedge": Hedge(delay_s=2)})
    ir = melody(
        step("s", play("agent", policy=policy)), step("b", play("free")),
        *(step(f"f{n}", play("long"), "b") for n in range(2)),
        players={**players(effects="once"), "long": tool()}, concurrency=3,
    )  # fmt: skip
    stand.acts["long"] = naps(20)
    stand.run(ir)
    assert (went_on, stand.elapsed) == ([10, 11], 23)


def test_an_agent_that_is_a_tool_has_tools_of_its_own_below_its_path() -> None:
    async def outer(backstage: Backstage) -> Any:
        return told(await backstage.ask("inner", {}, "tool.1"))

    async def inner(backstage: Backstage) -> Any:
        backstage.note(EventKind.MODEL_CALLED, "model.1")
        return await once(backstage)

    stand = Stand({"agent": asks(outer), "inner": asks(inner), "tool": naps(5, "t")})
    known = {**players(), "inner": an_agent("tool")}
    result = stand.run(melody(step("s", play("agent")), players=known))
    assert (result.steps["s"].output, stand.elapsed) == ("t", 5)
    assert stand.played == ["s", "s~tool.1", "s~tool.1~tool.1"]
    assert stand.told(EventKind.MODEL_CALLED) == [(EventKind.MODEL_CALLED, "s~tool.1~model.1")]


def test_a_player_that_asks_no_others_has_no_way_to_them() -> None:
    async def looks(request: PlayRequest, grant: Grant) -> Any:
        return grant.backstage is None

    stand = Stand({"hand": looks})
    ir = melody(step("s", play("hand")), players={"hand": tool()})
    assert stand.run(ir).steps["s"].output is True


def test_a_retry_of_an_agent_is_listed_and_its_tools_are_not() -> None:
    stand = Stand({"agent": one_after_the_other(asks(then_fails(once)), asks(once)), "tool": echo})
    result = stand.run(melody(step("s", play("agent", policy=trying(2))), players=players()))
    assert attempts(result, "s") == ["agent http.503 retry 1", "agent success"]
    assert code(result) is None
