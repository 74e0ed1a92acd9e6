"""One completion of the model port for a framework: what fails is raised, waits may be blocking."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from conductor_core.models.port import NO_PARAMETERS, ChatModel, Message, Reply, ToolSpec
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema

T = TypeVar("T")


class ModelFailed(Exception):
    """A model gave no reply. The conductor reads ``standard_error`` where it catches this."""

    def __init__(self, error: StandardError) -> None:
        super().__init__(f"{error.code}: {error.message}")
        self.standard_error = error


async def completion(
    model: ChatModel,
    messages: Sequence[Message],
    *,
    tools: Sequence[ToolSpec] = (),
    json_schema: Schema | None = None,
    parameters: Mapping[str, Any] = NO_PARAMETERS,
) -> Reply:
    """One request.

    Raises:
        ModelFailed: There is no reply.
    """
    reply = await model.complete(
        messages, tools=tools, json_schema=json_schema, parameters=parameters
    )
    if isinstance(reply, StandardError):
        raise ModelFailed(reply)
    return reply


def now(work: Coroutine[Any, Any, T]) -> T:
    """Await it on a loop of its own and block meanwhile, for callers that know no other way."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(asyncio.run(work))
        except BaseException as problem:  # noqa: BLE001  it is raised where it is waited for
            answer.set_exception(problem)

    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(run), name="melody-model", daemon=True)
    thread.start()
    return answer.result()
