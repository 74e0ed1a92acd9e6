"""From a checked Melody to the WorkflowIR: translate, then one pass after the other."""

from __future__ import annotations

from compiler.lower.inherited import Inherited
from compiler.lower.melody import translate
from compiler.lower.passes import PASSES, Context
from workflow_ir.workflow import WorkflowIR


def lower(context: Context) -> WorkflowIR:
    """The IR of a Melody without errors."""
    ir = translate(context)
    for step in PASSES:
        ir = step(ir, context)
    return ir


__all__ = ["PASSES", "Context", "Inherited", "lower"]
