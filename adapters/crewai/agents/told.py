"""What CrewAI must be told of a model call, and what it must not do about one."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from crewai.events.types.llm_events import LLMCallType
from crewai.llms.base_llm import BaseLLM, llm_call_context

from conductor_core.models.port import Reply

F = TypeVar("F", bound=Callable[..., Any])


def unretried(call: F) -> F:
    """Keep CrewAI from wrapping a model's ``call`` or ``acall`` in retries of its own.

    It repeats each up to three times if the error looks like a rate limit, by its status or by
    words such as "too many requests". The Melody's policy retries, and counts.
    """
    call._crewai_rate_limit_wrapped = True  # type: ignore[attr-defined]  # noqa: SLF001
    return call


class Telling:
    """Send CrewAI's events of one model call: while traces are collected, CrewAI waits for them.

    Args:
        llm: The model.
        messages: As CrewAI gave them.
        tools: Likewise.
        task: Whose call it is.
        agent: Likewise.
    """

    def __init__(self, llm: BaseLLM, messages: Any, tools: Any, task: Any, agent: Any) -> None:
        self._llm, self._messages, self._tools = llm, messages, tools
        self._whose = {"from_task": task, "from_agent": agent}
        self._call = llm_call_context()

    def __enter__(self) -> Self:
        self._call.__enter__()
        self._llm._emit_call_started_event(  # noqa: SLF001 - CrewAI has no public name for it
            self._messages, tools=self._tools, **self._whose
        )
        return self

    def told(self, reply: Reply) -> str:
        """The model has answered; its text."""
        usage = {
            "prompt_tokens": reply.input_tokens,
            "completion_tokens": reply.output_tokens,
            "total_tokens": reply.input_tokens + reply.output_tokens,
        }
        kind = LLMCallType.TOOL_CALL if reply.tool_calls else LLMCallType.LLM_CALL
        calls = [{"name": call.name, "arguments": call.arguments} for call in reply.tool_calls]
        self._llm._track_token_usage_internal(usage)  # noqa: SLF001 - as above
        self._llm._emit_call_completed_event(  # noqa: SLF001 - as above
            response=calls or reply.text,
            call_type=kind,
            messages=self._messages,
            usage=usage,
            **self._whose,
        )
        return reply.text

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._llm._emit_call_failed_event(  # noqa: SLF001 - as above
                error=str(error) or type(error).__name__, **self._whose
            )
        self._call.__exit__(kind, error, trace)
