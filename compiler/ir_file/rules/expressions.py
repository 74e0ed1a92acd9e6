"""Expressions can be read, and know only names and steps that are there and have settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.check.wording import as_phrase
from compiler.ir_file.finding import Finding
from compiler.ir_file.uses import Use, uses_of
from compiler.ir_file.whole import Place, Room, Whole
from workflow_ir.expressions import Expression, ExpressionError, check, parse
from workflow_ir.expressions.frame import HEALTH
from workflow_ir.types import Boolean, Field, Json, MapOf, Object, String, Type

SECRETS = MapOf(String())
HOST = Object({name: Field(Json()) for name in ("memory_free", "cpu_free", "disk_free")})


def expressions(whole: Whole) -> Iterator[Finding]:
    """Every expression of every Melody."""
    for part in whole.parts:
        known = _Known(part.ir.inputs)
        for use in uses_of(part):
            try:
                expression = parse(use.expr.source)
            except ExpressionError as error:
                yield Finding((*use.path, "source"), as_phrase(error.message), error.help)
                continue
            names = known.names(use)
            for problem in check(expression, names).problems:
                yield Finding((*use.path, "source"), as_phrase(problem.message), problem.help)
            yield from _unsettled(use, expression)


def _unsettled(use: Use, expression: Expression) -> Iterator[Finding]:
    """A step is read before it is sure to have settled."""
    if not use.waits or use.room is None:
        return
    for reference in expression.references:
        if len(reference.path) < 2 or reference.path[0] != "steps":
            continue
        target = use.room.visible.get(reference.path[1])
        if target is not None and not _settled(use, target):
            yield Finding(
                (*use.path, "source"),
                f"`steps.{target.step.id}` is read without waiting for it",
                "add it to the `depends` of the step",
            )


def _settled(use: Use, target: Place) -> bool:
    room = use.room
    if use.after and room is not None:
        if target.home is room:
            return True
        if any(one.on == target.step.address for one in room.scope.depends):
            return True
    around = () if use.place is None else use.place.around()
    return any(one.on == target.step.address for place in around for one in place.step.depends)


class _Known:
    """The names of one Melody; those of a scope are put together once."""

    def __init__(self, inputs: Mapping[str, object]) -> None:
        self._inputs = Object({name: Field(Json()) for name in inputs})
        self._steps: dict[Room, Type] = {}

    def names(self, use: Use) -> dict[str, Type]:
        if use.room is None:
            names: dict[str, Type] = {"with": MapOf(Json())}
        else:
            names = {"inputs": self._inputs, "steps": self._visible(use.room)}
        for place in () if use.place is None else use.place.around():
            each, verb = place.layers.each, place.layers.verb
            if each is not None and (place is not use.place or use.in_item):
                own = dict.fromkeys((each.as_, "index", f"{each.as_}_index"), Json())
                names = {**own, **names}
            if verb.kind == "repeat" and (place is not use.place or use.in_loop):
                names = {"iteration": Json(), "previous": Json(), **names}
        names.update(dict.fromkeys(use.more, Json()))
        if "secrets" in use.more:
            names["secrets"] = SECRETS
        if "host" in use.more:
            names |= {"host": HOST, HEALTH: Boolean()}
        return names

    def _visible(self, room: Room) -> Type:
        if room not in self._steps:
            self._steps[room] = Object({name: Field(Json()) for name in room.visible})
        return self._steps[room]
