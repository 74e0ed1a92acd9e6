"""``succeed_if`` and ``barrier_timeout`` of maps and parallel branches."""

from __future__ import annotations

from typing import Any

from compiler.parse import syntax
from workflow_ir.policy import SucceedIf


def lower_threshold(step: syntax.Step) -> dict[str, Any]:
    """The fields of the wrapper or verb that has a sync point."""
    written, barrier = step.succeed_if, step.barrier_timeout
    fields: dict[str, Any] = {"barrier_timeout_s": None if barrier is None else barrier.value}
    if written is not None:
        fields["succeed_if"] = SucceedIf.model_validate(
            {"kind": written.kind, "count": written.count, "percent": written.percent}
        )
    return fields
