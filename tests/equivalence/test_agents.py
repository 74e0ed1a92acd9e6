"""An agent asks its model the same and uses the same tools, whoever turns the crank."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from dataclasses import replace
from typing import Any

import pytest

from adapters.registry import load
from conductor_core.agents.port import Agents, Brief, DialogueOver
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.models.port import Message, Reply, ToolCall
from tests.equivalence.dialogues import EMAIL, SEARCH, Fake, brief, says, transcript

Scene = tuple[Brief, Callable[[], Fake]]

SCENES: dict[str, Scene] = {
    "no tools": (brief(), lambda: Fake([says("Done.")])),
    "two tools over three turns": (
        brief(SEARCH, EMAIL),
        lambda: Fake(
            [
                says("First I look.", ("c1", "search", '{"text": "x"}')),
                says("", ("c2", "email-ai", '{"n": 1}')),
                says("Sent."),
            ]
        ),
    ),
    "several tools in one turn": (
        brief(SEARCH, EMAIL),
        lambda: Fake(
            [
                says(
                    "Both.",
                    ("c1", "search", '{"text":"slow"}'),
                    ("c2", "email-ai", '{"n":2}'),
                    ("c3", "search", '{"text":"again"}'),
                ),
                says("All three."),
            ],
            slow="search",
        ),
    ),
    "a tool that fails": (
        brief(SEARCH),
        lambda: Fake(
            [says("", ("c1", "search", '{"text":"x"}')), says("It failed.")],
            fails={"search": "error: timeout.attempt: it took too long"},
        ),
    ),
    "a tool that says nothing": (
        brief(SEARCH),
        lambda: Fake([says("", ("c1", "search", "{}")), says("Nothing.")], fails={"search": ""}),
    ),
    "a tool that says much": (
        brief(SEARCH),
        lambda: Fake(
            [says("", ("c1", "search", "{}")), says("Much.")], fails={"search": "word " * 20_000}
        ),
    ),
    "a tool that does not exist": (
        brief(SEARCH),
        lambda: Fake([says("", ("c1", "serach", '{"text":"x"}')), says("Oh.")]),
    ),
    "a tool where there is none": (
        brief(),
        lambda: Fake([says("", ("c1", "search", '{"text":"x"}')), says("Oh.")]),
    ),
    "arguments of another type": (
        brief(EMAIL),
        lambda: Fake([says("", ("c1", "email-ai", '{"n": "many", "m": null}')), says("Oh.")]),
    ),
    "arguments that are no object": (
        brief(SEARCH),
        lambda: Fake(
            [
                says("", ("c1", "search", "{text: x}"), ("c2", "search", "[1]")),
                says("", ("c3", "search", ""), ("c4", "search", "null")),
                says("Oh."),
            ]
        ),
    ),
    "arguments named like those of the frameworks": (
        brief(SEARCH),
        lambda: Fake(
            [
                says(
                    "",
                    ("c1", "search", '{"self": 1, "text": "x"}'),
                    ("c2", "search", '{"config": 1, "run_manager": 2, "callbacks": 3}'),
                    ("c3", "search", '{"args": 1, "kwargs": {"a": 2}, "security_context": 3}'),
                    ("c4", "search", '{"": 1, "a b": 2, "runtime": 3, "state": 4}'),
                ),
                says("Oh."),
            ]
        ),
    ),
    "ids that come twice, and none": (
        brief(SEARCH),
        lambda: Fake(
            [
                says("", ("c", "search", "1"), ("c", "search", "2"), ("", "search", "3")),
                says("", ("c", "search", "4"), ("", "search", "5"), ("call", "search", "6")),
                says("Done."),
            ]
        ),
    ),
    "the same tool again and again": (
        brief(SEARCH, turns=40),
        lambda: Fake(
            [
                *(says("", (f"c{n}", "search", '{"text":"x"}')) for n in range(30)),
                says("Done."),
            ]
        ),
    ),
    "tools whose names differ in little": (
        brief(
            replace(SEARCH, name="send-mail"),
            replace(SEARCH, name="send_mail"),
            replace(SEARCH, name="sendMail"),
            replace(SEARCH, name="unknown_tool"),
            replace(SEARCH, name="é"),
            replace(SEARCH, name="x" * 80),
        ),
        lambda: Fake(
            [
                says(
                    "",
                    ("1", "sendMail", "{}"),
                    ("2", "send_mail", "{}"),
                    ("3", "unknown_tool", "{}"),
                    ("4", "send-mail", "{}"),
                    ("5", "é", "{}"),
                    ("6", "x" * 80, "{}"),
                    ("7", "unknown_tool_2", "{}"),
                ),
                says("Done."),
            ]
        ),
    ),
    "nothing to say": (brief(SEARCH), lambda: Fake([says("")])),
    "blanks": (brief(), lambda: Fake([says(" \n")])),
    "words that look like tools": (
        brief(SEARCH),
        lambda: Fake([says("Thought: so\nAction: search\nAction Input: {}\nObservation: 1")]),
    ),
    "words that look like an end": (
        brief(),
        lambda: Fake([says("Thought: I now can give an answer\nFinal Answer: 42")]),
    ),
    "templates in the prompt": (
        brief(
            SEARCH, system="{input} {tools} {{ .System }} {role}", task="{tool_names} ${x} {{y}}"
        ),
        lambda: Fake([says("Done.")]),
    ),
    "an empty task": (brief(task=""), lambda: Fake([says("Done.")])),
    "a long task": (brief(task="word " * 20_000), lambda: Fake([says("Done.")])),
    "the model fails at once": (brief(SEARCH), lambda: Fake([])),
    "the model fails on turn 2": (
        brief(SEARCH),
        lambda: Fake([says("", ("c1", "search", '{"text":"x"}'))]),
    ),
    "turns are used up": (
        brief(SEARCH, turns=2),
        lambda: Fake([says("", (f"c{n}", "search", "{}")) for n in range(2)]),
    ),
    "a tool that may not be used": (
        brief(SEARCH, EMAIL),
        lambda: Fake(
            [
                says(
                    "",
                    ("c1", "search", "{}"),
                    ("c2", "email-ai", "{}"),
                    ("c3", "search", '{"text":"not any more"}'),
                )
            ],
            ends="email-ai",
        ),
    ),
}


@pytest.fixture(params=["langgraph", "crewai"])
def agents(request: pytest.FixtureRequest) -> Agents:
    return load(request.param).agents()


@pytest.mark.parametrize("scene", SCENES)
def test_a_framework_has_the_conversation_of_our_own_loop(scene: str, agents: Agents) -> None:
    of, make = SCENES[scene]
    ours = asyncio.run(transcript(ToolLoop(), of, make()))
    theirs = asyncio.run(transcript(agents, of, make()))
    assert theirs == ours


def test_the_scenes_are_what_they_say() -> None:
    happened, answer = asyncio.run(transcript(ToolLoop(), *_made("several tools in one turn")))
    assert answer == "'All three.'"
    assert happened == [
        [Message("system", "Be brief."), Message("user", "Say it.")],
        ToolCall("c1", "search", '{"text":"slow"}'),
        ToolCall("c2", "email-ai", '{"n":2}'),
        ToolCall("c3", "search", '{"text":"again"}'),
        [
            Message("system", "Be brief."),
            Message("user", "Say it."),
            Message(
                "assistant",
                "Both.",
                (
                    ToolCall("c1", "search", '{"text":"slow"}'),
                    ToolCall("c2", "email-ai", '{"n":2}'),
                    ToolCall("c3", "search", '{"text":"again"}'),
                ),
            ),
            Message("tool", 'search gave {"text":"slow"}', (), "c1"),
            Message("tool", 'email-ai gave {"n":2}', (), "c2"),
            Message("tool", 'search gave {"text":"again"}', (), "c3"),
        ],
    ]


def _made(scene: str) -> tuple[Brief, Fake]:
    of, make = SCENES[scene]
    return of, make()


class Slow(Fake):
    """Somewhere it takes for ever."""

    def __init__(self, replies: list[Reply], where: str) -> None:
        super().__init__(replies)
        self.where, self.there, self.ended = where, asyncio.Event(), False

    async def ask(self, messages: object) -> Reply:
        return await self._for_ever() if self.where == "ask" else self.replies.pop(0)

    async def use(self, call: ToolCall) -> str:
        await self._for_ever()
        return ""

    async def _for_ever(self) -> Reply:
        self.there.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # whoever cancels waits for this, too
            self.ended = True
        raise AssertionError


@pytest.mark.parametrize("where", ["ask", "use"])
def test_an_agent_that_is_cancelled_leaves_nothing_behind(where: str, agents: Agents) -> None:
    async def cancelled() -> tuple[bool, set[str], set[str]]:
        replies = [says("", ("c1", "search", "{}"), ("c2", "search", "{}"))]
        slow = Slow(replies, where)
        agent = asyncio.create_task(agents.converse(brief(SEARCH), slow))
        there = asyncio.create_task(slow.there.wait())
        await asyncio.wait({agent, there}, return_when=asyncio.FIRST_COMPLETED)
        assert not agent.done()
        agent.cancel()
        with pytest.raises(asyncio.CancelledError):
            await agent
        left = asyncio.all_tasks() - {asyncio.current_task()}
        threads = {thread.name for thread in threading.enumerate()}
        return slow.ended, {repr(task) for task in left}, threads

    ended, tasks, threads = asyncio.run(cancelled())
    assert ended
    assert tasks == set()
    assert not [name for name in threads if name.startswith("melody-agent")]


def test_more_agents_than_a_pool_has_threads_wait_for_each_other(agents: Agents) -> None:
    """CrewAI's own way blocks a thread of the loop's pool for each, here for ever."""
    many = 40

    async def together() -> list[str]:
        here = asyncio.Barrier(many)

        class Meeting(Fake):
            async def use(self, call: ToolCall) -> str:
                await here.wait()
                return await asyncio.to_thread(str, "met")

        def one() -> Meeting:
            return Meeting([says("", ("c", "search", "{}")), says("Done.")])

        talks = [agents.converse(brief(SEARCH), one()) for _ in range(many)]
        return await asyncio.gather(*talks)

    assert asyncio.run(together()) == ["Done."] * many


def test_an_agent_may_be_the_tool_of_an_agent(agents: Agents) -> None:
    class Asking(Fake):
        async def use(self, call: ToolCall) -> str:
            return await agents.converse(brief(SEARCH), _made("two tools over three turns")[1])

    outer = Asking([says("", ("c", "search", "{}")), says("Done.")])
    assert asyncio.run(agents.converse(brief(SEARCH), outer)) == "Done."


def test_the_dialogue_is_spoken_to_in_the_task_and_context_of_the_caller(agents: Agents) -> None:
    mine: ContextVar[str] = ContextVar("mine", default="")
    seen: list[tuple[object, str, Any]] = []
    before: set[Any] = set()

    class Looking(Fake):
        async def ask(self, messages: object) -> Reply:
            self._look()
            return self.replies.pop(0)

        async def use(self, call: ToolCall) -> str:
            self._look()
            return ""

        def _look(self) -> None:
            seen.append((asyncio.current_task(), mine.get(), set(copy_context()) - before))

    async def run() -> object:
        mine.set("here")
        before.update(copy_context())
        talk = Looking([says("", ("c", "search", "{}")), says("Done.")])
        await agents.converse(brief(SEARCH), talk)
        assert set(copy_context()) == before
        return asyncio.current_task()

    task = asyncio.run(run())
    assert seen == [(task, "here", set())] * 3


def test_the_native_machinery_needs_no_framework() -> None:
    assert isinstance(load("native").agents(), ToolLoop)


def test_a_bug_of_the_dialogue_is_told_as_it_is(agents: Agents) -> None:
    class Broken(Fake):
        async def ask(self, messages: object) -> Reply:
            raise KeyError("rate limit")

    with pytest.raises(KeyError, match="rate limit"):
        asyncio.run(agents.converse(brief(), Broken([])))


def test_dialogue_over_keeps_what_it_says(agents: Agents) -> None:
    with pytest.raises(DialogueOver, match="429 Too Many"):
        asyncio.run(agents.converse(brief(), Fake([])))
