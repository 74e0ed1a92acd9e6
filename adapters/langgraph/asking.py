"""A person is asked where nobody hosts the graph: by LangGraph's own ``interrupt``.

The first time the graph pauses with the question; ``Command(resume=…)`` starts the node anew, the
question comes again, and LangGraph gives the answer. So there may be one question a node: inside
a step that walks graphs of its own several could change places, and all before them would be
performed again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from langgraph.types import interrupt

from adapters.standalone import NobodyAnswers
from conductor_core.end_all import end_all
from conductor_core.people.answered import WrongAnswer, answered
from conductor_core.people.nobody import Nobody
from conductor_core.ports import Answer, PlayerClock, Question
from conductor_core.stage import RunContext

T = TypeVar("T")


class Asking:
    """Takes one node's question to LangGraph; implements ``ports.People``.

    Args:
        address: The only step that may ask.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._asked: asyncio.Future[Question] = asyncio.get_running_loop().create_future()
        self._answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def among(self, context: RunContext) -> RunContext:
        """The context with this in the place of nobody; who is there is asked as ever."""
        return replace(context, people=self) if isinstance(context.people, Nobody) else context

    def present(self, path: str, /) -> bool:
        """Whoever uses the graph can be asked by the node's own step, and by nothing inside it."""
        return path == self._address

    async def ask(self, question: Question, _clock: PlayerClock, /) -> Answer | None:
        """Wait until LangGraph has the answer."""
        if not self._asked.done():
            self._asked.set_result(question)
        return await self._answer

    async def meanwhile(self, call: Coroutine[Any, Any, T]) -> T:
        """Let a node do its work, and ask when it asks; to be awaited in the node itself.

        Raises:
            GraphInterrupt: LangGraph pauses with the question.
            NobodyAnswers: The question comes from inside the node's step.
        """
        work = asyncio.get_running_loop().create_task(call)
        try:
            ends: set[asyncio.Future[Any]] = {work, self._asked}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                self._answer.set_result(self._from_langgraph(self._asked.result()))
            return await work
        finally:
            await end_all([work])
            self._asked.cancel()
            self._answer.cancel()

    def _from_langgraph(self, question: Question) -> Answer:
        if question.path != self._address:
            raise NobodyAnswers((question.path,))
        told = question.to_json()
        while True:
            given = interrupt(told)
            try:
                return answered(question, given)
            except WrongAnswer as wrong:
                told = {**question.to_json(), "problems": list(wrong.problems)}
