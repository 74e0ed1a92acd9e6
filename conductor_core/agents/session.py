"""One attempt of an agent, as its model and its tools see it; the same on every backend (spec 6).

Whatever machinery turns the crank, here its requests are counted and paid, its tools used, and its
end is decided. Nothing is asked and nothing used after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from conductor_core.agents.port import DialogueOver
from conductor_core.agents.tools import Tool
from conductor_core.failure.classify import classify
from conductor_core.models.port import ChatModel, Message, Reply, ToolCall
from conductor_core.players.fill import as_text
from conductor_core.ports import Backstage, Grant
from workflow_ir.canonical import canonical_json
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError
from workflow_ir.players import Schema

T = TypeVar("T")

FINAL = frozenset(
    {
        "config.invalid",
        "config.missing",
        "config.model",
        "policy.not_allowed",
        "policy.budget",
        "policy.deadline",
    }
)
"""Failures of tools that no other question can mend: they end the agent. Others are told to it."""

_DIGITS = 9

Told = Literal["success", "recorded", "error", "refused"]
"""What came of a tool: done; answered from the record; failed; not used, since it was asked for
wrongly."""


@dataclass(slots=True)
class Spent:
    """What the model calls of an agent have cost."""

    usd: float = 0.0
    tokens: int = 0

    def add(self, usd: float, tokens: int) -> None:
        """One call more."""
        self.usd = round(self.usd + usd, _DIGITS)
        self.tokens += tokens

    def on(self, error: StandardError) -> StandardError:
        """The error with what was spent before it."""
        return error.replace(cost=Cost(self.usd, self.tokens))


@dataclass(slots=True)
class Session:
    """Implements ``Dialogue`` for one attempt."""

    agent: str
    """Name of the player."""
    chat: ChatModel
    tools: Sequence[Tool]
    backstage: Backstage
    grant: Grant
    max_turns: int
    """Model calls that may be made."""
    attempt: int = 1
    json_schema: Schema | None = None
    """What the last answer must meet; the model is told of it at every call."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Sampling."""
    declared: Spent = field(default_factory=Spent)
    """What the player declares to cost: it is reserved, so the grant does not count it."""
    error: StandardError | None = field(default=None, init=False)
    """Why the agent had to end."""
    answer: Reply | None = field(default=None, init=False)
    """The first reply that asks for no tool: the agent's own."""
    asked: tuple[Message, ...] = field(default=(), init=False)
    """The last messages that the model was sent."""
    spent: Spent = field(default_factory=Spent, init=False)
    synthetic: bool = field(default=False, init=False)
    """Something in it was made up by an offline model."""
    acted: bool = field(default=False, init=False)
    """A tool was used."""
    late: bool = field(default=False, init=False)
    """Something was asked for after the end."""
    turns: int = field(default=0, init=False)
    _uses: int = field(default=0, init=False)
    _tools_usd: float = field(default=0.0, init=False)
    _tools_tokens: int = field(default=0, init=False)
    _closed: bool = field(default=False, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _going: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    @property
    def over(self) -> bool:
        """Nothing more may be asked for."""
        return self._closed or self.error is not None or self.answer is not None

    async def ask(self, messages: Sequence[Message]) -> Reply:
        """One model call; see ``Dialogue``."""
        return await self._in_turn(lambda: self._ask(tuple(messages)))

    async def use(self, call: ToolCall) -> str:
        """Use one tool; see ``Dialogue``. One after the other, whoever asks for several at once."""
        return await self._in_turn(lambda: self._use(call))

    async def close(self) -> None:
        """The machinery has ended, or was cancelled: what it has left going is ended, too.

        Raises:
            asyncio.CancelledError: The caller was cancelled meanwhile.
        """
        self._closed = True
        for task in self._going:
            task.cancel()
        cancelled = False
        while self._going:
            try:
                await asyncio.wait(tuple(self._going))
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError

    async def ask_again(self, messages: Sequence[Message]) -> Reply | StandardError | None:
        """One more question after the answer; None: no turn is left for it."""
        if self.turns >= self.max_turns:
            return None
        self.answer, self._closed = None, False
        try:
            return await self.ask(messages)
        except DialogueOver:
            return self.error

    async def _in_turn(self, work: Callable[[], Awaitable[T]]) -> T:
        """In a task of its own: it can be ended though a framework holds on to its caller."""
        if self.over:
            self.late = True
            raise DialogueOver
        task = asyncio.get_running_loop().create_task(self._alone(work))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        try:
            return await task
        except asyncio.CancelledError:
            here = asyncio.current_task()
            if self._closed and here is not None and not here.cancelling():
                raise DialogueOver from None
            raise

    async def _alone(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._lock:
            if self.over:
                self.late = True
                raise DialogueOver
            return await work()

    async def _ask(self, messages: tuple[Message, ...]) -> Reply:
        short = self._short()
        if short is not None:
            raise self._end(short)
        self.turns += 1
        self.asked = messages
        reply = await self._complete(messages)
        if isinstance(reply, StandardError):
            self.spent.add(reply.cost.usd, reply.cost.tokens)
            self._note_model(error=reply.brief(), message=reply.message, usd=reply.cost.usd)
            raise self._end(reply)
        self.spent.add(reply.usd, reply.input_tokens + reply.output_tokens)
        self.synthetic = self.synthetic or reply.synthetic
        self._note_model(
            model=reply.model,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            usd=reply.usd,
            tools=[call.name for call in reply.tool_calls],
        )
        if not reply.tool_calls:
            self.answer = reply
        elif self.turns >= self.max_turns:
            made = f"{self.turns} model call{'' if self.turns == 1 else 's'}"
            fact = f"agent {self.agent!r} has made its {made} and its model still asks for tools"
            raise self._end(StandardError.of("unable_to_complete", fact, origin="conductor"))
        return reply

    async def _complete(self, messages: tuple[Message, ...]) -> Reply | StandardError:
        try:
            return await self.chat.complete(
                messages,
                tools=[tool.spec for tool in self.tools],
                json_schema=self.json_schema,
                parameters=self.parameters,
                grant=self.grant,
            )
        except Exception as problem:  # noqa: BLE001  a model reports; one that raises is told of, too
            return classify(problem).replace(origin="model")

    async def _use(self, call: ToolCall) -> str:
        self._uses += 1
        tool = next((one for one in self.tools if one.name == call.name), None)
        if tool is None:
            known = ", ".join(repr(one.name) for one in self.tools) or "none"
            fact = f"there is no tool {call.name!r}; there are: {known}"
            return self._refused(call, StandardError.of("input.invalid", fact, origin="model"))
        arguments = tool.arguments(call.arguments)
        if isinstance(arguments, StandardError):
            return self._refused(call, arguments)
        key = canonical_json(arguments).decode()
        recorded = self.backstage.done(tool.name, key)
        answer = await self.backstage.ask(
            tool.name, arguments, f"tool.{self._uses}", effects_key=key
        )
        self.acted = True
        told: Told = "error" if isinstance(answer, StandardError) else "success"
        facts: dict[str, Any] = {"arguments": arguments}
        if isinstance(answer, StandardError):
            facts |= {"error": answer.brief(), "message": answer.message}
        self._note_tool(tool.name, "recorded" if recorded else told, **facts)
        if isinstance(answer, StandardError):
            self._paid(answer.cost, recorded=recorded)
            if answer.code in FINAL:
                raise self._end(answer)
            return _told(answer)
        self._paid(Cost(answer.usd, answer.tokens), recorded=recorded)
        self.synthetic = self.synthetic or answer.synthetic
        return as_text(answer.output)

    def _paid(self, cost: Cost, *, recorded: bool) -> None:
        if not recorded:
            self._tools_usd = round(self._tools_usd + cost.usd, _DIGITS)
            self._tools_tokens += cost.tokens

    def _refused(self, call: ToolCall, error: StandardError) -> str:
        self._note_tool(call.name, "refused", error=error.brief(), message=error.message)
        return _told(error)

    def _short(self) -> StandardError | None:
        """Why there is no money for another call; what was spent is known only afterwards."""
        usd = round(self.spent.usd + self._tools_usd - self.declared.usd, _DIGITS)
        tokens = self.spent.tokens + self._tools_tokens - self.declared.tokens
        facts = (
            (self.grant.usd, usd, "usd", "USD"),
            (self.grant.tokens, tokens, "tokens", "tokens"),
        )
        for bound, used, kind, unit in facts:
            if bound is not None and used > bound:
                return StandardError.of(
                    "policy.budget",
                    f"agent {self.agent!r} has used {used:g} {unit}; {bound:g} were left",
                    origin="conductor",
                    policy_limit=f"budget.{kind}",
                )
        return None

    def _end(self, error: StandardError) -> DialogueOver:
        self.error = error
        return DialogueOver()

    def _note_model(self, **facts: Any) -> None:
        why = f"model.{self.turns}"
        self.backstage.note(
            EventKind.MODEL_CALLED, why, player=self.agent, attempt=self.attempt, **facts
        )

    def _note_tool(self, name: str, outcome: Told, **facts: Any) -> None:
        why = f"tool.{self._uses}"
        self.backstage.note(
            EventKind.TOOL_USED,
            why,
            player=self.agent,
            attempt=self.attempt,
            tool=name,
            outcome=outcome,
            **facts,
        )


def _told(error: StandardError) -> str:
    return f"error: {error.code}: {error.message}"
