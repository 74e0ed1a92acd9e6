"""A whole Melody to a WorkflowIR, before the passes."""

from __future__ import annotations

from compiler.analysis.symbols import Symbols
from compiler.lower.context import Context
from compiler.lower.players import lower_players
from compiler.lower.policy import lower_run_policy
from compiler.lower.scopes import lower_scope
from compiler.lower.values import lower_map
from compiler.parse import syntax
from workflow_ir.types import to_json_schema
from workflow_ir.workflow import IR_SCHEMA, Input, Process, WorkflowIR


def translate(context: Context) -> WorkflowIR:
    """Every noun once; nothing is inherited or inferred yet beyond the dependencies."""
    symbols = context.symbols
    melody, project = symbols.melody, symbols.project
    players, models = lower_players(symbols, context.modules)
    outputs = None if melody.outputs is None else lower_map(melody.outputs)
    return WorkflowIR(
        kind=IR_SCHEMA,
        name=melody.name.value,
        version=None if melody.version is None else melody.version.value,
        description=None if melody.description is None else melody.description.value,
        file=melody.span.file,
        inputs=lower_inputs(melody),
        models=models,
        players=players,
        policy=lower_run_policy(
            (
                None if project is None else project.bounds,
                None if project is None else project.policy,
                melody.policy,
            ),
            defaults=None if project is None else project.defaults,
        ),
        process=_process(symbols),
        root=lower_scope(symbols.root, outputs, context),
    )


def _process(symbols: Symbols) -> Process | None:
    written = symbols.melody.process
    if written is None:
        return None
    return Process(manager=written.manager.value, players=symbols.managed_players())


def lower_inputs(melody: syntax.Melody) -> dict[str, Input]:
    """The inputs of a Melody, by name."""
    return {one.name.value: _input(one) for one in melody.inputs}


def _input(one: syntax.Input) -> Input:
    return Input.model_validate(
        {
            "schema": dict(to_json_schema(one.type.type)),
            "required": one.required,
            "default": None if one.default is None else one.default.value,
            "description": None if one.description is None else one.description.value,
        }
    )
