"""A value that meets a schema, for tests and pages of generated projects: as plain as can be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from workflow_ir.workflow import WorkflowIR

DEEPEST: Final = 20
"""Levels after which nothing more is filled in."""
_FORMATS: Final = {"duration": "1m", "path": "file.txt", "uri": "https://example.com"}


def example_inputs(ir: WorkflowIR) -> dict[str, Any]:
    """A value for each input that has to be given."""
    return {name: example(one.schema_) for name, one in ir.inputs.items() if one.required}


def example(schema: Any, definitions: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
    """A value; where the schema asks for more than a plain value has, it may not meet it.

    >>> example({"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}},
    ...          "required": ["n"]})
    {'n': 3}
    >>> example({"type": "string", "format": "duration"})
    '1m'
    """
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return None
    known = schema.get("$defs", definitions or {})
    if "$ref" in schema:
        return example(known.get(str(schema["$ref"]).rpartition("/")[2]), known, depth + 1)
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example(schema[key][0], known, depth + 1)
    kind = schema.get("type")
    return _of(kind[0] if isinstance(kind, list) else kind, schema, known, depth)


def _of(kind: object, schema: Mapping[str, Any], known: Mapping[str, Any], depth: int) -> Any:
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {
                name: example(properties.get(name, {}), known, depth + 1)
                for name in schema.get("required", ())
            }
        case "array":
            items = schema.get("minItems", 0)
            return [example(schema.get("items"), known, depth + 1) for _ in range(min(items, 9))]
        case "string" if str(schema.get("format")) in _FORMATS:
            return _FORMATS[schema["format"]]
        case "string":
            return "text".ljust(min(schema.get("minLength", 0), 99), ".")[
                : schema.get("maxLength", 99)
            ]
        case "integer":
            return math.ceil(_number(schema))
        case "number":
            return _number(schema)
        case "boolean":
            return True
        case _:
            return None


def _number(schema: Mapping[str, Any]) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is not None and most is not None:
        return float(least + most) / 2
    if least is not None:
        return float(least) + (1 if "exclusiveMinimum" in schema else 0)
    return 0.0 if most is None else min(0.0, float(most) - 1)
