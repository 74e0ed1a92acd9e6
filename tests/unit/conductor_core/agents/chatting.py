"""A model that says what it is told to, and agents that are asked by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conductor_core.agents.port import Agents
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.agents.tools import Tool, written_tool
from conductor_core.models.port import NO_PARAMETERS, ChatModel, Message, Reply, ToolCall, ToolSpec
from conductor_core.players.agent import AgentPerformer
from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import literal, mapping
from tests.unit.conductor_core.stand import Act
from workflow_ir.outcome import StandardError
from workflow_ir.players import AgentPlayer, Model, Player, PythonPlayer, Schema

Said = Reply | StandardError | Exception | float
"""A number is a wait of so many seconds, and then what comes next."""


@dataclass
class Chat:
    """Gives what it is told to, one a call; the last one repeats."""

    says: list[Said]
    asked: list[tuple[Message, ...]] = field(default_factory=list)
    """What it was sent."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """Tools, schema and parameters of each call."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        self.asked.append(tuple(messages))
        self.told.append({"tools": tools, "schema": json_schema, "parameters": dict(parameters)})
        said = self._next()
        while isinstance(said, float):
            assert grant is not None
            assert grant.clock is not None
            await grant.clock.sleep(said)
            said = self._next()
        if isinstance(said, Exception):
            raise said
        return said

    def _next(self) -> Said:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


def says(text: str = "done", **facts: Any) -> Reply:
    return Reply(text, "fake/chat", **facts)


def wants(*calls: tuple[str, Any], **facts: Any) -> Reply:
    """A reply that asks for tools: name and arguments, data or the text as written."""
    made = tuple(
        ToolCall(f"call{n}", name, given if isinstance(given, str) else json.dumps(given))
        for n, (name, given) in enumerate(calls)
    )
    return Reply("", "fake/chat", tool_calls=made, **facts)


def an_agent(*tools: str, **facts: Any) -> AgentPlayer:
    persona = mapping(role=literal("a cook"), goal=literal("cook"), backstory=literal("You eat."))
    given: dict[str, Any] = {"agent": persona, "model": "m", **facts}
    return AgentPlayer(kind="agent", tools=tools, **given)


def a_tool(**facts: Any) -> Player:
    return PythonPlayer(kind="python", target="m:f", **facts)


TEXT_INPUT: Schema = {
    "type": "object",
    "properties": {"x": {"type": "string"}},
    "required": ["x"],
    "additionalProperties": False,
}


def agent_act(
    players: Mapping[str, Player],
    name: str,
    chat: ChatModel | Callable[[str], ChatModel],
    agents: Agents | None = None,
    models: Mapping[str, Model] | None = None,
) -> Act:
    """The agent of this name at work on a stand."""
    player = players[name]
    assert isinstance(player, AgentPlayer)

    async def tools() -> Sequence[Tool] | StandardError:
        found = [written_tool(each, players[each], {}) for each in player.tools]
        return tuple(tool for tool in found if tool is not None)

    def find(alias: str, path: str) -> tuple[ChatModel, Model] | StandardError:
        made = chat if isinstance(chat, Chat) else chat(alias)  # type: ignore[operator]
        return made, (models or {}).get(alias, Model(model="fake/chat"))

    performer = AgentPerformer(player, find, tools, agents or ToolLoop())

    async def act(request: PlayRequest, grant: Grant) -> Any:
        return await performer.play(request, grant)

    return act
