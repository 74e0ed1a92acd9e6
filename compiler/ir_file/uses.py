"""Every expression of an IR, the way to it, and what it may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.ir_file.finding import Path
from compiler.ir_file.whole import Part, Place, Room, guard_of
from workflow_ir.players import (
    AgentPlayer,
    CommandPlayer,
    HttpPlayer,
    McpPlayer,
    ModelPlayer,
    Player,
)
from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Fail,
    Guard,
    Play,
    Repeat,
    Set,
    Verb,
    Wait,
)
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
)

Found = Iterator[tuple[ExprValue, Path]]


@dataclass(frozen=True, slots=True)
class Use:
    """One expression in one place."""

    expr: ExprValue
    path: Path
    room: Room | None
    """The scope whose steps it sees; None in players."""
    place: Place | None
    """The step it belongs to; of a result or ``until``: the step whose inside it ends."""
    in_item: bool = True
    """It is evaluated for each item."""
    in_loop: bool = False
    """It belongs to an iteration of its own step."""
    after: bool = False
    """It is evaluated when the steps of ``room`` have settled."""
    waits: bool = True
    """What it reads must have settled."""
    more: tuple[str, ...] = ()
    """Further names: ``output``, ``secrets``, ``arguments``, ``host``."""


def expressions_at(value: Value | None, path: Path) -> Found:
    """The expressions of a value, each with the way to it."""
    match value:
        case None | LiteralValue():
            return
        case ExprValue():
            yield value, path
        case TextValue(parts=parts):
            for index, part in enumerate(parts):
                if isinstance(part, ExprValue):
                    yield part, (*path, "parts", index)
        case MapValue(entries=entries):
            for key, entry in entries.items():
                yield from expressions_at(entry, (*path, "entries", key))
        case ListValue(items=items):
            for index, item in enumerate(items):
                yield from expressions_at(item, (*path, "items", index))
        case ConvertValue(value=inner):
            yield from expressions_at(inner, (*path, "value"))


def uses_of(part: Part) -> Iterator[Use]:
    """Every expression of a Melody."""
    for name, player in part.ir.players.items():
        yield from _of_player(name, player, (*part.path, "players", name))
    for place in part.places:
        yield from _of_step(place)
    root = part.rooms[0]
    for expr, path in expressions_at(root.scope.result, (*root.path, "result")):
        yield Use(expr, path, root, None, after=True)


def _of_player(name: str, player: Player, path: Path) -> Iterator[Use]:
    plain = ("arguments",) if name.startswith("run:") else ()
    for value, way, secret in _templates(player):
        for expr, at in expressions_at(value, (*path, *way)):
            more = (*plain, "secrets") if secret else plain
            yield Use(expr, at, None, None, more=more)


def _templates(player: Player) -> Iterator[tuple[Value | None, Path, bool]]:
    """Each value with the way to it, and whether secrets may stand there."""
    match player:
        case CommandPlayer():
            for row, argv in enumerate(player.commands):
                for column, word in enumerate(argv):
                    yield word, ("commands", row, column), False
            yield player.stdin, ("stdin",), False
            yield player.env, ("env",), True
        case ModelPlayer():
            yield player.system, ("system",), False
        case AgentPlayer():
            yield player.system, ("system",), False
            yield player.agent, ("agent",), False
        case HttpPlayer():
            yield player.request, ("request",), True
        case McpPlayer():
            yield player.env, ("env",), True
            yield player.headers, ("headers",), True
        case _:
            return


def _of_step(place: Place) -> Iterator[Use]:
    when, _, require, each, guard, verb = place.layers
    home = place.home
    if when is not None:
        path = (*place.way_to(when), "condition")
        yield Use(when.condition, path, home, place, in_item=False)
    if require is not None:
        path = (*place.way_to(require), "condition")
        yield Use(require.condition, path, home, place, in_item=False, more=("host",))
    if each is not None:
        for expr, path in expressions_at(each.items, (*place.way_to(each), "items")):
            yield Use(expr, path, home, place, in_item=False)
    if guard is not None:
        yield from _of_guard(guard, place.way_to(guard), place)
    yield from _of_verb(verb, place.way_to(verb), place)
    for room in place.inner:
        for expr, path in expressions_at(room.scope.result, (*room.path, "result")):
            yield Use(expr, path, room, place, in_loop=True, after=True)


def _of_guard(guard: Guard, path: Path, place: Place) -> Iterator[Use]:
    home = place.home
    gate, again, undoing = guard.gate, guard.reconstruct, guard.compensate
    for name in ("check", "score"):
        expr = None if gate is None else getattr(gate, name)
        if expr is not None:
            yield Use(expr, (*path, "gate", name), home, place, more=("output",))
    for expr, at in expressions_at(guard.idempotency_key, (*path, "idempotency_key")):
        yield Use(expr, at, home, place)
    if again is not None:
        for expr, at in expressions_at(again.source, (*path, "reconstruct", "source")):
            yield Use(expr, at, home, place, waits=False)
    if undoing is not None:
        inner, verb = guard_of(undoing.body)
        way: Path = (*path, "compensate", "body")
        for expr, at in _values(verb, way if inner is None else (*way, "body")):
            yield Use(expr, at, home, place, waits=False, more=("output", "secrets"))


def _of_verb(verb: Verb, path: Path, place: Place) -> Iterator[Use]:
    for expr, at in _values(verb, path):
        more = ("secrets",) if at[len(path)] in ("with", "arguments") else ()
        yield Use(expr, at, place.home, place, more=more)
    if isinstance(verb, Branch):
        for index, arm in enumerate(verb.arms):
            if arm.when is not None:
                yield Use(arm.when, (*path, "arms", index, "when"), place.home, place)
    if isinstance(verb, Repeat):
        if verb.while_ is not None:
            yield Use(verb.while_, (*path, "while"), place.home, place, in_loop=True)
        if verb.until is not None:
            (room,) = place.inner
            yield Use(verb.until, (*path, "until"), room, place, in_loop=True, after=True)


def _values(verb: Verb, path: Path) -> Found:
    match verb:
        case Play():
            yield from expressions_at(verb.with_, (*path, "with"))
            yield from expressions_at(verb.prompt, (*path, "prompt"))
            yield from expressions_at(verb.arguments, (*path, "arguments"))
        case Set():
            yield from expressions_at(verb.value, (*path, "value"))
        case Call():
            yield from expressions_at(verb.with_, (*path, "with"))
        case Approval():
            yield from expressions_at(verb.text, (*path, "text"))
            yield from expressions_at(verb.show, (*path, "show"))
        case Wait():
            yield from expressions_at(verb.until, (*path, "until"))
        case Fail():
            yield from expressions_at(verb.message, (*path, "message"))
        case _:
            return
