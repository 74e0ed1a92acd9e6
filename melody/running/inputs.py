"""The inputs of a run: what is missing, unknown or of another type is told before it starts."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from melody.running.declared import Declared
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.nearest import nearest
from workflow_ir.span import Span
from workflow_ir.types import compile_schema, describe, from_json_schema
from workflow_ir.workflow import Input, WorkflowIR


@dataclass(frozen=True, slots=True)
class Given:
    """One value that a run is given."""

    value: JsonValue
    span: Span | None = None
    """Where it stands in a file; None: it came by an option or a call."""


def checked_inputs(
    ir: WorkflowIR,
    given: Mapping[str, Given],
    declared: Declared,
    *,
    unreadable: Collection[str] = (),
) -> tuple[dict[str, JsonValue], tuple[Diagnostic, ...]]:
    """The inputs with their defaults, and every problem: MEL501, MEL502, MEL503.

    Args:
        ir: The Melody.
        given: What a person or a program passes.
        declared: Where the inputs are declared.
        unreadable: Inputs whose value was refused before; they are not missing.
    """
    problems = list(_unknown(ir, given, declared))
    values: dict[str, JsonValue] = {}
    for name, spec in ir.inputs.items():
        if name in given:
            values[name] = given[name].value
            problems += _misfits(name, spec, given[name], declared)
        elif spec.required and name not in unreadable:
            problems.append(_missing(name, spec, declared))
        else:
            values[name] = copy.deepcopy(spec.default)
    return values, tuple(problems)


def type_of(spec: Input) -> str:
    """The type of an input as its author would write it."""
    return describe(from_json_schema(spec.schema_))


def _unknown(
    ir: WorkflowIR, given: Mapping[str, Given], declared: Declared
) -> Iterator[Diagnostic]:
    for name, one in given.items():
        if name in ir.inputs:
            continue
        meant = nearest(name, ir.inputs)
        known = ", ".join(f"`{each}`" for each in ir.inputs)
        yield diagnose(
            "MEL502",
            f"`{ir.name}` has no input `{name}`",
            one.span or declared.inputs(),
            label=f"did you mean `{meant}`?" if meant else None,
            help=f"its inputs are {known}" if known else "it has no inputs; leave the value out",
        )


def _missing(name: str, spec: Input, declared: Declared) -> Diagnostic:
    about = f": {spec.description}" if spec.description else ""
    return diagnose(
        "MEL501",
        f"input `{name}` has no default and no value was given",
        declared.input(name),
        label=type_of(spec),
        help=f"pass `-i {name}=VALUE`, a value of type {type_of(spec)}{about}",
    )


def _misfits(name: str, spec: Input, given: Given, declared: Declared) -> Iterator[Diagnostic]:
    place = declared.input(name)
    for violation in compile_schema(spec.schema_)(given.value)[:3]:
        where = f"`{name}{violation.path[1:]}`" if violation.path != "$" else f"`{name}`"
        elsewhere = given.span is not None and place is not None
        yield diagnose(
            "MEL503",
            f"input {where} does not fit its type: {violation.message}",
            given.span or place,
            label=None if given.span else type_of(spec),
            notes=(Note(f"`{name}` is declared", place),) if elsewhere else (),
            help=f"pass a value of type {type_of(spec)}",
        )
