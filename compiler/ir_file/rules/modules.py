"""Modules have their hashes as keys, are given their inputs, and come to no more than allowed."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.shape import close
from compiler.ir_file.whole import Part, Whole, guard_of
from compiler.modules.unroll import MAX_LEVELS, MAX_MODULES, MAX_STEPS
from workflow_ir.players import CallPlayer
from workflow_ir.steps import Call, Play
from workflow_ir.values import MapValue
from workflow_ir.workflow import WorkflowIR


def modules(whole: Whole) -> Iterator[Finding]:
    """All sub-melodies; since a key is a hash, they cannot call one another in a circle."""
    known = whole.ir.modules
    if len(known) > MAX_MODULES:
        yield Finding(("modules",), f"there are more than {MAX_MODULES} modules")
        return
    sound = True
    for key, module in known.items():
        if module.modules:
            yield Finding(("modules", key, "modules"), "modules stand side by side at the top")
        if module.hash != key:
            sound = False
            yield Finding(
                ("modules", key),
                "the key of a module is its hash, and this one was changed",
                f"its hash is `{module.hash}`",
            )
    calls = {part.path: tuple(_calls(part)) for part in whole.parts}
    for found in calls.values():
        for call, path in found:
            target = known.get(call.module)
            if target is None:
                sound = False
                yield Finding((*path, "module"), "there is no such module")
            else:
                yield from _inputs(call, target, path)
    if sound:
        yield from _sizes(whole, calls)


def _calls(part: Part) -> Iterator[tuple[Call, Path]]:
    for place in part.places:
        guard, verb = place.layers.guard, place.layers.verb
        if isinstance(verb, Call):
            yield verb, place.way_to(verb)
        if guard is not None and guard.compensate is not None:
            inner, undoing = guard_of(guard.compensate.body)
            if isinstance(undoing, Call):
                way = (*place.way_to(guard), "compensate", "body")
                yield undoing, way if inner is None else (*way, "body")


def _inputs(call: Call, module: WorkflowIR, path: Path) -> Iterator[Finding]:
    """Names only: what the values are worth is judged at the border when it runs."""
    given = call.with_
    entries = given.entries if isinstance(given, MapValue) else {}
    for name in entries:
        if name not in module.inputs:
            yield Finding(
                (*path, "with", "entries", name),
                f"`{module.name}` has no input `{name[:60]}`",
                close(name, module.inputs, what="input"),
            )
    for name, one in module.inputs.items():
        if one.required and name not in entries:
            yield Finding(path, f"input `{name}` of `{module.name}` is missing")


def _performing(part: Part) -> Iterator[str]:
    """The modules that players perform with, once for each step that may ask them."""
    for place in part.places:
        verb = place.layers.verb
        if not isinstance(verb, Play):
            continue
        names = list(verb.players())
        for name in names:  # it grows
            player = part.ir.players.get(name)
            if player is None:
                continue
            names += [other for other in player.fallback if other not in names]
            if isinstance(player, CallPlayer):
                yield player.module


def _sizes(whole: Whole, calls: dict[Path, tuple[tuple[Call, Path], ...]]) -> Iterator[Finding]:
    """Steps and levels with everything that is called, the innermost modules first."""
    steps: dict[str, int] = {}
    levels: dict[str, int] = {}
    parts = {part.path[-1] if part.path else "": part for part in whole.parts}
    ahead = [""]
    while ahead:
        key = ahead[-1]
        part = parts[key]
        called = [call.module for call, _ in calls[part.path]] + list(_performing(part))
        inner = set(called)
        waiting = [one for one in inner if one not in steps]
        if waiting:
            ahead.extend(waiting)
            continue
        ahead.pop()
        own = max((sum(1 for _ in place.around()) for place in part.places), default=0)
        steps[key] = len(part.places) * bool(key) + sum(steps[one] for one in called)
        levels[key] = own + max((levels[one] for one in called), default=0)
        if steps[key] > MAX_STEPS or levels[key] > MAX_LEVELS:
            bound = f"{MAX_STEPS} steps" if steps[key] > MAX_STEPS else f"{MAX_LEVELS} levels"
            yield Finding((*part.path, "root"), f"with all that it calls it has over {bound}")
            return
