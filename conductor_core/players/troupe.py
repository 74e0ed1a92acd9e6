"""The players of one run, by name; made when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conductor_core.players.allow import refused
from conductor_core.players.argv import written_program
from conductor_core.players.command import CommandPerformer
from conductor_core.players.faults import FaultedPerformer, Faults
from conductor_core.players.model import ModelPerformer
from conductor_core.players.python import PythonPerformer
from conductor_core.players.script import Script
from conductor_core.players.scripted import Consumed, ScriptedPerformer
from conductor_core.ports import Player as Performer
from workflow_ir.allow import Allow
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.players import CommandPlayer, Model, ModelPlayer, Player, PythonPlayer


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
    _made: dict[str, Performer] = field(default_factory=dict, init=False)
    _consumed: Consumed = field(default_factory=Consumed, init=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    def find(self, name: str, path: str, address: str) -> Performer | StandardError:
        """The player, ready to be asked, or why it must not or cannot be."""
        player = self.players.get(name)
        if player is None:
            meant = nearest(name, self.players)
            hint = f"; did you mean {meant!r}?" if meant else ""
            return StandardError.of(
                "config.missing", f"there is no player {name!r}{hint}", origin="conductor"
            )
        found = self._refused(player) or self._performer(name, player, path, address)
        if not isinstance(found, StandardError) and self.faults.concern(path, address):
            return FaultedPerformer(found, self.faults)
        return found

    def _refused(self, player: Player) -> StandardError | None:
        match player:
            case PythonPlayer():
                return refused(self.allow.refuse_python(player.target))
            case CommandPlayer():
                for command in player.commands:
                    program = written_program(command)
                    if program is not None:
                        no = refused(self.allow.refuse_command(program))
                        if no is not None:
                            return no
        return None

    def _performer(
        self, name: str, player: Player, path: str, address: str
    ) -> Performer | StandardError:
        if self.script is not None:
            acts = self.script.acts_for(name, path, address)
            if acts is None:
                return StandardError.of(
                    "config.missing",
                    f"the script has no entry for player {name!r} (step {path!r});"
                    " add one under `players:` or `steps:`, or a `default:`",
                    origin="conductor",
                )
            return ScriptedPerformer(acts, self._consumed, player)
        if name not in self._made:
            self._made[name] = self._make(player)
        return self._made[name]

    def _make(self, player: Player) -> Performer:
        match player:
            case PythonPlayer():
                return PythonPerformer(player.target, self.folder)
            case CommandPlayer():
                return CommandPerformer(player, self.folder, self.allow)
            case ModelPlayer():
                return ModelPerformer(player, self.models, self.offline)
