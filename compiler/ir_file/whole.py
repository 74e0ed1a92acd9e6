"""An IR laid out for checking: every scope and step with the way to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.ir_file.finding import Path
from workflow_ir.ids import within
from workflow_ir.plan import is_flat_branch
from workflow_ir.steps import (
    Branch,
    Guard,
    Layers,
    Parallel,
    Scope,
    Step,
    Verb,
    holds_scopes,
    layers,
)
from workflow_ir.workflow import WorkflowIR


@dataclass(slots=True, eq=False)
class Place:
    """One step, and where it stands."""

    step: Step
    path: Path
    home: Room
    layers: Layers
    inner: tuple[Room, ...] = ()

    @property
    def nests(self) -> bool:
        """Its inside is a graph of its own, which cannot wait for steps outside."""
        each, verb = self.layers.each, self.layers.verb
        return holds_scopes(verb) and (each is not None or not is_flat_branch(self.step))

    def way_to(self, layer: object) -> Path:
        """The way to one of its wrappers, or to its verb."""
        path = (*self.path, "body")
        for one in self.layers:
            if one is layer:
                return path
            if one is not None:
                path = (*path, "body")
        return path

    def around(self) -> Iterator[Place]:
        """This step and those it stands in, innermost first."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.home.owner


@dataclass(slots=True, eq=False)
class Room:
    """One scope."""

    scope: Scope
    path: Path
    prefix: str
    """Of the addresses of its steps."""
    owner: Place | None
    """The step whose inside it is; None at the top."""
    places: dict[str, Place] = field(default_factory=dict)
    """By id; of two with the same id the first."""
    visible: Mapping[str, Place] = field(default_factory=dict)
    """Its own steps and those around it."""


@dataclass(slots=True, eq=False)
class Part:
    """One Melody of the IR: the top, or a module."""

    ir: WorkflowIR
    path: Path
    rooms: list[Room] = field(default_factory=list)
    """Outer ones before those inside them."""
    places: list[Place] = field(default_factory=list)
    """In file order, containers before what stands in them."""


@dataclass(slots=True, eq=False)
class Whole:
    """All Melodies of an IR."""

    ir: WorkflowIR
    parts: tuple[Part, ...]
    """The top first, then the modules."""

    @classmethod
    def of(cls, ir: WorkflowIR) -> Whole:
        """Lay out the top and its modules."""
        found = [Part(ir, ())]
        found += [Part(module, ("modules", key)) for key, module in ir.modules.items()]
        for part in found:
            root = Room(part.ir.root, (*part.path, "root"), "", None)
            _enter(part, root, {})
        return cls(ir, tuple(found))


def _enter(part: Part, room: Room, outer: Mapping[str, Place]) -> None:
    part.rooms.append(room)
    entered: list[Place] = []
    for index, step in enumerate(room.scope.steps):
        place = Place(step, (*room.path, "steps", index), room, layers(step))
        room.places.setdefault(step.id, place)
        entered.append(place)
    room.visible = {**outer, **room.places}
    for place in entered:
        part.places.append(place)
        place.inner = tuple(_rooms(place))
        for inner in place.inner:
            _enter(part, inner, room.visible)


def _rooms(place: Place) -> Iterator[Room]:
    verb, address = place.layers.verb, place.step.address
    path = place.way_to(verb)
    for name, way, scope in _scopes(verb):
        prefix = within(address, name) if name else address
        yield Room(scope, (*path, *way, "scope"), prefix, place)


def _scopes(verb: Verb) -> Iterator[tuple[str, Path, Scope]]:
    match verb:
        case Branch(arms=arms):
            for index, arm in enumerate(arms):
                yield arm.name, ("arms", index), arm.scope
        case Parallel(sides=sides):
            for index, side in enumerate(sides):
                yield side.name, ("sides", index), side.scope
        case _ if holds_scopes(verb) and hasattr(verb, "scope"):
            yield "", (), verb.scope


def guard_of(body: Guard | Verb) -> tuple[Guard | None, Verb]:
    """The guard of a performance, if it has one, and its verb."""
    return (body, body.body) if isinstance(body, Guard) else (None, body)
