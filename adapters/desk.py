"""Where a framework's own agent meets the dialogue, from whatever task or thread it runs in.

The framework turns the crank; the task that called ``converse`` answers. So the conductor's code,
and with it every model and every player, runs on the run's own loop and in its own context: nothing
of the framework's context variables reaches it. The framework for its part never meets
``DialogueOver``, which it would retry, print, or tell the model as the text of a tool.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from conductor_core.agents.port import Brief, Dialogue
from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec

T = TypeVar("T")

UNKNOWN = "unknown_tool"
"""A tool that the framework has and no model is told of. It stands for all that do not exist:
frameworks answer such calls in words of their own, here the dialogue does."""


class Left(BaseException):
    """The conversation is over: what the framework still asks for is not answered.

    Not an ``Exception``: frameworks catch those and go on.
    """


class NotWantedError(Exception):
    """The framework uses a tool that its model did not ask for, as hooks of the user's may."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A tool call in the form in which a framework can take it."""

    id: str
    """Unlike every other of the conversation; models repeat theirs, or give none."""
    tool: str
    """The framework's name of a tool that it has."""
    arguments: dict[str, Any]
    """Empty where the model wrote no JSON object: the tool uses ``call``, and so what it wrote."""
    call: ToolCall
    """As the model wrote it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reply, and its tool calls for the framework."""

    reply: Reply
    calls: tuple[Handed, ...]


class Desk:
    """One conversation.

    Args:
        brief: Of the agent.
        dialogue: Its way to model and tools.
        named: The framework's name for the name of a tool.
    """

    def __init__(
        self, brief: Brief, dialogue: Dialogue, named: Callable[[str], str] = lambda name: name
    ) -> None:
        self._dialogue = dialogue
        self._loop = asyncio.get_running_loop()
        self._requests: list[_Request[Any]] = []
        self._news = asyncio.Event()
        self._open = True
        self._names: dict[str, str] = {}
        self.tools: dict[str, ToolSpec] = {}
        """The framework's tools by its own names for them, ``UNKNOWN`` the last."""
        for spec in brief.tools:
            self._names[spec.name] = self._take(named(spec.name), spec, named)
        nobody = ToolSpec(UNKNOWN, "Answers calls of tools that do not exist.", {"type": "object"})
        self._unknown = self._take(UNKNOWN, nobody, named)
        self._given: dict[str, Handed] = {}
        self._said: dict[str, Message] = {}
        """What the model said, by the id of the first tool call in it."""
        self._wanted: list[Handed] = []
        """Tool calls of the last reply that were not answered yet."""
        self._answer: str | None = None

    def ask(self, messages: Sequence[Message]) -> Future[Spoken]:
        """The framework asks the model; from any thread."""
        return self._put(lambda: self._asked(messages))

    def use(self, tool: str, *, together: bool = False) -> Future[str]:
        """The framework uses a tool; from any thread.

        Which call of the model that is, the desk knows: frameworks change arguments, and CrewAI
        tells a tool of no id.

        Args:
            tool: The framework's name of it.
            together: All tools of a turn are used at once. They are answered one after the other,
                in the order of the model.
        """
        return self._put(lambda: self._used(tool), tool if together else None)

    def recalled(self, id_: str) -> Message | None:
        """The model's own words to a tool call that the framework shows it again."""
        return self._said.get(id_)

    def answered(self, id_: str, text: str) -> Message:
        """The message in which the model is given the answer of a tool."""
        given = self._given.get(id_)
        return Message("tool", text, tool_call_id=id_ if given is None else given.call.id)

    async def serve(self, framework: asyncio.Future[Any], leave: Callable[[], object]) -> str:
        """Answer until the framework has ended; the last words of the model.

        Args:
            framework: Done when nothing of the framework goes on any more.
            leave: Tell it to end, when nothing it asks for is answered any more.

        Raises:
            DialogueOver: As the dialogue did; the framework has ended.
            asyncio.CancelledError: Likewise.
        """
        framework.add_done_callback(lambda _: self._news.set())
        try:
            while (request := await self._next(framework)) is not None:
                await request.serve()
        finally:
            self._close()
            if not framework.done():
                leave()
                await _end_of(framework)
            if not framework.cancelled():
                framework.exception()  # looked at: what ended the conversation is what is told
        framework.result()
        if self._answer is None:
            raise RuntimeError("the agent ended without an answer of its model")
        return self._answer

    def _take(self, name: str, spec: ToolSpec, named: Callable[[str], str]) -> str:
        free, number = name, 1
        while free in self.tools:
            number += 1
            free = named(f"{name[:48]}_{number}")
        self.tools[free] = spec
        return free

    async def _next(self, framework: asyncio.Future[Any]) -> _Request[Any] | None:
        while True:
            for number, request in enumerate(self._requests):
                if request.tool is None or request.tool in self._due():
                    return self._requests.pop(number)
            if framework.done():
                return None
            self._news.clear()
            await self._news.wait()

    def _due(self) -> list[str]:
        """The tool that the model wants next."""
        return [handed.tool for handed in self._wanted[:1]]

    async def _asked(self, messages: Sequence[Message]) -> Spoken:
        reply = await self._dialogue.ask(messages)
        calls = tuple(self._handed(call) for call in reply.tool_calls)
        self._wanted = list(calls)
        if calls:
            words = Message("assistant", reply.text, tool_calls=reply.tool_calls)
            self._said[calls[0].id] = words
        else:
            self._answer = reply.text
        return Spoken(reply, calls)

    async def _used(self, tool: str) -> str:
        for number, handed in enumerate(self._wanted):
            if handed.tool == tool:
                del self._wanted[number]
                return await self._dialogue.use(handed.call)
        raise NotWantedError(f"the framework uses the tool {tool!r}, but its model does not")

    def _handed(self, call: ToolCall) -> Handed:
        id_, number = call.id or "call", 1
        while id_ in self._given:
            number += 1
            id_ = f"{call.id or 'call'}~{number}"
        tool = self._names.get(call.name, self._unknown)
        self._given[id_] = Handed(id_, tool, _arguments(call.arguments), call)
        return self._given[id_]

    def _put(
        self, work: Callable[[], Coroutine[Any, Any, T]], tool: str | None = None
    ) -> Future[T]:
        request = _Request(work, tool)
        try:
            self._loop.call_soon_threadsafe(self._arrived, request)
        except RuntimeError:  # the loop was closed over a thread that was left behind
            request.refuse()
        return request.answer

    def _arrived(self, request: _Request[Any]) -> None:
        if not self._open:
            request.refuse()
            return
        self._requests.append(request)
        self._news.set()

    def _close(self) -> None:
        self._open = False
        for request in self._requests:
            request.refuse()
        self._requests.clear()


class _Request(Generic[T]):
    """Something that the framework waits for."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]], tool: str | None) -> None:
        self._work = work
        self.tool = tool
        """Of a use that waits for those before it."""
        self.answer: Future[T] = Future()

    async def serve(self) -> None:
        """Do it.

        Raises:
            DialogueOver: As the dialogue did.
        """
        if not self.answer.set_running_or_notify_cancel():
            return
        try:
            result = await self._work()
        except NotWantedError as problem:
            self.answer.set_exception(problem)
        except BaseException:
            self.answer.set_exception(Left())
            raise
        else:
            self.answer.set_result(result)

    def refuse(self) -> None:
        """The conversation is over."""
        if self.answer.set_running_or_notify_cancel():
            self.answer.set_exception(Left())


def _arguments(text: str) -> dict[str, Any]:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return tree if isinstance(tree, dict) else {}


async def _end_of(framework: asyncio.Future[Any]) -> None:
    """Wait however often the caller is cancelled."""
    cancelled = None
    while not framework.done():
        try:
            await asyncio.wait({framework})
        except asyncio.CancelledError as again:
            cancelled = again
    if cancelled is not None:
        raise cancelled
