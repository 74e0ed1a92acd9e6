"""The passes over the IR, in order."""

from __future__ import annotations

from collections.abc import Callable

from compiler.lower.accept_gaps import accept_gaps
from compiler.lower.bound_policy import bound_policy
from compiler.lower.context import Context
from compiler.lower.safe_conversions import safe_conversions
from workflow_ir.workflow import WorkflowIR

Pass = Callable[[WorkflowIR, Context], WorkflowIR]

PASSES: tuple[Pass, ...] = (bound_policy, accept_gaps, safe_conversions)
"""Pure, each gives a new IR."""

__all__ = ["PASSES", "Context", "Pass"]
