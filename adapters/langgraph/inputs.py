"""The inputs of a graph that is used on its own; elsewhere the door has checked them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from conductor_core.evaluator import Evaluator
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.nearest import nearest
from workflow_ir.workflow import WorkflowIR


def checked_inputs(
    ir: WorkflowIR, evaluator: Evaluator, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs as copies, defaults filled in.

    Raises:
        DiagnosticsError: MEL501, MEL502, MEL503, all of them.
    """
    problems = list(_problems(ir, evaluator, given))
    if problems:
        raise DiagnosticsError(problems)
    return {
        name: copy.deepcopy(given.get(name, declared.default))
        for name, declared in ir.inputs.items()
    }


def _problems(
    ir: WorkflowIR, evaluator: Evaluator, given: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    for name in given:
        if name not in ir.inputs:
            guess = nearest(name, ir.inputs)
            meant = f"did you mean {guess!r}? " if guess else ""
            known = ", ".join(ir.inputs) or "none"
            text = f"{ir.name!r} has no input {name!r}"
            yield diagnose("MEL502", text, None, help=f"{meant}inputs: {known}")
    for name, declared in ir.inputs.items():
        if name in given:
            for wrong in evaluator.check(declared.schema_)(given[name])[:1]:
                text = f"input {name!r} does not fit its type: {wrong.path}: {wrong.message}"
                yield diagnose("MEL503", text, None)
        elif declared.required:
            text = f"input {name!r} has no default and no value was given"
            yield diagnose("MEL501", text, None)
