"""An agent player: a model that uses tools until it has an answer (spec 6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from conductor_core.agents.port import Agents, Brief, DialogueOver
from conductor_core.agents.session import Session, Spent
from conductor_core.agents.tools import Tool
from conductor_core.models.answer import asked_again, data_of, schema_for
from conductor_core.models.port import ChatModel, Reply
from conductor_core.players.fill import Filler, as_text, from_evaluation
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import AgentPlayer, Model
from workflow_ir.taxonomy import Effects

MAX_TURNS = 10
"""Model calls of an agent that says nothing of them."""

FindModel = Callable[[str, str], tuple[ChatModel, Model] | StandardError]
"""The model of an alias for the performance at a run path."""
FindTools = Callable[[], Awaitable[Sequence[Tool] | StandardError]]
"""The agent's tools; or why one of them must not or cannot be used."""


@dataclass(frozen=True, slots=True)
class AgentPerformer:
    """Lets the machinery of a backend work on a session, and judges what came of it."""

    player: AgentPlayer
    model: FindModel
    tools: FindTools
    agents: Agents
    filler: Filler = field(default_factory=Filler)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The last reply's text, or with an output schema the JSON that it gives.

        ``output.format`` after one more question where it cannot be parsed; ``unable_to_complete``
        where the turns were used up; else what the model failed of.
        """
        if grant.backstage is None:
            return StandardError.of(
                "config.invalid", f"agent {request.player!r} has no way to its tools here"
            )
        changed = dict(request.parameters)
        alias = str(changed.pop("model", self.player.model))
        found = self.model(alias, request.path)
        if isinstance(found, StandardError):
            return found
        tools = await self.tools()
        if isinstance(tools, StandardError):
            return tools
        try:
            brief = self._brief(request, tools)
        except EvaluationError as error:
            return from_evaluation(error, where=f"player {request.player!r}")
        chat, model = found
        cost = self.player.cost
        session = Session(
            agent=request.player,
            chat=chat,
            tools=tools,
            backstage=grant.backstage,
            grant=grant,
            max_turns=brief.max_turns,
            attempt=request.attempt,
            json_schema=schema_for(request.output),
            parameters={**model.parameters, **self.player.parameters, **changed},
            declared=Spent() if cost is None else Spent(cost.usd, cost.tokens),
        )
        try:
            await self._converse(brief, session)
        finally:
            await session.close()
        return await self._outcome(session)

    def _brief(self, request: PlayRequest, tools: Sequence[Tool]) -> Brief:
        """The agent in words.

        Raises:
            EvaluationError: A template could not be filled.
        """
        role, goal, backstory = (self._persona(each, request) for each in _PERSONA)
        system = f"You are {role}. {backstory}".rstrip() + f"\nYour personal goal is: {goal}"
        if self.player.system is not None:
            system += "\n\n" + self.filler.text(self.player.system, request.with_)
        if request.prompt is not None:
            task = request.prompt
        else:
            task = as_text(request.with_) if request.with_ else goal
        return Brief(
            name=request.player,
            role=role,
            goal=goal,
            backstory=backstory,
            system=system,
            task=task,
            tools=tuple(tool.spec for tool in tools),
            max_turns=self.player.max_turns or MAX_TURNS,
        )

    def _persona(self, name: str, request: PlayRequest) -> str:
        value = self.player.agent.entries.get(name)
        return "" if value is None else self.filler.text(value, request.with_).strip()

    async def _converse(self, brief: Brief, session: Session) -> None:
        """What the machinery says or raises is not heard where the session knows better."""
        try:
            await self.agents.converse(brief, session)
        except DialogueOver:
            pass
        except Exception:
            told_too_late = session.answer is not None and session.late
            if session.error is None and not told_too_late:
                raise

    async def _outcome(self, session: Session) -> Success | StandardError:
        if session.error is not None:
            return _failed(session, session.error)
        reply = session.answer
        if reply is None:
            fact = f"agent {session.agent!r} was ended before its model had answered"
            return _failed(session, StandardError.of("player.bug", fact, origin="host"))
        output: Any = data_of(reply, session.json_schema)
        if isinstance(output, StandardError) and not reply.scripted:
            again = await session.ask_again(asked_again(session.asked, reply, output))
            if isinstance(again, Reply):
                output = data_of(again, session.json_schema)
            elif again is not None:
                output = again
        if isinstance(output, StandardError):
            return _failed(session, output)
        return Success(
            output,
            usd=session.spent.usd,
            tokens=session.spent.tokens,
            synthetic=session.synthetic,
        )


_PERSONA = ("role", "goal", "backstory")


def _failed(session: Session, error: StandardError) -> StandardError:
    """The error with what the attempt has cost; a model's failure undoes no tool."""
    if session.acted and error.effects is Effects.NONE:
        error = error.replace(effects=Effects.POSSIBLE)
    return session.spent.on(error)
