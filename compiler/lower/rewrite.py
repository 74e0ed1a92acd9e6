"""Rebuild the tree of an IR with other guards or verbs; what does not change is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow_ir.steps import (
    Branch,
    ForEach,
    Group,
    Guard,
    Parallel,
    Repeat,
    Require,
    Scope,
    Step,
    Verb,
    When,
    Window,
)
from workflow_ir.workflow import WorkflowIR

ChangeGuard = Callable[[Guard, Step], Guard]
"""Makes another guard of one; it sees the step it belongs to."""
ChangeVerb = Callable[[Verb, str], Verb]
"""Makes another verb of one; it sees its address, ``ADDRESS~compensate`` of what undoes a step."""


def map_guards(ir: WorkflowIR, change: ChangeGuard) -> WorkflowIR:
    """The same IR with the guard of every step changed, inner steps first.

    Guards of ``compensate`` stay: ``map_compensations`` changes those.
    """

    def layer(found: Any, step: Step) -> Any:
        return change(found, step) if isinstance(found, Guard) else found

    return _rebuilt(ir, layer)


def map_compensations(ir: WorkflowIR, change: ChangeGuard) -> WorkflowIR:
    """The same IR with the guard of every ``compensate`` changed."""

    def of(guard: Guard, step: Step) -> Guard:
        undoing = guard.compensate
        if undoing is None or not isinstance(undoing.body, Guard):
            return guard
        changed = undoing.model_copy(update={"body": change(undoing.body, step)})
        return guard.model_copy(update={"compensate": changed})

    return map_guards(ir, of)


def map_verbs(ir: WorkflowIR, change: ChangeVerb) -> WorkflowIR:
    """The same IR with the verb of every step, and of what undoes it, changed; inner ones first."""

    def layer(found: Any, step: Step) -> Any:
        if isinstance(found, Guard):
            return _undoing(found, f"{step.address}~compensate", change)
        wraps = isinstance(found, When | Window | Require | ForEach)
        return found if wraps else change(found, step.address)

    return _rebuilt(ir, layer)


def _undoing(guard: Guard, address: str, change: ChangeVerb) -> Guard:
    if guard.compensate is None:
        return guard
    body = guard.compensate.body
    if isinstance(body, Guard):
        changed: Any = body.model_copy(update={"body": change(body.body, address)})
    else:
        changed = change(body, address)
    undoing = guard.compensate.model_copy(update={"body": changed})
    return guard.model_copy(update={"compensate": undoing})


Layer = Callable[[Any, Step], Any]
"""Makes another one of a wrapper or verb whose inside is rebuilt already."""


def _rebuilt(ir: WorkflowIR, layer: Layer) -> WorkflowIR:
    return ir.model_copy(update={"root": _scope(ir.root, layer)})


def _scope(scope: Scope, layer: Layer) -> Scope:
    steps = tuple(
        step.model_copy(update={"body": _body(step.body, step, layer)}) for step in scope.steps
    )
    return scope.model_copy(update={"steps": steps})


def _body(body: Any, step: Step, layer: Layer) -> Any:
    inner: Any = body
    match body:
        case When() | Window() | Require() | ForEach() | Guard():
            inner = body.model_copy(update={"body": _body(body.body, step, layer)})
        case Branch(arms=arms):
            inner = body.model_copy(update={"arms": tuple(_place(one, layer) for one in arms)})
        case Parallel(sides=sides):
            inner = body.model_copy(update={"sides": tuple(_place(one, layer) for one in sides)})
        case Group() | Repeat():
            inner = _place(body, layer)
        case _:
            pass
    return layer(inner, step)


def _place(place: Any, layer: Layer) -> Any:
    """Whatever has a scope: an arm, a side, a group, a loop."""
    return place.model_copy(update={"scope": _scope(place.scope, layer)})
