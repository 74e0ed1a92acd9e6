"""Crews and flows of CrewAI."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conductor_core.failure.classify import is_control_flow
from conductor_core.players.framework.asked import Asked, nobody_answers
from conductor_core.players.framework.data import plain
from conductor_core.players.framework.silence import quiet, silence
from workflow_ir.outcome import StandardError, Success


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew: the ``with`` map, and a prompt as ``prompt``, are its inputs.

    Every attempt gets a copy, as in CrewAI's ``kickoff_for_each``: a crew keeps its last inputs in
    its tasks, and its agents work for one task at a time.
    """

    crew: Any
    what: str

    async def ask(self, asked: Asked) -> Success | StandardError:
        """JSON or the model of its last task, else the text."""
        silence()
        quiet()
        return await _worked(self.what, self.crew.copy(), asked)


@dataclass(frozen=True, slots=True)
class CrewBase:
    """A class decorated with ``@CrewBase``: a fresh crew for every attempt."""

    made: Callable[[], Any]
    what: str

    async def ask(self, asked: Asked) -> Success | StandardError:
        """As ``Crew``."""
        silence()
        quiet()
        return await _worked(self.what, self.made().crew(), asked)


@dataclass(slots=True)
class Flow:
    """A flow: the ``with`` map, and a prompt as ``prompt``, are its inputs.

    Of a class every attempt gets a flow of its own. An instance works for one after the other, and
    its state goes on from one to the next, as CrewAI keeps it.
    """

    flow: Any
    what: str
    is_class: bool
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def ask(self, asked: Asked) -> Success | StandardError:
        """The result of its last method."""
        if self.is_class:
            silence()
            quiet()
            return await self._performed(self.flow(), asked)
        async with self._turn:
            return await self._performed(self.flow, asked)

    async def _performed(self, flow: Any, asked: Asked) -> Success | StandardError:
        from crewai.flow.flow_config import flow_config

        # Private in CrewAI. Without a provider it would read the terminal.
        asking = [method.human_feedback for method in flow._definition.methods.values()]  # noqa: SLF001
        if flow_config.hitl_provider is None and any(one and not one.provider for one in asking):
            return nobody_answers(self.what)
        return await _kicked_off(self.what, flow, asked)


async def _worked(what: str, crew: Any, asked: Asked) -> Success | StandardError:
    if any(task.human_input for task in crew.tasks):
        return nobody_answers(what)  # CrewAI would read the terminal
    inputs = asked.map()
    # Without any input CrewAI sends placeholders to the model as they are. Other braces in a text
    # are none, and a callback may fill them.
    missing = sorted(
        name for name in crew.fetch_inputs() if name.isidentifier() and name not in inputs
    )
    if missing and not crew.before_kickoff_callbacks:
        named = ", ".join(map(repr, missing))
        return StandardError.of("input.invalid", f"{what} lacks {named}; write `with:`")
    return await _kicked_off(what, crew, asked)


async def _kicked_off(what: str, team: Any, asked: Asked) -> Success | StandardError:
    silence()
    quiet()
    streams, team.stream = team.stream, False  # a player has nobody who reads a stream
    try:
        answer = await team.akickoff(inputs=asked.map())
    except Exception as error:
        if is_control_flow(error):
            return nobody_answers(what)
        raise
    finally:
        team.stream = streams
    if isinstance(answer, BaseException) and is_control_flow(answer):
        return nobody_answers(what)  # HumanFeedbackPending is returned, not raised
    usage = getattr(answer, "token_usage", None) or getattr(team, "usage_metrics", None)
    return Success(plain(answer), tokens=getattr(usage, "total_tokens", 0))
