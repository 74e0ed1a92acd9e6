"""One step as pieces of a file: the door to all verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.emitter.code import Code, joined, literal, words
from adapters.emitter.steps.approval import approval
from adapters.emitter.steps.branch import arms, awaits, branch, choose, result, tuple_of
from adapters.emitter.steps.call import call
from adapters.emitter.steps.conditions import conditions
from adapters.emitter.steps.decorator import guarding, ranking
from adapters.emitter.steps.each import each
from adapters.emitter.steps.fail import fail
from adapters.emitter.steps.group import group, inside
from adapters.emitter.steps.judge import judge
from adapters.emitter.steps.parallel import parallel
from adapters.emitter.steps.pieces import Begin, Body, Constant, Function, Piece
from adapters.emitter.steps.play import play
from adapters.emitter.steps.reconstruct import source
from adapters.emitter.steps.repeat import repeat, rounds
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.set_ import set_
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.wait import wait
from adapters.emitter.steps.writing import Writing
from workflow_ir.ids import within
from workflow_ir.plan import is_flat_branch
from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Fail,
    Group,
    Guard,
    Layers,
    Parallel,
    Play,
    Repeat,
    Scope,
    Set,
    Step,
    Verb,
    Wait,
    layers,
)

VERBS: Mapping[type, Callable[[Any, Site], Body]] = {
    Play: play,
    Set: set_,
    Branch: branch,
    Group: group,
    Parallel: parallel,
    Repeat: repeat,
    Call: call,
    Approval: approval,
    Wait: wait,
    Fail: fail,
}
"""What each verb is in a function; a test holds that every verb of the IR has one."""
_NOTHING = Code("")
_MADE: Mapping[type, tuple[str, ...]] = {
    Repeat: ("inside", "iteration", "last", "previous", "result")
}
"""By verb: what its function calls something of its own."""


def pieces_of(writing: Writing, scope: Scope) -> Iterator[Piece]:
    """The steps of a scope, in file order, each with what is inside of it."""
    for step in scope.steps:
        yield from _step(writing, step)


def _step(writing: Writing, step: Step) -> Iterator[Piece]:
    *_, mapped, guard, verb = layers(step)
    yield from _round(writing, step, guard)
    if is_flat_branch(step):
        assert isinstance(verb, Branch)
        yield from _flat_branch(writing, step, verb)
        return
    if mapped is None:
        yield _function(writing, step)
    else:
        yield _map(writing, step)
        yield _item(writing, step)
    yield from _INSIDE[type(verb)](writing, step, verb)


def _round(writing: Writing, step: Step, guard: Guard | None) -> Iterator[Piece]:
    """What the guard of a step needs, before it."""
    policy = writing.policies.own(step)
    if policy is not None:
        yield policy
    if guard is None:
        return
    undo = writing.module.undoing(step)
    if undo is not None:
        yield from _round(writing, undo, layers(undo).guard)
        yield _function(writing, undo, Code(f"Undo {_called(step)}: "))
    judged = judge(writing, step, guard)
    if judged is not None:
        yield judged
    if guard.reconstruct is not None and writing.uses.reconstruct:
        yield source(writing, step, guard.reconstruct)


def _function(writing: Writing, step: Step, what: Code = _NOTHING) -> Function:
    """A step that is performed once; ``what``: how its docstring begins."""
    parts, scene = layers(step), Scene(writing, made=_MADE.get(type(layers(step).verb), ()))
    before = conditions(writing, parts, scene)
    body = VERBS[type(parts.verb)](parts.verb, Site(writing, step, parts.guard, scene))
    name = writing.names(step).step
    decorator = (
        literal(step.id),
        *guarding(writing, step),
        *ranking(writing, step),
    )
    doc = _doc(Code(f"{what}{body.about}"), parts)
    return Function(decorator, name, doc, (*scene.lead(), *before), body)


def _map(writing: Writing, step: Step) -> Function:
    """A map as a whole; its own expressions may fail, too."""
    parts, scene = layers(step), Scene(writing)
    assert parts.each is not None
    before = conditions(writing, parts, scene)
    body = each(parts.each, Site(writing, step, parts.guard, scene))
    policy = None if parts.guard is None else writing.policies.name(step)
    decorator = (
        literal(step.id),
        *(() if policy is None else (policy,)),
        *ranking(writing, step),
    )
    doc = _doc(body.about, parts)
    return Function(decorator, writing.names(step).step, doc, (*scene.lead(), *before), body)


def _item(writing: Writing, step: Step) -> Function:
    """What is performed for one item."""
    parts, scene = layers(step), Scene(writing, made=_MADE.get(type(layers(step).verb), ()))
    assert parts.each is not None
    body = VERBS[type(parts.verb)](parts.verb, Site(writing, step, parts.guard, scene))
    decorator = (literal(step.id), *guarding(writing, step))
    doc = Code(f"For one {words(parts.each.as_)}: {body.about}.")
    return Function(decorator, writing.names(step).item, doc, scene.lead(), body)


def _flat_branch(writing: Writing, step: Step, verb: Branch) -> Iterator[Piece]:
    """A branch whose arms stand in the same graph."""
    parts, names = layers(step), writing.names(step)
    waits = parts.window is not None or parts.require is not None
    if waits:
        scene = Scene(writing)
        before = conditions(writing, parts, scene, Code("False"))
        doc = Code(f"Whether {_called(step)} goes any way, once it may.")
        yield Begin(names.begin, doc, (*scene.lead(), *before))
    scene = Scene(writing)
    lead = () if waits else conditions(writing, parts, scene, Code("None"))
    yield choose(verb, names.arm, _called(step), scene, lead)
    yield from _arms(writing, step, verb)
    more = [*guarding(writing, step), *ranking(writing, step)]
    if waits:
        more.append(Code(f"begin={names.begin}"))
    yield Constant(names.step, _branch_object(writing, step, verb, more))


def _arms(writing: Writing, step: Step, verb: Branch) -> Iterator[Piece]:
    """The steps of all arms, then the value."""
    for arm in verb.arms:
        yield from pieces_of(writing, arm.scope)
    given = result(verb, writing.names(step).result, _called(step), Scene(writing))
    if given is not None:
        yield given


def _branch_object(writing: Writing, step: Step, verb: Branch, more: list[Code]) -> Code:
    names = writing.names(step)
    facts = [literal(step.id), names.arm, arms(verb, Site(writing, step, None, Scene(writing)))]
    valued = any(arm.scope.result is not None for arm in verb.arms)
    facts.append(names.result if valued else Code("None"))
    late = awaits(writing, step, verb)
    if late is not None:
        more = [*more, Code(f"awaits={late}")]
    return Code(f"{writing.run('Branch')}({joined([*facts, *more], ', ')})")


def _nothing(_writing: Writing, _step: Step, _verb: Verb) -> Iterator[Piece]:
    """The verb holds no scopes, or they stand in a file of their own."""
    yield from ()


def _inside_branch(writing: Writing, step: Step, verb: Branch) -> Iterator[Piece]:
    names = writing.names(step)
    yield choose(verb, names.arm, _called(step), Scene(writing), ())
    yield from _arms(writing, step, verb)
    yield Constant(names.branch, _branch_object(writing, step, verb, []))
    yield _region(writing, names.inside, step.address, (names.branch,))


def _inside_repeat(writing: Writing, step: Step, verb: Repeat) -> Iterator[Piece]:
    yield from rounds(writing, step, verb)
    yield from _scope(writing, writing.names(step).inside, step.address, verb.scope)


def _inside_group(writing: Writing, step: Step, verb: Group) -> Iterator[Piece]:
    yield from _scope(writing, writing.names(step).inside, step.address, verb.scope)


def _inside_parallel(writing: Writing, step: Step, verb: Parallel) -> Iterator[Piece]:
    names = writing.names(step)
    for side in verb.sides:
        scene, region = Scene(writing), names.insides[side.name]
        body = inside(Code("a side"), region, side.scope, scene)
        doc = Code(f"Side {words(side.name)} of {_called(step)}.")
        yield Function((), names.sides[side.name], doc, scene.lead(), body)
        yield from _scope(writing, region, within(step.address, side.name), side.scope)


def _scope(writing: Writing, region: Code, address: str, scope: Scope) -> Iterator[Piece]:
    yield from pieces_of(writing, scope)
    yield _region(writing, region, address, [writing.names(one).step for one in scope.steps])


def _region(
    writing: Writing, name: Code, address: str, steps: list[Code] | tuple[Code, ...]
) -> Constant:
    made = writing.run("Region")
    return Constant(name, Code(f"{made}({literal(address)}, {tuple_of(steps)})"))


_INSIDE: Mapping[type, Callable[[Writing, Step, Any], Iterator[Piece]]] = {
    Play: _nothing,
    Set: _nothing,
    Branch: _inside_branch,
    Group: _inside_group,
    Parallel: _inside_parallel,
    Repeat: _inside_repeat,
    Call: _nothing,
    Approval: _nothing,
    Wait: _nothing,
    Fail: _nothing,
}
"""What stands inside of each verb, behind its function."""


def _doc(about: Code, parts: Layers) -> Code:
    """One sentence on the function of a step."""
    return Code(f"{about[0].upper()}{about[1:]}{', or skip' if parts.when is not None else ''}.")


def _called(step: Step) -> Code:
    return words(step.id)
