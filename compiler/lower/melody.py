"""A whole Melody to a WorkflowIR, before the passes."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.players import lower_players
from compiler.lower.steps import lower_scope
from compiler.lower.values import lower_map
from compiler.parse import syntax
from workflow_ir.policy import RunPolicy
from workflow_ir.types import to_json_schema
from workflow_ir.workflow import IR_SCHEMA, Input, WorkflowIR


def translate(context: Context) -> WorkflowIR:
    """Every noun once; nothing is inherited or inferred yet beyond the dependencies."""
    symbols = context.symbols
    melody = symbols.melody
    players, models = lower_players(symbols)
    outputs = None if melody.outputs is None else lower_map(melody.outputs)
    return WorkflowIR(
        kind=IR_SCHEMA,
        name=melody.name.value,
        version=None if melody.version is None else melody.version.value,
        description=None if melody.description is None else melody.description.value,
        file=melody.span.file,
        inputs={one.name.value: _input(one) for one in melody.inputs},
        models=models,
        players=players,
        policy=_run_policy(symbols.project, melody),
        root=lower_scope(symbols.root, outputs, context),
    )


def _input(one: syntax.Input) -> Input:
    return Input.model_validate(
        {
            "schema": dict(to_json_schema(one.type.type)),
            "required": one.required,
            "default": None if one.default is None else one.default.value,
            "description": None if one.description is None else one.description.value,
        }
    )


def _run_policy(project: syntax.Project | None, melody: syntax.Melody) -> RunPolicy:
    fields: dict[str, object] = {}
    for policy in (None if project is None else project.policy, melody.policy):
        if policy is None:
            continue
        if policy.concurrency is not None:
            fields["concurrency"] = policy.concurrency.value
        if policy.on_step_failure is not None:
            fields["on_step_failure"] = policy.on_step_failure.value
    return RunPolicy.model_validate(fields)
