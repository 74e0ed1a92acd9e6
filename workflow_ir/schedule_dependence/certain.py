"""Whether an expression, a value or a step may fail. In doubt it may."""

from __future__ import annotations

import ast

from workflow_ir.expressions import parse
from workflow_ir.policy import Gate, Rung
from workflow_ir.schedule_dependence.spots import Room, Spot
from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Fail,
    Guard,
    Parallel,
    Play,
    Repeat,
    Set,
    Wait,
)
from workflow_ir.values import ConvertValue, Value, expressions_of

_ALWAYS = frozenset({"ok", "status", "error", "attempts", "player", "branch", "exhausted"})
"""What may be read of any step (spec 8, Expressions)."""
_BOOLEANS = frozenset({"ok", "exhausted"})


def may_fail(spot: Spot) -> bool:
    """The step can end as failed, so that its scope fails with it."""
    when, _, require, each, guard, _ = spot.layers
    if guard is not None and _always_skips(guard):
        return False
    if when is not None and not certain(when.condition, spot):
        return True
    if require is not None:
        return True
    if each is None:
        return _performance_may_fail(spot)
    if not certain(each.items, spot) or each.barrier_timeout_s is not None:
        return True
    if each.succeed_if.kind == "count":  # more may be wanted than there are
        return True
    return _performance_may_fail(spot)


def item_may_fail(spot: Spot) -> bool:
    """One item of the map can end as failed."""
    guard = spot.layers.guard
    return not (guard is not None and _always_skips(guard)) and _performance_may_fail(spot)


def room_may_fail(room: Room) -> bool:
    """A step of the scope can end as failed, or its value cannot be told."""
    if any(may_fail(spot) for spot in room.spots):
        return True
    return room.scope.result is not None and not _certain_in(room.scope.result, room)


def _always_skips(guard: Guard) -> bool:
    """Whatever goes wrong, what stays is a gap."""

    def ends(ladder: tuple[Rung, ...] | None) -> bool:
        return ladder is not None and Rung.SKIP in ladder and Rung.ESCALATE not in ladder

    gate: Gate | None = guard.gate
    by_gate = gate is None or gate.on_fail is None or ends(gate.on_fail)
    return ends(guard.on_failure) and by_gate and all(map(ends, guard.policy.recovery.values()))


def _performance_may_fail(spot: Spot) -> bool:
    guard, verb = spot.layers.guard, spot.layers.verb
    judged = guard is not None and (guard.output is not None or guard.gate is not None)
    limited = guard is not None and (
        guard.policy.timeout_s is not None or guard.policy.budget is not None
    )
    if judged or (limited and spot.rooms):
        return True
    match verb:
        case Play() | Approval() | Fail():
            return True
        case Set(value=value):
            return not certain(value, spot)
        case Wait(until=until):
            return until is not None and bool(tuple(expressions_of(until)))
        case Branch(arms=arms):
            whens = (arm.when for arm in arms if arm.when is not None)
            if not all(certain(when, spot) for when in whens):
                return True
        case Parallel(barrier_timeout_s=seconds) if seconds is not None:
            return True
        case Repeat(on_max=on_max, until=until, while_=test):
            inner = spot.rooms[0]
            conditions = (one for one in (until, test) if one is not None)
            if on_max == "fail" or not all(_certain_in(one, inner) for one in conditions):
                return True
        case Call(with_=given):
            if tuple(expressions_of(given)):  # what is given may not meet the inputs' schemas
                return True
    return any(room_may_fail(room) for room in spot.rooms)


def certain(value: Value | None, spot: Spot) -> bool:
    """The value can be told, whatever the run has come to."""
    return _certain_in(value, spot.room)


def _certain_in(value: Value | None, room: Room) -> bool:
    if isinstance(value, ConvertValue):
        return False
    return all(_total(parse(one.source).tree, room) for one in expressions_of(value))


def _total(tree: ast.expr, room: Room) -> bool:
    match tree:
        case ast.Constant() | ast.Name():  # a name that stands alone is known, or was refused
            return True
        case ast.Attribute():
            return _is_there(_path(tree), room)
        case ast.Call(func=ast.Name(id="has"), args=[path]):
            return bool(_path(path))
        case ast.Call(func=ast.Name(id="default"), args=[path, other]):
            return bool(_path(path)) and _total(other, room)
        case ast.Call(func=ast.Name(id="json" | "str" | "bool"), args=[one]):
            return _total(one, room)
        case ast.Call(func=ast.Name(id="now"), args=[]):
            return True
        case ast.BoolOp(values=values):
            return all(_boolean(one, room) for one in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _boolean(operand, room)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _boolean(test, room) and _total(body, room) and _total(orelse, room)
        case ast.List(elts=items):
            return all(_total(one, room) for one in items)
        case ast.Dict(keys=keys, values=values):
            return all(
                isinstance(key, ast.Constant) and _total(one, room)
                for key, one in zip(keys, values, strict=True)
            )
    return False


def _boolean(tree: ast.expr, room: Room) -> bool:
    """It is total and gives a boolean."""
    match tree:
        case ast.Constant(value=bool()) | ast.Name(id="true" | "false"):
            return True
        case ast.Attribute(attr=name):
            path = _path(tree)
            return len(path) == 3 and path[0] == "steps" and name in _BOOLEANS
        case ast.Call(func=ast.Name(id="has")) | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return _total(tree, room)
    return False


def _path(tree: ast.expr) -> tuple[str, ...]:
    """``steps.a.output`` as its parts; empty: no plain path."""
    names: list[str] = []
    while isinstance(tree, ast.Attribute):
        names.append(tree.attr)
        tree = tree.value
    if not isinstance(tree, ast.Name):
        return ()
    return (tree.id, *reversed(names))


def _is_there(path: tuple[str, ...], room: Room) -> bool:
    match path:
        case ("inputs", _):
            return True
        case ("steps", _, fact):
            return fact in _ALWAYS or fact == "output"
        case ("steps", name, "output", member):
            spot = _find(name, room)
            return spot is not None and _gives(spot, member)
    return False


def _find(name: str, room: Room) -> Spot | None:
    here: Room | None = room
    while here is not None:
        for spot in here.spots:
            if spot.step.id == name:
                return spot
        owner = here.owner
        here = None if owner is None or isinstance(owner.layers.verb, Call) else owner.room
    return None


def _gives(spot: Spot, member: str) -> bool:
    """Its output is a map that has this member, by what is written."""
    if spot.layers.each is not None:
        return False
    guard = spot.layers.guard
    if guard is not None and guard.output is not None:
        return member in guard.output.get("required", ())
    match spot.layers.verb:
        case Set(value=value):
            return member in getattr(value, "entries", ())
        case Approval(form=form):
            return member == "choice" or member in (form or {}).get("required", ())
        case Play() | Wait() | Fail() | Parallel():
            return False
    results = [room.scope.result for room in spot.rooms]
    return bool(results) and all(member in getattr(one, "entries", ()) for one in results)
