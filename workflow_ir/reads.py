"""Which steps something reads: of values by name, of steps by address."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ir.expressions import parse
from workflow_ir.ids import StepAddress
from workflow_ir.steps import Step, layers, scopes_of
from workflow_ir.values import Value, expressions_of


def steps_read_in(value: Value | None) -> tuple[str, ...]:
    """The ids of the steps that a value reads, each once, in written order."""
    found: dict[str, None] = {}
    for expression in expressions_of(value):
        for reference in parse(expression.source).references:
            if reference.path[0] == "steps" and len(reference.path) > 1:
                found[reference.path[1]] = None
    return tuple(found)


def waits_for(step: Step) -> Iterator[StepAddress]:
    """The addresses of all steps without which it cannot settle.

    What is inside of it counts: those of its own inside are among them.
    """
    yield from (dependency.on for dependency in step.depends)
    for _, scope in scopes_of(layers(step).verb):
        yield from (dependency.on for dependency in scope.depends)
        for inner in scope.steps:
            yield from waits_for(inner)
