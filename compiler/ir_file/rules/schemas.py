"""Schemas are of the listed subset, and defaults of inputs meet theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.ir_file.finding import Finding, Path
from compiler.ir_file.whole import Part, Whole, guard_of
from workflow_ir.steps import Approval, Guard
from workflow_ir.types import SchemaError, TypeSyntaxError, compile_schema, from_json_schema

Found = Iterator[tuple[Any, Path]]


def schemas(whole: Whole) -> Iterator[Finding]:
    """Every schema of every Melody."""
    for part in whole.parts:
        for schema, path in _schemas(part):
            yield from _legal(schema, path)
        for name, one in part.ir.inputs.items():
            path = (*part.path, "inputs", name)
            if not one.required and one.default is not None and not [*_legal(one.schema_, path)]:
                for violation in compile_schema(one.schema_)(one.default)[:1]:
                    yield Finding((*path, "default"), f"the default: {violation.message}")


def _legal(schema: Any, path: Path) -> Iterator[Finding]:
    try:
        compile_schema(schema)
        from_json_schema(schema)
    except (SchemaError, TypeSyntaxError) as error:
        yield Finding(path, str(error)[:200])


def _schemas(part: Part) -> Found:
    for name, one in part.ir.inputs.items():
        yield one.schema_, (*part.path, "inputs", name, "schema")
    for name, player in part.ir.players.items():
        if player.input is not None:
            yield player.input, (*part.path, "players", name, "input")
    for place in part.places:
        guard, verb = place.layers.guard, place.layers.verb
        if isinstance(verb, Approval) and verb.form is not None:
            yield verb.form, (*place.way_to(verb), "form")
        if guard is not None:
            yield from _of_guard(guard, place.way_to(guard))


def _of_guard(guard: Guard, path: Path) -> Found:
    if guard.output is not None:
        yield guard.output, (*path, "output")
    if guard.compensate is not None:
        inner, verb = guard_of(guard.compensate.body)
        way: Path = (*path, "compensate", "body")
        if inner is not None:
            yield from _of_guard(inner, way)
            way = (*way, "body")
        if isinstance(verb, Approval) and verb.form is not None:
            yield verb.form, (*way, "form")
