"""The tools of an agent, looked up when it is asked for the first time (spec 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conductor_core.agents.tools import Tool, as_object, called_tool, unknown_tool, written_tool
from conductor_core.models.port import ToolSpec
from conductor_core.players.called import load
from conductor_core.players.framework.performer import FrameworkPerformer
from conductor_core.players.isolation.isolated import IsolatedPerformer
from conductor_core.players.isolation.whereabouts import is_the_projects_own
from conductor_core.players.mcp.performer import McpPerformer
from conductor_core.players.own_thread import own_thread
from conductor_core.players.project_modules import project_folder
from conductor_core.ports import Grant, PlayRequest
from conductor_core.ports import Player as Performer
from workflow_ir.outcome import StandardError
from workflow_ir.players import FrameworkPlayer, McpPlayer, Player, PythonPlayer
from workflow_ir.workflow import WorkflowIR


@dataclass(slots=True)
class Toolbox:
    """The tools of one agent."""

    names: Sequence[str]
    """Of players."""
    players: Mapping[str, Player]
    modules: Mapping[str, WorkflowIR]
    folder: Path
    """Of the project."""
    refused: Callable[[Player], StandardError | None]
    """Why a player must not be asked."""
    made: Callable[[str], Performer | StandardError]
    """Gives a player ready to be asked."""
    stands_in: Callable[[str], bool]
    """Whether a script performs in the place of a player: then nothing is imported or started."""
    _found: dict[str, Tool] = field(default_factory=dict, init=False)

    async def find(self) -> Sequence[Tool] | StandardError:
        """All of them; or the first reason why one must not or cannot be used."""
        for name in dict.fromkeys(self.names):
            if name not in self._found:
                tool = await self._find(name)
                if isinstance(tool, StandardError):
                    return tool
                self._found[name] = tool
        return tuple(self._found.values())

    async def _find(self, name: str) -> Tool | StandardError:
        player = self.players.get(name)
        if player is None:
            return StandardError.of(
                "config.missing", f"there is no player {name!r}, which is named as a tool"
            )
        no = self.refused(player)
        if no is not None:
            return no
        known = written_tool(name, player, self.modules)
        if known is not None:
            return known
        if self.stands_in(name):
            return unknown_tool(name, player)
        match player:
            case PythonPlayer():
                return await self._of_code(name, player)
            case McpPlayer():
                return await self._of_server(name, player)
            case FrameworkPlayer():
                return await self._of_framework(name, player)
            case _:
                return unknown_tool(name, player)

    async def _of_server(self, name: str, player: McpPlayer) -> Tool | StandardError:
        performer = self.made(name)
        assert isinstance(performer, McpPerformer)
        told = await performer.described(_asking_nothing(name, {}))
        if isinstance(told, StandardError):
            unfilled = told.code == "expression.missing"
            return unknown_tool(name, player) if unfilled else told
        said, schema = told
        return Tool(ToolSpec(name, player.description or said, as_object(dict(schema))))

    async def _of_framework(self, name: str, player: FrameworkPlayer) -> Tool | StandardError:
        performer = self.made(name)
        assert isinstance(performer, FrameworkPerformer)
        told = await performer.described()
        if told is None:
            return unknown_tool(name, player)
        if isinstance(told, StandardError):
            return told
        said, schema = told
        return Tool(ToolSpec(name, player.description or said, as_object(schema)))

    async def _of_code(self, name: str, player: PythonPlayer) -> Tool | StandardError:
        """By its type hints; they are read where the player performs."""
        own = is_the_projects_own(player.target.partition(":")[0], self.folder)
        apart = player.isolation in {"worker", "process"}
        if apart or (player.isolation is None and not own):
            return await self._apart(name, player)
        with project_folder(self.folder):
            called = await own_thread(lambda: load(player.target, self.folder))
        if isinstance(called, StandardError):
            return called
        return called_tool(name, player.description, called.function, called.signature)

    async def _apart(self, name: str, player: PythonPlayer) -> Tool | StandardError:
        reader = IsolatedPerformer(_READER, self.folder, fresh=True)
        given = {"target": player.target, "folder": str(self.folder)}
        request = _asking_nothing(name, given)
        try:
            told = await reader.play(request, Grant(deadline=None))
        finally:
            reader.close()
        if isinstance(told, StandardError):
            return told
        said = player.description or told.output["description"]
        return Tool(ToolSpec(name, said, told.output["parameters"]))


_READER = "conductor_core.agents.described:described"


def _asking_nothing(name: str, with_: dict[str, Any]) -> PlayRequest:
    return PlayRequest(
        path="",
        address="",
        player=name,
        with_=with_,
        has_with=True,
        prompt=None,
        output=None,
        attempt=1,
        parameters={},
        idempotency_key="",
    )
