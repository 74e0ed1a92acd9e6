"""What generated code cannot carry out, told at the step that asks for it (MEL302)."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import OrchestrationAdapter
from melody.running.step_index import StepIndex
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.features import features_of
from workflow_ir.workflow import WorkflowIR


def refusals(ir: WorkflowIR, adapter: OrchestrationAdapter) -> Iterator[Diagnostic]:
    """Every feature that the target's code lacks, each at each step that uses it."""
    name, table, steps = adapter.get_framework_name(), adapter.ejects(), StepIndex(ir)
    for feature, step in features_of(ir):
        row = table.get(feature)
        if row is not None and row.support.runs:
            continue
        said = () if row is None else (row.how, row.link and f"see {row.link}")
        yield diagnose(
            "MEL302",
            f"generated code for {name} cannot carry out `{feature.value}`",
            None if step is None else steps.span(step.address),
            notes=tuple(Note(text) for text in said if text),
            help=f"compile to another target with `--to`, or run it with `melody run --on {name}`",
        )
