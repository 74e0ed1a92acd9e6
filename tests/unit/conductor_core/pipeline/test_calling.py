"""A sub-melody as a player: conducted inside the attempt, under the limits of run and step."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.players.call import CallPerformer
from conductor_core.ports import Grant, PlayRequest
from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    approval,
    call,
    expr,
    for_each,
    literal,
    mapping,
    melody,
    parallel,
    play,
    player,
    repeat,
    set_,
    side,
    step,
    trying,
    wait,
)
from tests.unit.conductor_core.players.asking import ask, error_of
from tests.unit.conductor_core.stand import (
    Act,
    Stand,
    answering,
    attempts,
    code,
    echo,
    fails,
    forever,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, Success
from workflow_ir.players import CallPlayer, Player
from workflow_ir.policy import Budget, Hedge, Rung
from workflow_ir.result import RunStatus
from workflow_ir.steps import Compensate, Reconstruct
from workflow_ir.workflow import Input, WorkflowIR

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def sub(module: WorkflowIR, *fallback: str, **facts: Any) -> CallPlayer:
    return CallPlayer(kind="call", module=module.hash, fallback=fallback, **facts)


def performs(module: WorkflowIR) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        return await CallPerformer(module.hash, module).play(request, grant)

    return act


def tune(
    module: WorkflowIR, *steps: Any, fallback: tuple[str, ...] = (), **facts: Any
) -> WorkflowIR:
    """A Melody whose player ``sub`` performs with a sub-melody; by default in one step ``s``."""
    players: dict[str, Player] = {"sub": sub(module, *fallback), "hand": player()}
    return melody(
        *(steps or (step("s", play("sub")),)), players=players, modules=(module,), **facts
    )


def stand(module: WorkflowIR, /, **acts: Act) -> Stand:
    return Stand(acts={"sub": performs(module), **acts})


def given(**schemas: Any) -> dict[str, Input]:
    return {name: Input.model_validate(facts) for name, facts in schemas.items()}


TWO = melody(
    step("a", play("hand", x="inputs.n")),
    step("b", play("hand", x="steps.a.output.x + 1"), "a"),
    inputs=given(n={"schema": {"type": "integer"}, "required": False, "default": 1}),
    players={"hand": player()},
    x="steps.b.output.x",
)


@BOTH
def test_its_outputs_are_the_answer_and_its_steps_stand_below_the_step(start: Start) -> None:
    ir = tune(TWO, step("s", play("sub", n="40")), x="steps.s.output.x")
    here = stand(TWO)
    result = here.run(ir, start)
    assert result.outputs == {"x": 41}
    assert statuses(result) == dict.fromkeys(("s", "s/a", "s/b"), "succeeded")
    assert attempts(result, "s") == ["sub success"]
    assert here.played == ["s", "s/a", "s/b"]
    assert result.entries == {"s": 1}


@BOTH
def test_the_events_of_its_steps_come_between_those_of_the_attempt(start: Start) -> None:
    here = stand(TWO)
    here.run(tune(TWO), start)
    kinds = (EventKind.STEP_STARTED, EventKind.STEP_FINISHED, EventKind.ATTEMPT_STARTED)
    assert here.told(*kinds) == [
        (EventKind.STEP_STARTED, "s"), (EventKind.ATTEMPT_STARTED, "s"),
        (EventKind.STEP_STARTED, "s/a"), (EventKind.ATTEMPT_STARTED, "s/a"),
        (EventKind.STEP_FINISHED, "s/a"),
        (EventKind.STEP_STARTED, "s/b"), (EventKind.ATTEMPT_STARTED, "s/b"),
        (EventKind.STEP_FINISHED, "s/b"), (EventKind.STEP_FINISHED, "s"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("with_", "told"),
    [
        ({"n": "'text'"}, "input 'n' of 'tune'"),
        ({"m": "1"}, "input 'm' of 'tune': there is none"),
        ({"nn": "1"}, "did you mean 'n'?"),
    ],
)
def test_wrong_inputs_are_refused_and_nothing_is_performed(
    with_: dict[str, Any], told: str
) -> None:
    here = stand(TWO)
    result = here.run(tune(TWO, step("s", play("sub", **with_))))
    assert code(result) == "input.invalid"
    assert result.error is not None
    assert told in result.error.message
    assert here.played == ["s"]


def test_a_missing_input_is_refused() -> None:
    needy = melody(step("a", set_("inputs.n")), inputs=given(n={"schema": {"type": "integer"}}))
    result = stand(needy).run(tune(needy))
    assert code(result) == "input.invalid"


def test_a_prompt_is_the_input_of_that_name_where_there_is_one() -> None:
    asked = melody(
        step("a", set_("inputs.prompt")),
        inputs=given(prompt={"schema": {"type": "string"}}),
        said="steps.a.output",
    )
    with_prompt = play("sub")
    body = with_prompt.body.model_copy(update={"prompt": literal("Sing.")})
    ir = tune(
        asked, step("s", with_prompt.model_copy(update={"body": body})), y="steps.s.output.said"
    )
    assert stand(asked).run(ir).outputs == {"y": "Sing."}
    silent = tune(TWO, step("s", with_prompt.model_copy(update={"body": body})))
    assert stand(TWO).run(silent).status is RunStatus.SUCCEEDED


@BOTH
def test_a_failure_inside_is_the_attempts_and_a_retry_runs_all_of_it_anew(start: Start) -> None:
    ir = tune(TWO, step("s", play("sub", policy=trying(2))), x="steps.s.output.x")
    here = stand(TWO, **{"s/b": one_after_the_other(fails("transport.read"), echo)})
    result = here.run(ir, start)
    assert attempts(result, "s") == ["sub transport.read retry 1", "sub success"]
    assert here.played == ["s", "s/a", "s/b", "s", "s/a", "s/b"]
    assert statuses(result) == {"s": "recovered", "s/a": "succeeded", "s/b": "succeeded"}
    error = result.steps["s"].attempts[0].error
    assert error is not None
    assert error.detail == {"failed_step": "s/b"}


def test_what_a_failed_step_inside_reported_of_itself_is_not_counted_twice() -> None:
    told = fails("http.503", attempts=3, cost=Cost(usd=0.5))
    inside = step("a", play("hand", policy=trying(3)))
    module = melody(inside, players={"hand": player(grant_attempts=3)})
    result = stand(module, **{"s/a": told}).run(tune(module))
    assert code(result) == "http.503"
    assert result.usage.usd == 0.5


@BOTH
def test_another_player_takes_over_and_what_was_left_is_no_part_of_the_result(
    start: Start,
) -> None:
    here = stand(TWO, **{"s/b": fails("player.bug")})
    result = here.run(tune(TWO, fallback=("hand",)), start)
    assert attempts(result, "s") == ["sub player.bug fallback", "hand success"]
    assert statuses(result) == {"s": "recovered"}
    assert (EventKind.STEP_FINISHED, "s/b") in here.told()


@BOTH
def test_it_takes_over_for_another_player(start: Start) -> None:
    ir = melody(
        step("s", play("hand")),
        players={"hand": player("sub"), "sub": sub(TWO)},
        modules=(TWO,),
        x="steps.s.output.x",
    )
    here = stand(TWO, hand=one_by_path({"s": fails("player.bug")}))
    result = here.run(ir, start)
    assert attempts(result, "s") == ["hand player.bug fallback", "sub success"]
    assert result.outputs == {"x": 2}


def one_by_path(acts: dict[str, Act]) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        return await acts.get(request.path, echo)(request, grant)

    return act


@BOTH
def test_the_attempts_time_limit_ends_everything_inside(start: Start) -> None:
    wide = melody(
        step("a", play("hand")),
        step("b", for_each("[1, 2]", play("hand"))),
        players={"hand": player()},
    )
    ir = tune(wide, step("s", play("sub", policy=trying(1, timeout_s=5))))
    here = stand(wide, hand=naps(60))
    result = here.run(ir, start)
    assert code(result) == "timeout.attempt"
    assert statuses(result) == {
        "s": "failed", "s/a": "cancelled", "s/b": "cancelled", "s/b[0]": "cancelled",
        "s/b[1]": "cancelled",
    }  # fmt: skip
    assert not +here.going
    assert here.elapsed == 5


def test_virtual_time_inside_is_that_of_the_run() -> None:
    ir = tune(TWO, step("s", play("sub", policy=trying(1, timeout_s=50))), step("t", play("hand")))
    here = stand(TWO, hand=naps(20, {"x": 1}))
    assert here.run(ir).status is RunStatus.SUCCEEDED
    assert here.elapsed == 40


@BOTH
@pytest.mark.parametrize("places", [1, 2])
def test_its_steps_do_not_wait_for_the_place_of_their_own_attempt(
    start: Start, places: int
) -> None:
    """Three such players at work, in a run with one place: nobody waits for ever."""
    steps = [step(name, play("sub")) for name in ("p", "q", "r")]
    here = stand(TWO, hand=naps(1, {"x": 1}))
    most = 0

    async def counted(request: PlayRequest, grant: Grant) -> Any:
        nonlocal most
        most = max(most, sum(n for path, n in here.going.items() if "/" in path))
        return await naps(1, {"x": 1})(request, grant)

    here.acts["hand"] = counted
    assert here.run(tune(TWO, *steps, concurrency=places), start).status is RunStatus.SUCCEEDED
    assert most == places
    assert here.elapsed == 6 / places


def test_a_cancelled_run_ends_it_and_a_failing_sibling_too() -> None:
    ir = tune(TWO, step("s", play("sub")), step("t", play("hand")))
    here = stand(TWO, **{"s/a": forever, "t": fails("player.bug")})
    result = here.run(ir)
    assert (code(result), statuses(result)["s/a"], statuses(result)["s"]) == (
        "player.bug", "cancelled", "cancelled",
    )  # fmt: skip
    assert not +here.going

    async def cancelled() -> None:
        running = asyncio.create_task(here.perform(tune(TWO)))
        while not here.going["s/a"]:  # noqa: ASYNC110 - the player tells of itself
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    here = stand(TWO, **{"s/a": forever})
    asyncio.run(cancelled())
    assert not +here.going
    assert here.tokens == 0


def test_its_steps_are_paid_from_the_steps_and_the_runs_budget_once() -> None:
    async def costly(request: PlayRequest, grant: Grant) -> Any:
        return Success({"x": 1}, usd=0.4)

    result = stand(TWO, hand=costly).run(tune(TWO))
    assert result.usage.usd == 0.8
    spent = trying(1, budget=Budget(usd=0.3))
    priced = melody(*TWO.root.steps, inputs=TWO.inputs, players={"hand": player(cost={"usd": 0.4})})
    result = stand(priced).run(tune(priced, step("s", play("sub", policy=spent))))
    assert code(result) == "policy.budget"
    assert (result.steps["s/a"].status.value, result.steps["s/a"].attempts) == ("failed", [])


def test_a_budget_of_its_own_comes_on_top() -> None:
    poor = melody(
        *TWO.root.steps,
        inputs=TWO.inputs,
        budget=Budget(attempts=1),
        players={"hand": player()},
    )
    result = stand(poor).run(tune(poor))
    assert code(result) == "policy.budget"
    assert result.error is not None
    assert "sub-melody 's'" in result.error.message


@BOTH
def test_each_item_of_a_map_has_a_run_of_it(start: Start) -> None:
    body = for_each("[1, 2, 3]", play("sub", n="item"), concurrency=2)
    result = stand(TWO).run(tune(TWO, step("s", body), x="steps.s.output"), start)
    assert result.outputs == {"x": [{"x": 2}, {"x": 3}, {"x": 4}]}
    assert {"s[0]", "s[0]/a", "s[2]/b"} <= set(result.steps)


@BOTH
def test_whatever_a_melody_can_do_it_can_do(start: Start) -> None:
    sides = parallel(side("l", step("each.l.x", play("hand", n="item"))))
    rich = melody(
        step("each", for_each("[1, 2]", sides)),
        step("loop", repeat(step("loop.y", set_("iteration")), until="iteration == 2")),
        step("deep", call(TWO, n="5")),
        players={"hand": player()},
        x="steps.deep.output.x",
    )  # fmt: skip
    ir = melody(
        step("s", play("sub")),
        players={"sub": sub(rich)},
        modules=(rich, TWO),
        x="steps.s.output.x",
    )
    result = stand(rich).run(ir, start)
    assert result.outputs == {"x": 6}
    assert {"s/each[1].l.x", "s/loop#2.y", "s/deep/b"} <= set(result.steps)
    assert result.entries == {"s": 1}


@BOTH
def test_a_gap_inside_degrades_the_run(start: Start) -> None:
    lost = step("a", play("hand", on_failure=(Rung.SKIP,), gap_accepted=True))
    lossy = melody(lost, players={"hand": player()})
    result = stand(lossy, hand=fails("player.bug")).run(tune(lossy), start)
    assert result.status is RunStatus.DEGRADED
    assert [gap.step for gap in result.gaps] == ["s/a"]


def test_what_was_undone_inside_is_undone_with_the_run() -> None:
    undo = play("hand", y="output.x")
    done = play("hand", x="7").model_copy(update={"compensate": Compensate(body=undo)})
    module = melody(step("a", done), players={"hand": player()})
    here = stand(module, t=fails("player.bug"))
    result = here.run(tune(module, step("s", play("sub")), step("t", play("hand"), "s")))
    assert here.played[-1] == "s/a~compensate"
    assert result.steps["s/a~compensate"].output == {"y": 7}


def asking() -> WorkflowIR:
    form = {"type": "object", "properties": {"why": {"type": "string"}}}
    return melody(step("ok", approval(form=form)), why="steps.ok.output.why")


@BOTH
def test_people_are_asked_inside_of_it(start: Start) -> None:
    module = asking()
    here = stand(module)
    here.people = answering(**{"s/ok": {"answer": {"why": "good"}, "sleep": "10s"}})
    here.acts["t"] = naps(8)
    steps = (step("s", play("sub")), step("t", play("hand"), "s"))
    ir = tune(module, *steps, why="steps.s.output.why", budget=Budget(wall_s=15))
    result = here.run(ir, start)
    assert (result.status, result.outputs) == (RunStatus.SUCCEEDED, {"why": "good"})
    assert here.elapsed == 18  # ten seconds of which were waited for a person


@BOTH
def test_a_person_who_takes_longer_than_the_attempt_may_last_is_not_waited_for(
    start: Start,
) -> None:
    module = asking()
    here = stand(module)
    here.people = answering(**{"s/ok": {"answer": {"why": "good"}, "sleep": "10s"}})
    result = here.run(tune(module, step("s", play("sub", policy=trying(1, timeout_s=5)))), start)
    assert (code(result), result.steps["s/ok"].status.value) == ("timeout.attempt", "cancelled")


@BOTH
@pytest.mark.parametrize("waits", ["approval", "event"])
def test_where_nobody_answers_the_attempt_fails_and_does_not_claim_to_have_paused(
    start: Start, waits: str
) -> None:
    module = asking() if waits == "approval" else melody(step("ok", wait(event="go")))
    result = stand(module).run(tune(module), start)
    assert (result.status, code(result)) == (RunStatus.FAILED, "approval.expired")
    assert result.error is not None
    assert "use a step with `call`" in result.error.message


@BOTH
def test_a_sub_melody_may_reconstruct_and_tells_its_gaps_by_itself(start: Start) -> None:
    lossy = melody(
        step("a", play("hand", on_failure=(Rung.SKIP,), gap_accepted=True)),
        inputs=given(n={"schema": {"type": "integer"}}),
        players={"hand": player()},
        x="inputs.n",
    )
    made = play("hand", on_failure=(Rung.RECONSTRUCT,)).model_copy(
        update={"reconstruct": Reconstruct(source=mapping(n=expr("steps.t.output")), player="sub")}
    )
    acts = {"s": fails("player.bug"), "s~reconstruct/a": fails("player.bug")}
    result = stand(lossy, **acts).run(
        tune(lossy, step("s", made), step("t", set_("3")), x="steps.s.output.x"), start
    )
    assert result.outputs == {"x": 3}
    assert "s~reconstruct/a" not in result.steps
    assert result.steps["s"].degraded
    assert result.status is not RunStatus.SUCCEEDED


def test_its_secrets_are_the_runs_and_are_masked() -> None:
    keyed = step("a", play("hand", key="secrets.KEY"))
    module = melody(keyed, players={"hand": player()}, key="steps.a.output.key")
    here = stand(module)
    here.secrets = {"KEY": "hush-hush"}
    result = here.run(tune(module, key="steps.s.output.key"))
    assert result.outputs == {"key": "***"}
    assert all("hush-hush" not in repr(event) for event in here.events)


def test_without_a_conductor_it_says_so() -> None:
    assert error_of(ask(CallPerformer("key", TWO))).code == "config.invalid"


@pytest.mark.parametrize("seconds", [(60, 1), (2, 60)])
def test_hedged_attempts_each_have_a_run_of_it_and_the_winners_stands_in_the_result(
    seconds: tuple[float, float],
) -> None:
    policy = trying(1).model_copy(update={"hedge": Hedge(delay_s=1)})
    first, second = (naps(one, {"x": one}) for one in seconds)
    here = stand(TWO, **{"s/a": one_after_the_other(first, second)})
    result = here.run(tune(TWO, step("s", play("sub", policy=policy)), x="steps.s.output.x"))
    assert result.outputs == {"x": min(seconds) + 1}
    assert statuses(result) == dict.fromkeys(("s", "s/a", "s/b"), "succeeded")
    assert here.elapsed == 2


def test_a_slow_machine_ends_nothing_inside_in_virtual_time() -> None:
    async def really(request: PlayRequest, grant: Grant) -> Any:
        await asyncio.sleep(0.2)
        return {"x": 1}

    ir = tune(TWO, step("s", play("sub", policy=trying(1, timeout_s=0.05))))
    assert stand(TWO, hand=really).run(ir).status is RunStatus.SUCCEEDED
