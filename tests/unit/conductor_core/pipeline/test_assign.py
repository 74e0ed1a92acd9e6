"""A manager decides who performs a step; nothing that it does harms the step."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import melody, play, step, trying
from tests.unit.conductor_core.stand import Act, Stand, echo, fails, naps, one_after_the_other
from workflow_ir.events import EventKind
from workflow_ir.players import Cost, PythonPlayer
from workflow_ir.policy import Budget
from workflow_ir.result import StepStatus
from workflow_ir.workflow import Process, WorkflowIR

HAND = PythonPlayer(kind="python", target="m:f")
DEAR = HAND.model_copy(update={"cost": Cost(usd=1.0)})


def managed(*players: str, boss: PythonPlayer = HAND, budget: Budget | None = None) -> WorkflowIR:
    made = melody(
        step("x", play("ann", policy=trying(2))),
        players={"boss": boss, "ann": HAND, "bob": HAND, "eve": HAND},
        budget=budget,
    )
    return made.model_copy(update={"process": Process(manager="boss", players=players)})


def answers(output: Any) -> Act:
    async def act(request: PlayRequest, grant: Grant) -> Any:
        return output

    return act


def player_of(stand: Stand, ir: WorkflowIR) -> str | None:
    return stand.run(ir).steps["x"].player


def test_whom_it_names_performs_from_the_first_attempt_on() -> None:
    stand = Stand({"boss": answers({"player": "bob"})})
    result = stand.run(managed("ann", "bob"))
    assert result.steps["x"].status is StepStatus.SUCCEEDED
    assert [one.player for one in result.steps["x"].attempts] == ["bob"]
    assert stand.played == ["x~manage", "x"]


def test_it_is_asked_once_however_often_the_step_is_tried() -> None:
    stand = Stand(
        {
            "boss": answers({"player": "bob"}),
            "bob": one_after_the_other(fails("http.503"), echo),
        }
    )
    result = stand.run(managed("bob"))
    assert [one.player for one in result.steps["x"].attempts] == ["bob", "bob"]
    assert stand.played.count("x~manage") == 1


@pytest.mark.parametrize(
    "boss",
    [
        fails("http.503"),
        fails("cancelled"),
        answers({"player": "boss"}),
        answers({"player": "eve"}),
        answers({"player": ["bob"]}),
        answers({"players": "bob"}),
        answers("bob"),
        answers(None),
    ],
    ids=["fails", "cancels", "itself", "no candidate", "list", "other key", "text", "nothing"],
)
def test_whatever_else_it_answers_the_planned_player_performs(boss: Act) -> None:
    stand = Stand({"boss": boss})
    result = stand.run(managed("ann", "bob"))
    assert result.steps["x"].player == "ann"
    assert result.steps["x"].status is StepStatus.SUCCEEDED
    (told,) = [event.facts for event in stand.events if event.kind is EventKind.ROUTED]
    assert (told["planned"], told["player"], told["decided"]) == ("ann", "ann", False)


def test_a_manager_that_hangs_is_given_up_at_the_time_limit_of_the_step() -> None:
    stand = Stand({"boss": naps(3600, {"player": "bob"})})
    ir = managed("bob")
    ir = ir.model_copy(
        update={
            "root": melody(step("x", play("ann", policy=trying(1, timeout_s=5)))).root,
        }
    )
    assert player_of(stand, ir) == "ann"
    assert stand.elapsed == 5


def test_it_is_told_what_there_is_to_do_and_who_there_is_but_no_secret() -> None:
    seen: list[PlayRequest] = []

    async def watches(request: PlayRequest, grant: Grant) -> Any:
        seen.append(request)
        return {"player": "bob"}

    stand = Stand({"boss": watches}, secrets={"KEY": "very-secret"})
    ir = melody(
        step("x", play("ann", text="'hello'", key="secrets.KEY", policy=trying(1))),
        players={
            "boss": HAND,
            "ann": HAND.model_copy(update={"description": "Writes."}),
            "bob": HAND.model_copy(update={"provides": ("text.edit",)}),
        },
    ).model_copy(update={"process": Process(manager="boss", players=("bob",))})
    stand.run(ir)
    (request,) = seen
    assert request.path == "x~manage"
    assert request.with_ == {
        "question": "Who of `players` performs this step? Answer with the name alone.",
        "step": "x",
        "task": {"text": "hello", "key": "***"},
        "planned": "ann",
        "players": [
            {"name": "ann", "description": "Writes."},
            {"name": "bob", "provides": ["text.edit"]},
        ],
    }
    assert request.output is not None
    assert request.output["properties"] == {"player": {"enum": ["ann", "bob"]}}


def test_it_is_paid_from_the_run_and_not_asked_where_the_money_does_not_reach() -> None:
    stand = Stand({"boss": answers({"player": "bob"})})
    assert stand.run(managed("bob", boss=DEAR, budget=Budget(usd=1.0))).usage.usd == 1.0
    poor = Stand({"boss": answers({"player": "bob"})})
    assert player_of(poor, managed("bob", boss=DEAR, budget=Budget(usd=0.5))) == "ann"
    assert poor.played == ["x"]


def test_cancelling_the_run_ends_a_manager_at_work() -> None:
    ended: list[str] = []
    asked = asyncio.Event()

    async def thinks(request: PlayRequest, grant: Grant) -> Any:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("boss")

    async def main() -> None:
        stand = Stand({"boss": thinks})
        task = asyncio.ensure_future(stand.perform(managed("bob")))
        await asked.wait()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio.run(main())
    assert ended == ["boss"]
