"""What waits for what can be kept: every step named is there, in sight, and settles before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.whole import Part, Place, Room, Whole
from workflow_ir.steps import Dependency


def order(whole: Whole) -> Iterator[Finding]:
    """Dependencies of steps and of results, and circles of them."""
    for part in whole.parts:
        found = [*_of_part(part)]
        yield from found
        if not found:
            yield from _circle(part)


def _of_part(part: Part) -> Iterator[Finding]:
    for place in part.places:
        for index, one in enumerate(place.step.depends):
            path = (*place.path, "depends", index, "on")
            yield from _kept(one, path, place.home, place)
    for room in part.rooms:
        for index, one in enumerate(room.scope.depends):
            path = (*room.path, "depends", index, "on")
            if room.owner is None:
                yield Finding(path, "the outputs of a Melody wait for all of its steps")
            else:
                yield from _kept(one, path, room.owner.home, room.owner)
                if room.owner.nests and not _waits(room.owner, one):
                    yield _border(path, one, room.owner)


def _kept(one: Dependency, path: Path, room: Room, place: Place) -> Iterator[Finding]:
    """``place`` or its result waits; what it waits for must be visible from ``room``."""
    target = room.visible.get(one.on.rpartition(".")[2])
    if target is None or target.step.address != one.on:
        yield Finding(path, f"there is no step `{one.on[:200]}` that can be seen from here")
        return
    if target in place.around():
        yield Finding(
            path, f"`{place.step.address}` cannot wait for `{one.on}`, which it is part of"
        )
        return
    for outer in place.around():
        if outer is place or not outer.nests:
            continue
        if target.home in _rooms_inside(outer, place):
            return
        if not _waits(outer, one):
            yield _border(path, one, outer)


def _rooms_inside(outer: Place, place: Place) -> set[Room]:
    """The scopes between a step and one around it."""
    found: set[Room] = set()
    for one in place.around():
        if one is outer:
            break
        found.add(one.home)
    return found


def _waits(place: Place, one: Dependency) -> bool:
    return any(each.on == one.on for each in place.step.depends)


def _border(path: Path, one: Dependency, outer: Place) -> Finding:
    return Finding(
        path,
        f"`{one.on}` stands outside of `{outer.step.address}`, which does not wait for it",
        f"add it to the `depends` of `{outer.step.address}`",
    )


def _circle(part: Part) -> Iterator[Finding]:
    """One step of each circle; a container waits for all that stands in it."""
    by_address: dict[str, Place] = {place.step.address: place for place in part.places}
    done: set[Place] = set()
    for start in part.places:
        path = [] if start in done else [(start, _ahead(start, by_address))]
        on_path = {start} if path else set()
        while path:
            place, ahead = path[-1]
            target = next((one for one in ahead if one not in done), None)
            if target is None:
                path.pop()
                on_path.discard(place)
                done.add(place)
            elif target in on_path:
                yield Finding(
                    (*target.path, "depends"), f"`{target.step.address}` waits for itself"
                )
                return
            else:
                on_path.add(target)
                path.append((target, _ahead(target, by_address)))


def _ahead(place: Place, by_address: Mapping[str, Place]) -> Iterator[Place]:
    for one in place.step.depends:
        yield by_address[one.on]
    for room in place.inner:
        yield from room.places.values()
        for one in room.scope.depends:
            yield by_address[one.on]
