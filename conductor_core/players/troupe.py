"""The players of one run, by name; made when they are first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.agents.port import Agents
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.models.cassette import Cassette
from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.recorder import Recorder
from conductor_core.players.agent import AgentPerformer
from conductor_core.players.allow import refused
from conductor_core.players.argv import written_program
from conductor_core.players.call import CallPerformer
from conductor_core.players.command import CommandPerformer
from conductor_core.players.faults import FaultedPerformer, Faults
from conductor_core.players.framework.performer import FrameworkPerformer
from conductor_core.players.http.performer import HttpPerformer
from conductor_core.players.http.request import written_host
from conductor_core.players.isolation.chosen import ChosenPerformer
from conductor_core.players.isolation.isolated import IsolatedPerformer
from conductor_core.players.isolation.whereabouts import is_the_projects_own
from conductor_core.players.loop_thread import LoopThread
from conductor_core.players.mcp.performer import McpPerformer
from conductor_core.players.model import ModelPerformer
from conductor_core.players.own_thread import own_thread
from conductor_core.players.plugin import PluginPerformer
from conductor_core.players.python import PythonPerformer
from conductor_core.players.script import Script, of_tool, static_address
from conductor_core.players.scripted import Consumed, ScriptedPerformer
from conductor_core.players.stages import AsyncStage, Inline, LoopForEachCall, OwnLoops
from conductor_core.players.toolbox import Toolbox
from conductor_core.ports import Player as Performer
from workflow_ir.allow import Allow
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    CommandPlayer,
    FrameworkPlayer,
    HttpPlayer,
    McpPlayer,
    Model,
    ModelPlayer,
    Player,
    PluginPlayer,
    PythonPlayer,
)
from workflow_ir.workflow import WorkflowIR


@dataclass(slots=True)
class Troupe:
    """Finds players; implements ``ports.Players``. One for each run: it counts what was played."""

    players: Mapping[str, Player]
    folder: Path
    """The project's folder, else the Melody's: modules are found and commands run there."""
    models: Mapping[str, Model] = field(default_factory=dict)
    allow: Allow = field(default_factory=Allow)
    """What the project allows; nothing by default."""
    script: Script | None = None
    """Replaces every player; what it stands for must be allowed all the same (spec 8)."""
    faults: Faults = field(default_factory=Faults)
    offline: bool = False
    """``--offline``: every model is replaced."""
    replay: Cassette | None = None
    """``--replay``: answers every model call."""
    record: Recorder | None = None
    """``--record``: gets every model call."""
    trusted: frozenset[str] = frozenset()
    """Addresses of models that need not be allowed."""
    modules: Mapping[str, WorkflowIR] = field(default_factory=dict)
    """Sub-melodies by their key: each has players and models of its own."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By name, for the templates of players that may read them."""
    agents: Agents = field(default_factory=ToolLoop)
    """The machinery that turns agents."""
    _made: dict[tuple[str, str], Performer] = field(default_factory=dict, init=False)
    _consumed: Consumed = field(default_factory=Consumed, init=False)
    _loops: dict[str, LoopThread] = field(default_factory=dict, init=False)
    """By module: where async players of the project run."""
    _ahead: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    """Players that are being made ready."""

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    def find(
        self, name: str, path: str, address: str, module: str = ""
    ) -> Performer | StandardError:
        """The player, ready to be asked, or why it must not or cannot be."""
        del address  # in a sub-melody it is not unique; scripts and faults go by the run path
        players = self.modules[module].players if module else self.players
        player = players.get(name)
        if player is None:
            meant = nearest(name, players)
            hint = f"; did you mean {meant!r}?" if meant else ""
            return StandardError.of(
                "config.missing", f"there is no player {name!r}{hint}", origin="conductor"
            )
        found = self._refused(player) or self._performer(name, player, path, module)
        if not isinstance(found, StandardError) and self._faulted(path):
            return FaultedPerformer(found, self.faults)
        return found

    def preload(self) -> None:
        """Make ready, in the background, the players that ask for it (``preload: true``).

        What goes wrong is told when the player is asked.
        """
        if self.script is not None:
            return
        kept = [("", self.players), *((key, ir.players) for key, ir in self.modules.items())]
        for module, players in kept:
            for name, player in players.items():
                if player.preload and self._refused(player) is None:
                    made = self._performer(name, player, "", module)
                    if isinstance(made, ChosenPerformer | FrameworkPerformer):
                        task = asyncio.get_running_loop().create_task(_made_ready(made))
                        self._ahead.add(task)
                        task.add_done_callback(self._ahead.discard)

    def left_behind(self, name: str, module: str = "") -> bool:
        """Whether a call of the player goes on that was told to stop; then it is asked no more."""
        made = self._made.get((module, name))
        return isinstance(made, ChosenPerformer | FrameworkPerformer) and made.left_behind

    async def aclose(self) -> None:
        """End the processes and loops of the players; the run is over."""
        for task in self._ahead:
            task.cancel()
        if self._ahead:
            await asyncio.wait(tuple(self._ahead))
        for made in self._made.values():
            if isinstance(made, McpPerformer | PluginPerformer):
                await made.aclose()
        await own_thread(self.close, name="melody-close")

    def close(self) -> None:
        """As ``aclose``, where no loop turns; waits for the processes."""
        for made in self._made.values():
            if isinstance(made, ChosenPerformer):
                made.close()
        for loop in self._loops.values():
            loop.close()

    def _faulted(self, path: str) -> bool:
        return bool(self.faults.faults) and self.faults.concern(path, static_address(path))

    def _refused(self, player: Player) -> StandardError | None:
        match player:
            case PythonPlayer():
                return refused(self.allow.refuse_python(player.target))
            case FrameworkPlayer():
                return refused(self.allow.refuse_python(player.target, what="framework player"))
            case HttpPlayer():
                host = written_host(player.request)
                return refused(self.allow.refuse_http(host)) if host else None
            case McpPlayer(command=tuple(argv)):
                return refused(self.allow.refuse_mcp(argv))
            case McpPlayer(url=str(url)):
                return refused(self.allow.refuse_mcp(url))
            case PluginPlayer():
                return refused(self.allow.refuse_plugin(player.plugin))
            case CommandPlayer():
                for command in player.commands:
                    program = written_program(command)
                    if program is not None:
                        no = refused(self.allow.refuse_command(program))
                        if no is not None:
                            return no
        return None

    def _performer(
        self, name: str, player: Player, path: str, module: str
    ) -> Performer | StandardError:
        if self.script is not None and self._is_scripted(self.script, name, player, path, module):
            acts = self.script.acts_for(name, path)
            if acts is None:
                return StandardError.of(
                    "config.missing",
                    f"the script has no entry for player {name!r} (step {path!r});"
                    " add one under `players:` or `steps:`, or a `default:`",
                    origin="conductor",
                )
            return ScriptedPerformer(acts, self._consumed, player)
        return self._real(name, player, module)

    def _real(self, name: str, player: Player, module: str) -> Performer | StandardError:
        key = (module, name)
        if key not in self._made:
            made = self._make(player, module)
            if isinstance(made, StandardError):
                return made
            self._made[key] = made
        return self._made[key]

    def _is_scripted(
        self, script: Script, name: str, player: Player, path: str, module: str
    ) -> bool:
        """A sub-melody without an entry of its own is run; the default plays its players.

        Likewise a player whose model has an entry performs with that model, and a tool of such an
        agent performs if nothing stands for it.
        """
        if script.own_acts(name, path) is not None:
            return True
        match player:
            case CallPlayer():
                return False
            case ModelPlayer() | AgentPlayer():
                return not self._catalogue(module).is_scripted(player.model)
            case _:
                return script.default is not None or not of_tool(path)

    def _catalogue(self, module: str) -> Catalogue:
        backing = Backing(
            offline=self.offline,
            script=self.script,
            consumed=self._consumed,
            replay=self.replay,
            record=self.record,
            allow=self.allow,
            trusted=self.trusted,
            folder=self.folder,
        )
        return Catalogue(self.modules[module].models if module else self.models, backing)

    def _make(self, player: Player, module: str) -> Performer | StandardError:
        match player:
            case PythonPlayer():
                return self._python(player)
            case CommandPlayer():
                return CommandPerformer(player, self.folder, self.allow, secrets=self.secrets)
            case ModelPlayer():
                return ModelPerformer(player, self._catalogue(module))
            case AgentPlayer():
                tools = self._toolbox(player, module)
                find = self._catalogue(module).find
                return AgentPerformer(player, find, tools.find, self.agents)
            case HttpPlayer():
                return HttpPerformer(player, self.allow, self.secrets)
            case CallPlayer():
                return CallPerformer(player.module, self.modules[player.module])
            case McpPlayer():
                return McpPerformer(player, self.folder, self.allow, self.secrets)
            case PluginPlayer():
                return PluginPerformer(player.plugin)
            case FrameworkPlayer():
                return FrameworkPerformer(player.target, self.folder, player.isolation, self._loops)

    def _toolbox(self, player: AgentPlayer, module: str) -> Toolbox:
        script = self.script

        def stands_in(name: str) -> bool:
            if script is None:
                return False
            of_a_step = any(of_tool(path) for path in script.steps)
            return of_a_step or name in script.players or script.default is not None

        players = self.modules[module].players if module else self.players
        return Toolbox(
            player.tools,
            players,
            self.modules,
            self.folder,
            self._refused,
            lambda name: self._real(name, players[name], module),
            stands_in,
        )

    def _python(self, player: PythonPlayer) -> ChosenPerformer:
        module = player.target.partition(":")[0]
        stage: AsyncStage = OwnLoops(module, self._loops)
        if player.isolation == "inline":
            stage = Inline()
        elif player.isolation == "thread":
            stage = LoopForEachCall()
        return ChosenPerformer(
            player.isolation,
            is_the_projects_own(module, self.folder),
            PythonPerformer(player.target, self.folder, stage),
            IsolatedPerformer(player.target, self.folder, fresh=player.isolation == "process"),
        )


async def _made_ready(performer: ChosenPerformer | FrameworkPerformer) -> None:
    with suppress(Exception):
        await performer.preload()
