"""Steps as written to steps of the IR: the verb inside its wrappers, in the fixed order.

``when → window → require → for_each → guard → verb`` (spec 2, Steps); a modifier that was not
written has no wrapper. ``needs`` has become a dependency.
"""

from __future__ import annotations

from compiler.analysis.symbols import StepSymbol
from compiler.lower.context import Context
from compiler.lower.dependencies import lower_dependencies
from compiler.lower.guard import guarded
from compiler.lower.task_types import weight_of
from compiler.lower.thresholds import lower_threshold
from compiler.lower.values import lower_expr, lower_value
from compiler.lower.windows import open_times
from compiler.parse import syntax
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.policy import Importance
from workflow_ir.steps import Body, ForEach, Guard, Require, Step, Verb, When, Window


def lower_step(symbol: StepSymbol, context: Context) -> Step:
    """One step."""
    written = symbol.step
    return Step(
        id=StepId(symbol.id),
        address=StepAddress(symbol.address),
        label=None if written.label is None else written.label.value,
        at=written.id.span.at,
        depends=lower_dependencies(context.dependencies.of_step[symbol]),
        priority=Importance.NORMAL if written.priority is None else written.priority.value,
        weight=weight_of(written.task_type, context.symbols.project),
        body=_wrapped(symbol, context),
    )


def _wrapped(symbol: StepSymbol, context: Context) -> Body:
    written = symbol.step
    inner = guarded(symbol, context)
    each = inner if written.for_each is None else _each(written, written.for_each, inner)
    required: Require | ForEach | Guard | Verb = each
    if written.require is not None:
        required = Require(kind="require", condition=lower_expr(written.require), body=each)
    opened: Window | Require | ForEach | Guard | Verb = required
    if written.window is not None:
        times = open_times(written.window, context.symbols.project)
        opened = Window(kind="window", times=times, body=required)
    if written.when is None:
        return opened
    return When(kind="when", condition=lower_expr(written.when), body=opened)


def _each(written: syntax.Step, each: syntax.ForEach, inner: Guard | Verb) -> ForEach:
    return ForEach.model_validate(
        {
            "kind": "for_each",
            "items": lower_value(each.items),
            "as": "item" if each.as_ is None else each.as_.value,
            "concurrency": None if each.concurrency is None else each.concurrency.value,
            **lower_threshold(written),
            "body": inner,
        }
    )
