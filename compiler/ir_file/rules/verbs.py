"""Verbs and wrappers say neither too little nor too much."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.shape import close
from compiler.ir_file.whole import Part, Place, Whole, guard_of
from compiler.parse.windows import ZONE
from workflow_ir.policy import SucceedIf
from workflow_ir.steps import (
    Call,
    Guard,
    Parallel,
    Play,
    Repeat,
    Verb,
    Wait,
    holds_scopes,
)
from workflow_ir.values import ConvertValue, ListValue, MapValue, Value


def verbs(whole: Whole) -> Iterator[Finding]:
    """What the types of the IR leave open."""
    for part in whole.parts:
        for place in part.places:
            yield from _of_step(part, place)


def _of_step(part: Part, place: Place) -> Iterator[Finding]:
    _, window, _, each, guard, verb = place.layers
    path = place.way_to(verb)
    if isinstance(verb, Play) and guard is None:
        yield Finding(path, "a `play` stands in a guard")
    yield from _of_verb(part, verb, path)
    if window is not None:
        for index, time in enumerate(window.times):
            way = (*place.way_to(window), "times", index)
            if not ZONE.fullmatch(time.zone):
                yield Finding((*way, "zone"), f"`{time.zone[:60]}` is no time zone")
            if not time.days or not all(0 <= day <= 6 for day in time.days):
                yield Finding((*way, "days"), "days are numbers from 0, Monday, to 6")
    if each is not None:
        yield from _threshold(each.succeed_if, (*place.way_to(each), "succeed_if"))
        yield from _conversions(each.items, (*place.way_to(each), "items"))
    if guard is not None:
        yield from _of_guard(part, guard, place.way_to(guard))


def _of_guard(part: Part, guard: Guard, path: Path) -> Iterator[Finding]:
    again, undoing = guard.reconstruct, guard.compensate
    if again is not None:
        way = (*path, "reconstruct", "player")
        yield from _player(part, again.player, way)
        yield from _conversions(again.source, (*path, "reconstruct", "source"))
    if undoing is not None:
        inner, verb = guard_of(undoing.body)
        way = (*path, "compensate", "body")
        if holds_scopes(verb) and not isinstance(verb, Call):
            yield Finding((*way, "kind"), "what undoes a step is one act: no steps stand in it")
        if inner is not None:
            if inner.compensate is not None or inner.reconstruct is not None:
                yield Finding(way, "what undoes a step is not undone or reconstructed itself")
            way = (*way, "body")
        elif isinstance(verb, Play):
            yield Finding(way, "a `play` stands in a guard")
        yield from _of_verb(part, verb, way)


def _of_verb(part: Part, verb: Verb, path: Path) -> Iterator[Finding]:
    match verb:
        case Play():
            for index, name in enumerate(verb.players()):
                route = verb.route is not None
                way = (*path, "route", "candidates", index) if route else (*path, "player")
                yield from _player(part, name, way)
            yield from _conversions(verb.with_, (*path, "with"))
        case Repeat() if (verb.until is None) == (verb.while_ is None):
            yield Finding(path, "a loop has `until` or `while`, and not both")
        case Wait():
            ways = (verb.seconds, verb.until, verb.event)
            if sum(one is not None for one in ways) != 1:
                yield Finding(path, "`wait` has exactly one of `seconds`, `until` and `event`")
        case Parallel():
            yield from _threshold(verb.succeed_if, (*path, "succeed_if"))
        case Call():
            yield from _conversions(verb.with_, (*path, "with"))
        case _:
            return


def _player(part: Part, name: str, path: Path) -> Iterator[Finding]:
    if name not in part.ir.players:
        yield Finding(
            path,
            f"there is no player `{name[:60]}`",
            close(name, part.ir.players, what="player of this Melody"),
        )


def _threshold(found: SucceedIf, path: Path) -> Iterator[Finding]:
    for kind in ("count", "percent"):
        if (getattr(found, kind) is not None) != (found.kind == kind):
            yield Finding(path, f"`{kind}` goes with `kind: {kind}`, and with no other")


def _conversions(value: Value | None, path: Path) -> Iterator[Finding]:
    """A conversion names the field it is about, where it is about one."""
    match value:
        case ConvertValue():
            if (value.field is None) != (value.to == "number"):
                yield Finding(path, "`field` names the only field, except with `to: number`")
            yield from _conversions(value.value, (*path, "value"))
        case MapValue(entries=entries):
            for key, entry in entries.items():
                yield from _conversions(entry, (*path, "entries", key))
        case ListValue(items=items):
            for index, item in enumerate(items):
                yield from _conversions(item, (*path, "items", index))
        case _:
            return
