"""The safe conversions that the compiler placed, one line each (spec 3, Isolation of data)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from workflow_ir.steps import Call, Scope, Step, every_step, layers
from workflow_ir.values import ConvertValue, ExprValue, MapValue, Value
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

NONE = "no value is converted"


def conversions(ir: WorkflowIR) -> Iterator[str]:
    """``STEP KEY: integer -> number  PLACE``; a line that says so where there is none."""
    found = list(_of_module(ir, ir, ""))
    yield from found or (NONE,)


def _of_module(top: WorkflowIR, module: WorkflowIR, prefix: str) -> Iterator[str]:
    for step in every_step(module.root):
        address = f"{prefix}{step.address}"
        for key, value in _own_parts(step, ""):
            yield _told(visible(f"{address}{key}"), value, module.file)
        verb = layers(step).verb
        if isinstance(verb, Call):
            yield from _of_module(top, top.modules[verb.module], f"{address}/")
    for key, value in _parts(module.root.result, ""):
        yield _told(visible(f"{prefix}outputs{key}"), value, module.file)


def _own_parts(part: object, path: str) -> Iterator[tuple[str, ConvertValue]]:
    """The conversions of a step, without those of the steps inside it."""
    match part:
        case Scope(result=result):
            yield from _parts(result, f"{path} result")
        case MapValue() | ConvertValue():
            yield from _parts(part, path)
        case BaseModel():
            for field in type(part).model_fields:
                name = "" if field == "body" or isinstance(part, Step) else field.rstrip("_")
                yield from _own_parts(getattr(part, field), f"{path} {name}".rstrip())
        case tuple():
            for item in part:
                name = getattr(item, "name", "")
                yield from _own_parts(item, f"{path} {name}".rstrip())


def _parts(value: Value | None, path: str) -> Iterator[tuple[str, ConvertValue]]:
    match value:
        case ConvertValue():
            yield path, value
            yield from _parts(value.value, path)
        case MapValue(entries=entries):
            for name, item in entries.items():
                yield from _parts(item, f"{path}.{name}")


def _told(where: str, value: ConvertValue, file: str | None) -> str:
    field = f"`{visible(value.field or '')}`"
    done = {
        "number": "an integer becomes a number",
        "object": f"a value becomes an object with the field {field}",
        "field": f"an object becomes its field {field}",
    }[value.to]
    inner = value.value
    at = inner.at if isinstance(inner, ExprValue) else None
    place = "" if at is None or file is None else f"  {visible(file)}:{at.partition('-')[0]}"
    return f"{where}: {done}{place}"
