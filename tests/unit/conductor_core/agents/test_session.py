"""What an agent may do, and what ends it: the same whatever machinery turns it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from conductor_core.agents.port import Agents, Brief, Dialogue, DialogueOver
from conductor_core.models.port import Message, Reply, ToolCall
from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.agents.chatting import (
    TEXT_INPUT,
    Chat,
    a_tool,
    agent_act,
    an_agent,
    says,
    wants,
)
from tests.unit.conductor_core.melodies import literal, melody, play, step, trying
from tests.unit.conductor_core.stand import Stand, attempts, code, echo, fails, naps
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.players import Model, Player
from workflow_ir.policy import Budget
from workflow_ir.result import RunResult

AGENT = {"tool": a_tool(input=TEXT_INPUT), "other": a_tool(input={"type": "object"})}
ASKS = wants(("tool", {"x": "a"}))


def perform(
    chat: Chat | Callable[[str], Chat],
    stand: Stand | None = None,
    *,
    agents: Agents | None = None,
    players: Mapping[str, Player] = AGENT,
    models: Mapping[str, Model] | None = None,
    agent: Mapping[str, Any] | None = None,
    **facts: Any,
) -> tuple[RunResult, Stand]:
    stand = stand or Stand()
    known = {**players, "cook": an_agent(*players, **(agent or {}))}
    stand.acts["cook"] = agent_act(known, "cook", chat, agents, models)
    result = stand.run(melody(step("s", play("cook", **facts)), players=known))
    return result, stand


def noted(stand: Stand, kind: EventKind = EventKind.TOOL_USED) -> list[tuple[str, str]]:
    return [(e.path, str(e.facts.get("outcome"))) for e in stand.events if e.kind is kind]


def test_the_model_is_told_who_it_is_and_what_its_tools_answer() -> None:
    chat = Chat([ASKS, says("soup")])
    result, _ = perform(chat, dish="'soup'")
    assert result.steps["s"].output == "soup"
    system = Message("system", "You are a cook. You eat.\nYour personal goal is: cook")
    task = Message("user", '{"dish":"soup"}')
    asked = Message("assistant", "", tool_calls=ASKS.tool_calls)
    answer = Message("tool", '{"x":"a"}', tool_call_id="call0")
    assert chat.asked == [(system, task), (system, task, asked, answer)]
    assert [[tool.name for tool in told["tools"]] for told in chat.told] == [["tool", "other"]] * 2


def test_what_the_player_adds_stands_below_and_an_agent_without_a_task_has_its_goal() -> None:
    chat = Chat([says()])
    perform(chat, agent={"system": literal("Be brief.")})
    system, task = chat.asked[0]
    assert system.content.endswith("goal is: cook\n\nBe brief.")
    assert task.content == "cook"


def test_every_call_and_every_use_is_an_event() -> None:
    chat = Chat([wants(("tool", {"x": "a"}), ("other", {}), input_tokens=3, usd=0.5), says()])
    _, stand = perform(chat)
    assert [(e.kind.value, e.path) for e in stand.events][3:7] == [
        ("model_called", "s~model.1"),
        ("tool_used", "s~tool.1"),
        ("tool_used", "s~tool.2"),
        ("model_called", "s~model.2"),
    ]
    first = stand.events[3].facts
    assert (first["tools"], first["input_tokens"], first["usd"]) == (["tool", "other"], 3, 0.5)
    assert stand.events[4].facts["arguments"] == {"x": "a"}


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("{x", "error: input.invalid: the arguments are no JSON"),
        ("[1]", "error: input.invalid: the arguments are no JSON object"),
        ({"x": 1}, "error: input.invalid: x: 1 is an integer"),
        ({}, 'error: input.invalid: the arguments: the field "x" is missing'),
        ({"x": "a", "y": 1}, "error: input.invalid: "),
    ],
)
def test_arguments_that_do_not_fit_are_told_to_the_model_and_nothing_is_used(
    written: Any, fact: str
) -> None:
    chat = Chat([wants(("tool", written)), says()])
    result, stand = perform(chat)
    assert result.steps["s"].status.ok
    assert chat.asked[1][-1].content.startswith(fact)
    assert stand.played == ["s"]
    assert noted(stand) == [("s~tool.1", "refused")]


def test_no_arguments_at_all_are_an_empty_object() -> None:
    chat = Chat([wants(("other", " ")), says()])
    _, stand = perform(chat)
    assert noted(stand) == [("s~tool.1", "success")]


def test_a_tool_that_does_not_exist_is_told_to_the_model() -> None:
    chat = Chat([wants(("tol", {})), says()])
    _, stand = perform(chat)
    said = "error: input.invalid: there is no tool 'tol'; there are: 'tool', 'other'"
    assert chat.asked[1][-1].content == said
    assert noted(stand) == [("s~tool.1", "refused")]


def test_the_failure_of_a_tool_is_told_to_the_model() -> None:
    chat = Chat([ASKS, says()])
    result, stand = perform(chat, Stand({"tool": fails("http.503", message="busy")}))
    assert chat.asked[1][-1].content == "error: http.503: busy"
    assert attempts(result, "s") == ["cook success"]
    assert noted(stand) == [("s~tool.1", "error")]


@pytest.mark.parametrize("refusal", ["policy.not_allowed", "policy.budget", "config.missing"])
def test_a_tool_that_must_not_be_used_ends_the_agent(refusal: str) -> None:
    chat = Chat([ASKS, says()])
    result, _ = perform(chat, Stand({"tool": fails(refusal)}), policy=trying(1))
    assert (code(result), len(chat.asked)) == (refusal, 1)


def test_turns_are_bounded_without_another_request_and_the_last_tools_are_not_used() -> None:
    chat = Chat([ASKS])
    result, stand = perform(chat, agent={"max_turns": 3}, policy=trying(1))
    assert (code(result), len(chat.asked)) == ("unable_to_complete", 3)
    assert len(noted(stand)) == 2


def test_an_answer_at_the_last_turn_counts() -> None:
    result, _ = perform(Chat([ASKS, says("late")]), agent={"max_turns": 2})
    assert result.steps["s"].output == "late"


def test_an_agent_that_says_nothing_has_ten_turns() -> None:
    chat = Chat([ASKS])
    perform(chat, policy=trying(1))
    assert len(chat.asked) == 10


def test_a_model_error_fails_the_attempt_and_a_retry_starts_at_the_first_turn() -> None:
    error = StandardError.of("http.503", cost=Cost(0.25, 5))
    chat = Chat([wants(("tool", {"x": "a"}), usd=0.5, output_tokens=2), error, says("again")])
    result, stand = perform(chat, policy=trying(2))
    assert attempts(result, "s") == ["cook http.503 retry 1", "cook success"]
    assert [len(messages) for messages in chat.asked] == [2, 4, 2]
    failed = result.steps["s"].attempts[0].error
    assert failed is not None
    assert failed.cost == Cost(0.75, 7)
    assert (result.usage.usd, result.usage.tokens) == (0.75, 7)
    calls = [e for e in stand.events if e.kind is EventKind.MODEL_CALLED]
    assert [(e.path, e.facts["attempt"]) for e in calls] == [
        ("s~model.1", 1), ("s~model.2", 1), ("s~model.1", 2),
    ]  # fmt: skip


def test_a_model_that_raises_fails_as_one_that_reports() -> None:
    result, _ = perform(Chat([ConnectionRefusedError()]), policy=trying(1))
    assert code(result) == "transport.connect"


def test_after_a_tool_was_used_a_failure_of_the_model_may_have_had_effects() -> None:
    chat = Chat([ASKS, StandardError.of("http.503")])
    result, _ = perform(chat, agent={"effects": "once"}, policy=trying(3))
    assert attempts(result, "s") == ["cook http.503 fail"]
    alone = Chat([StandardError.of("http.503"), says()])
    result, _ = perform(alone, agent={"effects": "once"}, policy=trying(3))
    assert attempts(result, "s") == ["cook http.503 retry 1", "cook success"]


def test_it_costs_what_its_calls_cost_and_its_tools_pay_for_themselves() -> None:
    chat = Chat([wants(("tool", {"x": "a"}), usd=0.5), says(usd=0.25, input_tokens=4)])

    async def paid(request: PlayRequest, grant: Grant) -> Any:
        return Success("x", usd=2.0, tokens=10)

    result, _ = perform(chat, Stand({"tool": paid}))
    assert (result.usage.usd, result.usage.tokens) == (2.75, 14)


@pytest.mark.parametrize("made_up", ["reply", "tool"])
def test_what_is_synthetic_in_part_is_synthetic(made_up: str) -> None:
    async def tool(request: PlayRequest, grant: Grant) -> Any:
        return Success("x", synthetic=made_up == "tool")

    chat = Chat([wants(("tool", {"x": "a"}), synthetic=made_up == "reply"), says()])
    result, _ = perform(chat, Stand({"tool": tool}))
    assert result.steps["s"].synthetic
    result, _ = perform(Chat([ASKS, says()]))
    assert not result.steps["s"].synthetic


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}


def test_with_an_output_every_call_knows_the_schema_and_the_answer_is_data() -> None:
    chat = Chat([ASKS, says('{"n": 1}')])
    result, _ = perform(chat, output=SCHEMA)
    assert result.steps["s"].output == {"n": 1}
    assert [told["schema"] for told in chat.told] == [SCHEMA, SCHEMA]


def test_a_text_that_is_no_json_is_asked_for_once_more_in_the_same_chat() -> None:
    chat = Chat([ASKS, says("{n", usd=0.5), says('{"n": 2}', usd=0.25)])
    result, _ = perform(chat, output=SCHEMA)
    assert attempts(result, "s") == ["cook success"]
    assert (result.steps["s"].output, result.usage.usd) == ({"n": 2}, 0.75)
    assert chat.asked[2][:-2] == chat.asked[1]
    assert chat.asked[2][-2] == Message("assistant", "{n")


@pytest.mark.parametrize(
    ("turns", "replies", "requests"),
    [(10, ["{n", "{m"], 2), (1, ["{n", '{"n": 1}'], 1)],
    ids=["still no JSON", "no turn left"],
)
def test_a_text_that_stays_no_json_is_a_wrong_format(
    turns: int, replies: list[str], requests: int
) -> None:
    chat = Chat([says(text) for text in replies])
    agent = {"max_turns": turns}
    result, _ = perform(chat, output=SCHEMA, agent=agent, policy=trying(1))
    assert (code(result), len(chat.asked)) == ("output.format", requests)


def test_parameters_are_those_of_the_alias_then_of_the_player_then_of_the_retry() -> None:
    chats: dict[str, Chat] = {
        "m": Chat([StandardError.of("unable_to_complete")]),
        "dear": Chat([says()]),
    }
    result, _ = perform(
        lambda alias: chats[alias],
        models={
            "m": Model(model="fake/chat", parameters={"temperature": 1, "top_p": 1, "seed": 1}),
            "dear": Model(model="fake/dear", parameters={"top_p": 3}),
        },
        agent={"parameters": {"temperature": 0.5, "top_p": 0.5}},
        policy=trying(2, vary=({"model": "dear", "temperature": 0.1},)),
    )
    assert result.steps["s"].status.ok
    told = [chats[alias].told[0]["parameters"] for alias in ("m", "dear")]
    assert told == [
        {"temperature": 0.5, "top_p": 0.5, "seed": 1},
        {"temperature": 0.1, "top_p": 0.5},
    ]


class Machinery:
    """Agents by a function."""

    def __init__(self, work: Callable[[Brief, Dialogue], Any]) -> None:
        self.work = work

    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        return str(await self.work(brief, dialogue))


def asking(brief: Brief) -> list[Message]:
    return [Message("system", brief.system), Message("user", brief.task)]


def test_after_the_end_nothing_is_asked_whatever_the_machinery_does() -> None:
    chat = Chat([StandardError.of("http.400", "too long")])

    async def stubborn(brief: Brief, dialogue: Dialogue) -> str:
        for _ in range(3):
            with suppress(DialogueOver):
                await dialogue.ask(asking(brief))
            with suppress(DialogueOver):
                await dialogue.use(ToolCall("1", "tool", '{"x": "a"}'))
        raise RuntimeError("something else")

    result, stand = perform(chat, agents=Machinery(stubborn), policy=trying(1))
    assert (code(result), len(chat.asked), stand.played) == ("http.400", 1, ["s"])


def test_the_models_own_answer_stands_whatever_the_machinery_makes_of_it() -> None:
    async def chatty(brief: Brief, dialogue: Dialogue) -> str:
        reply = await dialogue.ask(asking(brief))
        with suppress(DialogueOver):
            await dialogue.ask([*asking(brief), Message("user", "Are you sure?")])
        return f"Final Answer: {reply.text}!"

    chat = Chat([says("soup")])
    result, _ = perform(chat, agents=Machinery(chatty))
    assert (result.steps["s"].output, len(chat.asked)) == ("soup", 1)


@pytest.mark.parametrize("raised", [DialogueOver(), RuntimeError("wrapped")])
def test_an_end_after_the_answer_is_not_heard(raised: Exception) -> None:
    async def asks_twice(brief: Brief, dialogue: Dialogue) -> str:
        await dialogue.ask(asking(brief))
        with suppress(DialogueOver):
            await dialogue.ask(asking(brief))
        raise raised

    result, _ = perform(Chat([says("soup")]), agents=Machinery(asks_twice))
    assert result.steps["s"].output == "soup"


def test_a_fault_of_the_machinery_itself_is_a_failure() -> None:
    async def broken(brief: Brief, dialogue: Dialogue) -> str:
        await dialogue.ask(asking(brief))
        raise KeyError("oops")

    result, _ = perform(Chat([says("soup")]), agents=Machinery(broken), policy=trying(1))
    assert code(result) == "player.bug"


def test_a_machinery_that_ends_before_the_model_has_answered_has_no_answer() -> None:
    async def early(brief: Brief, dialogue: Dialogue) -> str:
        await dialogue.ask(asking(brief))
        return "made up"

    result, _ = perform(Chat([ASKS]), agents=Machinery(early), policy=trying(1))
    assert code(result) == "player.bug"


def test_tools_that_are_asked_for_together_are_used_one_after_the_other() -> None:
    async def at_once(brief: Brief, dialogue: Dialogue) -> str:
        reply = await dialogue.ask(asking(brief))
        await asyncio.gather(*(dialogue.use(call) for call in reply.tool_calls))
        return (await dialogue.ask(asking(brief))).text

    chat = Chat([wants(("tool", {"x": "a"}), ("other", {}), ("tool", {"x": "b"})), says()])
    stand = Stand({"tool": naps(2, "t"), "other": naps(3, "o")})
    result, stand = perform(chat, stand, agents=Machinery(at_once))
    assert result.steps["s"].status.ok
    assert stand.played == ["s", "s~tool.1", "s~tool.2", "s~tool.3"]
    assert stand.elapsed == 7


@pytest.mark.parametrize("where", ["model", "tool"])
def test_the_limit_of_the_attempt_reaches_a_call_that_goes_on(where: str) -> None:
    chat = Chat([60.0, says()] if where == "model" else [ASKS, says()])
    stand = Stand({"tool": naps(60)})
    result, stand = perform(chat, stand, policy=trying(1, timeout_s=5))
    assert (code(result), stand.elapsed) == ("timeout.attempt", 5)
    assert stand.going.total() == 0


def test_what_a_machinery_leaves_going_is_ended_with_it() -> None:
    left: list[asyncio.Task[Reply]] = []

    async def careless(brief: Brief, dialogue: Dialogue) -> str:
        left.append(asyncio.create_task(dialogue.ask(asking(brief))))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "bye"

    result, stand = perform(Chat([60.0, says()]), agents=Machinery(careless), policy=trying(1))
    assert (code(result), stand.elapsed) == ("player.bug", 0)
    assert isinstance(left[0].exception(), DialogueOver)


def test_what_was_used_up_ends_an_agent_between_its_calls() -> None:
    chat = Chat([wants(("tool", {"x": "a"}), usd=0.6), wants(("tool", {"x": "b"}), usd=0.6)])
    known = {**AGENT, "cook": an_agent(*AGENT)}
    stand = Stand({"tool": echo})
    stand.acts["cook"] = agent_act(known, "cook", chat)
    policy = trying(1, budget=Budget(usd=1))
    result = stand.run(melody(step("s", play("cook", policy=policy)), players=known))
    assert (code(result), len(chat.asked)) == ("policy.budget", 2)
