"""Rebuild the tree of an IR with other guards; what does not change is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow_ir.steps import Branch, ForEach, Guard, Scope, Step, When
from workflow_ir.workflow import WorkflowIR


def map_guards(ir: WorkflowIR, change: Callable[[Guard, Step], Guard]) -> WorkflowIR:
    """The same IR with every guard changed; ``change`` sees the step it belongs to."""
    return ir.model_copy(update={"root": _scope(ir.root, change)})


def _scope(scope: Scope, change: Callable[[Guard, Step], Guard]) -> Scope:
    steps = tuple(
        step.model_copy(update={"body": _layer(step.body, step, change)}) for step in scope.steps
    )
    return scope.model_copy(update={"steps": steps})


def _layer(layer: Any, step: Step, change: Callable[[Guard, Step], Guard]) -> Any:
    match layer:
        case When() | ForEach():
            return layer.model_copy(update={"body": _layer(layer.body, step, change)})
        case Guard():
            inner = layer.model_copy(update={"body": _layer(layer.body, step, change)})
            return change(inner, step)
        case Branch():
            arms = tuple(
                arm.model_copy(update={"scope": _scope(arm.scope, change)}) for arm in layer.arms
            )
            return layer.model_copy(update={"arms": arms})
        case _:
            return layer
