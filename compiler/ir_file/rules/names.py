"""Names are of their kind, and no two things have the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.whole import Part, Place, Room, Whole
from compiler.parse.atoms import INPUT_NAME, LONGEST_NAME, MELODY_NAME, PLAYER_NAME, STEP_ID
from workflow_ir.ids import within
from workflow_ir.steps import Branch, Parallel, Play

AT = re.compile(r"[0-9]{1,9}:[0-9]{1,9}-[0-9]{1,9}:[0-9]{1,9}", re.ASCII)
ROOTS = frozenset({
    "inputs", "steps", "output", "index", "with", "players", "secrets", "iteration", "previous",
    "host", "arguments",
})  # fmt: skip


def names(whole: Whole) -> Iterator[Finding]:
    """Ids, addresses, arms, items, inputs, players and models."""
    for part in whole.parts:
        yield from _of_melody(part)
        for room in part.rooms:
            yield from _of_room(room)
        for place in part.places:
            yield from _of_step(place)


def _of_melody(part: Part) -> Iterator[Finding]:
    ir = part.ir
    yield from _legal(ir.name, MELODY_NAME, (*part.path, "name"), "a Melody")
    if not ir.root.steps:
        yield Finding((*part.path, "root"), "a Melody has one step or more")
    for name in ir.inputs:
        yield from _legal(name, INPUT_NAME, (*part.path, "inputs", name), "an input")
    for name in ir.models:
        yield from _legal(name, PLAYER_NAME, (*part.path, "models", name), "a model")
    anonymous = {name for place in part.places for name in _anonymous(place)}
    for name in ir.players:
        if name not in anonymous:
            yield from _legal(name, PLAYER_NAME, (*part.path, "players", name), "a player")


def _anonymous(place: Place) -> Iterator[str]:
    """The names that players of ``run:`` may have."""
    verb, guard = place.layers.verb, place.layers.guard
    if isinstance(verb, Play):
        yield f"run:{place.step.address}"
    if guard is not None and guard.compensate is not None:
        yield f"run:{place.step.address}~compensate"


def _of_room(room: Room) -> Iterator[Finding]:
    seen: set[str] = set()
    outer = {} if room.owner is None else room.owner.home.visible
    for index, step in enumerate(room.scope.steps):
        path = (*room.path, "steps", index)
        yield from _legal(step.id, STEP_ID, (*path, "id"), "a step")
        if step.address != within(room.prefix, step.id):
            yield Finding(
                (*path, "address"),
                f"the address of this step is `{within(room.prefix, step.id)[:200]}`",
            )
        if step.id in seen:
            yield Finding((*path, "id"), f"two steps of one scope are called `{step.id}`")
        elif step.id in outer:
            yield Finding((*path, "id"), f"step `{step.id}` hides a step of that name outside")
        seen.add(step.id)


def _of_step(place: Place) -> Iterator[Finding]:
    verb, each = place.layers.verb, place.layers.each
    if place.step.at is not None and not AT.fullmatch(place.step.at):
        yield Finding((*place.path, "at"), "a place is written `LINE:COLUMN-LINE:COLUMN`")
    path = place.way_to(verb)
    if isinstance(verb, Branch):
        yield from _distinct([arm.name for arm in verb.arms], (*path, "arms"), "an arm")
        if not verb.arms:
            yield Finding((*path, "arms"), "a branch has one arm or more")
    if isinstance(verb, Parallel):
        yield from _distinct([side.name for side in verb.sides], (*path, "sides"), "a branch")
        if not verb.sides:
            yield Finding((*path, "sides"), "`parallel` has one branch or more")
    if each is not None:
        way = (*place.way_to(each), "as")
        yield from _legal(each.as_, INPUT_NAME, way, "an item")
        taken = {
            other.layers.each.as_
            for other in place.around()
            if other is not place and other.layers.each is not None
        }
        taken |= {f"{name}_index" for name in taken}
        if each.as_ in taken | ROOTS or f"{each.as_}_index" in taken:
            yield Finding(way, f"`{each.as_}` means something else here already")


def _distinct(found: list[str], path: Path, what: str) -> Iterator[Finding]:
    for index, name in enumerate(found):
        yield from _legal(name, STEP_ID, (*path, index, "name"), what)
        if name in found[:index]:
            yield Finding((*path, index, "name"), f"two of them are called `{name}`")


def _legal(name: str, pattern: re.Pattern[str], path: Path, what: str) -> Iterator[Finding]:
    if not pattern.fullmatch(name) or len(name) > LONGEST_NAME:
        yield Finding(path, f"`{name[:60]}` is no name of {what}")
