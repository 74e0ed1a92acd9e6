"""The border between steps: inputs are copies, outputs meet their schema (spec 3, Isolation)."""

from __future__ import annotations

from typing import Any

from conductor_core.evaluator import Evaluator
from conductor_core.failed import StepFault
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema
from workflow_ir.types.complete import complete


def admit(output: Any, schema: Schema | None, evaluator: Evaluator) -> Any:
    """The output with its absent optional fields filled in; without a schema, as it is.

    Raises:
        StepFault: ``output.schema``.
    """
    if schema is None:
        return output
    violations = evaluator.check(schema)(output)
    if violations:
        first = violations[0]
        more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        text = f"the output does not meet its schema: {first.path}: {first.message}{more}"
        raise StepFault(StandardError.of("output.schema", text, origin="conductor"))
    return complete(output, schema)


def copied(value: Any) -> Any:
    """A copy of JSON data that shares nothing that can be changed."""
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value
