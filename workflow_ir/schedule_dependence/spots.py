"""The steps of a Melody and of its sub-melodies as one tree, and which may go on side by side.

Sets of steps are bits of an integer: ten thousand steps in a row have fifty million pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from workflow_ir.steps import Branch, Call, ForEach, Layers, Scope, Step, layers, scopes_of
from workflow_ir.values import ListValue, LiteralValue
from workflow_ir.workflow import WorkflowIR

Bits = int
"""A set of spots: the bit of each spot's number."""


@dataclass(slots=True, eq=False)
class Spot:
    """One step where it stands."""

    number: int
    address: str
    """With the steps that call its sub-melody before it: ``docs/intro``."""
    step: Step
    layers: Layers
    home: WorkflowIR
    """The Melody or sub-melody in which it is written."""
    room: Room
    rooms: list[Room] = field(default_factory=list)
    """The scopes inside it."""
    inside: Bits = 0
    """Every step in it, however deep."""
    before: Bits = 0
    """What has ended, or never begins, when it starts."""
    after: Bits = 0
    """What starts only when it has ended, or never begins."""
    beside: Bits = 0
    """What may go on at the same time: itself too, where that may be with another item."""

    @property
    def bit(self) -> Bits:
        """The set of it alone."""
        return 1 << self.number

    @property
    def whole(self) -> Bits:
        """It and what is inside."""
        return self.bit | self.inside

    @property
    def side_by_side(self) -> bool:
        """It is a map whose items may go on at the same time."""
        each = self.layers.each
        return each is not None and each.concurrency != 1 and (self.items is None or self.items > 1)

    @property
    def items(self) -> int | None:
        """Of a map: how many items it has; None: that is known in the run only."""
        match self.layers.each:
            case ForEach(items=ListValue(items=given)) | ForEach(items=LiteralValue(value=given)):
                return len(given) if isinstance(given, tuple | list) else None
        return None

    def around(self) -> Iterator[Spot]:
        """The steps in which it stands, the nearest first."""
        owner = self.room.owner
        while owner is not None:
            yield owner
            owner = owner.room.owner


@dataclass(slots=True, eq=False)
class Room:
    """One scope where it stands."""

    owner: Spot | None
    """None: the top of the Melody."""
    scope: Scope
    known: dict[str, Spot]
    """The steps that can be read in it, by their address in the Melody where they are written."""
    spots: list[Spot] = field(default_factory=list)

    @property
    def bits(self) -> Bits:
        """Its own steps."""
        return bits(self.spots)

    @property
    def whole(self) -> Bits:
        """Its steps and what is inside them."""
        return _union(spot.whole for spot in self.spots)

    def beside(self, spot: Spot, among: Bits) -> Bits:
        """Of ``among``: its steps that may go on beside one of them, in one use of the scope."""
        return among & ~(spot.before | spot.after | spot.bit)


class Score:
    """Every step of a Melody, those of its sub-melodies at each place that calls them.

    Args:
        ir: The Melody.
    """

    def __init__(self, ir: WorkflowIR) -> None:
        self.ir = ir
        self.spots: list[Spot] = []
        """In the order of the file."""
        self.rooms: list[Room] = []
        self.top = self._room(ir, None, ir.root, "", {})
        order = self._in_order()
        for spot in order:
            owner = spot.room.owner
            spot.before |= 0 if owner is None else owner.before
            for other in _awaited(spot):
                spot.before |= other.whole | other.before
        for spot in reversed(order):
            for other in _awaited(spot):
                other.after |= spot.whole | spot.after
        for spot in order:
            spot.after |= 0 if spot.room.owner is None else spot.room.owner.after
            spot.beside = self._beside(spot)

    def of(self, some: Bits) -> tuple[Spot, ...]:
        """The spots of a set, in the order of the file."""
        return tuple(spot for spot in self.spots if spot.bit & some)

    def _room(
        self,
        home: WorkflowIR,
        owner: Spot | None,
        scope: Scope,
        prefix: str,
        outside: dict[str, Spot],
    ) -> Room:
        room = Room(owner, scope, dict(outside))
        self.rooms.append(room)
        for step in scope.steps:
            number = len(self.spots)
            spot = Spot(number, prefix + step.address, step, layers(step), home, room)
            self.spots.append(spot)
            room.spots.append(spot)
            room.known[step.address] = spot
        for spot in room.spots:
            verb = spot.layers.verb
            if isinstance(verb, Call):
                module = self.ir.modules[verb.module]
                below = f"{spot.address}/"
                spot.rooms.append(self._room(module, spot, module.root, below, {}))
            for _, inner in scopes_of(verb):
                spot.rooms.append(self._room(home, spot, inner, prefix, room.known))
            spot.inside = _union(inner_room.whole for inner_room in spot.rooms)
        return room

    def _in_order(self) -> list[Spot]:
        """What a step waits for, and the step in which it stands, come before it."""
        sorter: TopologicalSorter[int] = TopologicalSorter()
        for spot in self.spots:
            owner = spot.room.owner
            ahead = [other.number for other in _awaited(spot)]
            sorter.add(spot.number, *ahead, *(() if owner is None else (owner.number,)))
        return [self.spots[number] for number in sorter.static_order()]

    def _beside(self, spot: Spot) -> Bits:
        apart = spot.before | spot.after | spot.whole
        room, again = spot.room, spot.whole if spot.side_by_side else 0
        for owner in spot.around():
            apart |= owner.bit
            if isinstance(owner.layers.verb, Branch):  # only one of its arms is taken
                apart |= owner.inside & ~room.whole
            if owner.side_by_side:
                again |= owner.whole
            room = owner.room
        return ((1 << len(self.spots)) - 1) & ~apart | again


def bits(spots: Iterable[Spot]) -> Bits:
    """The set of these."""
    return _union(spot.bit for spot in spots)


def _union(sets: Iterable[Bits]) -> Bits:
    every = 0
    for one in sets:
        every |= one
    return every


def _awaited(spot: Spot) -> Iterator[Spot]:
    for dependency in spot.step.depends:
        other = spot.room.known.get(dependency.on)
        if other is not None and other is not spot:
            yield other
