"""Players, models and what they name are there, and say what their kind must."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.shape import close
from compiler.ir_file.whole import Part, Whole
from compiler.parse.player_kinds import TARGET
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    CommandPlayer,
    FrameworkPlayer,
    ModelPlayer,
    Player,
    PythonPlayer,
)
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import WorkflowIR


def players(whole: Whole) -> Iterator[Finding]:
    """The players of every Melody."""
    for part in whole.parts:
        for name, player in part.ir.players.items():
            path = (*part.path, "players", name)
            yield from _named(part, player, path)
            yield from _kind(part.ir, player, path, whole.ir.modules)
        yield from _managed(part)
        yield from _circles(part)


def _managed(part: Part) -> Iterator[Finding]:
    """The manager, and whom it may name."""
    process = part.ir.process
    if process is None:
        return
    path = (*part.path, "process")
    named: list[tuple[Path, str]] = [((*path, "manager"), process.manager)]
    named += [((*path, "players", index), name) for index, name in enumerate(process.players)]
    for place, name in named:
        if name not in part.ir.players:
            yield Finding(
                place,
                f"there is no player `{name[:60]}`",
                close(name, part.ir.players, what="player of this Melody"),
            )


def _named(part: Part, player: Player, path: Path) -> Iterator[Finding]:
    """Those that it falls back on, requires, is renewed by, or uses as tools."""
    tools = player.tools if isinstance(player, AgentPlayer) else ()
    if player.refresh is not None and player.refresh not in part.ir.players:
        yield Finding(
            (*path, "refresh"),
            f"there is no player `{player.refresh[:60]}`",
            close(player.refresh, part.ir.players, what="player of this Melody"),
        )
    for field, found in (
        ("fallback", player.fallback),
        ("requires", player.requires),
        ("tools", tools),
    ):
        for index, name in enumerate(found):
            if name not in part.ir.players:
                yield Finding(
                    (*path, field, index),
                    f"there is no player `{name[:60]}`",
                    close(name, part.ir.players, what="player of this Melody"),
                )


def _kind(
    ir: WorkflowIR, player: Player, path: Path, modules: Mapping[str, WorkflowIR]
) -> Iterator[Finding]:
    match player:
        case PythonPlayer(target=target) | FrameworkPlayer(target=target):
            if not TARGET.fullmatch(target):
                yield Finding((*path, "target"), "a target is written `module:name`")
        case CommandPlayer(commands=commands):
            for index, argv in enumerate(commands):
                program = argv[0] if argv else None
                written = isinstance(program, LiteralValue) and isinstance(program.value, str)
                if not written:
                    yield Finding(
                        (*path, "commands", index), "a command begins with a written program"
                    )
        case ModelPlayer() | AgentPlayer():
            if player.model not in ir.models:
                yield Finding(
                    (*path, "model"),
                    f"there is no model `{player.model[:60]}`",
                    close(player.model, ir.models, what="model of this Melody"),
                )
        case CallPlayer(module=key):
            if key not in modules:
                yield Finding((*path, "module"), "there is no such module")
        case _:
            return


WAYS: tuple[tuple[Callable[[Player], tuple[str, ...]], str], ...] = (
    (lambda player: player.fallback, "falls back on itself"),
    (lambda player: player.requires, "requires itself"),
    (lambda player: () if player.refresh is None else (player.refresh,), "refreshes itself"),
    (lambda player: player.tools if isinstance(player, AgentPlayer) else (), "is a tool of itself"),
)
"""What leads from player to player, and what is said of a circle."""


def _circles(part: Part) -> Iterator[Finding]:
    """What leads from a player back to it: ``fallback``, ``requires``, ``refresh``, ``tools``."""
    for ahead_of, fact in WAYS:
        yield from islice(_circle(part, ahead_of, fact), 1)


def _circle(
    part: Part, ahead_of: Callable[[Player], tuple[str, ...]], fact: str
) -> Iterator[Finding]:
    known = part.ir.players
    done: set[str] = set()
    for start in known:
        path = [] if start in done else [(start, iter(ahead_of(known[start])))]
        while path:
            name, ahead = path[-1]
            target = next((one for one in ahead if one in known and one not in done), None)
            if target is None:
                done.add(name)
                path.pop()
            elif any(target == one for one, _ in path):
                yield Finding((*part.path, "players", target), f"player `{target[:60]}` {fact}")
                return
            else:
                path.append((target, iter(ahead_of(known[target]))))
