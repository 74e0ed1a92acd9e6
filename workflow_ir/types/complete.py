"""Values with what their schema says of absent fields: the default, else null where legal."""

from __future__ import annotations

from workflow_ir.types.data import DEEPEST_DATA
from workflow_ir.types.definitions import Definitions
from workflow_ir.types.model import JsonValue


def complete(value: JsonValue, schema: JsonValue) -> JsonValue:
    """A copy of a value in which absent optional fields are there.

    A missing property gets its ``default``; without one it becomes null if its schema admits null
    (``T?`` is nullable and optional, spec 2). So a bare read of an optional field never fails.
    What is present is never changed; the result of a valid value is valid.

    Args:
        value: A value that meets the schema.
        schema: A schema that `compile_schema` accepts, which refuses defaults without an end;
            ``anyOf`` and ``oneOf`` are not looked into.

    >>> schema = {"type": "object", "properties": {"note": {"type": ["string", "null"]}}}
    >>> complete({}, schema)
    {'note': None}
    """
    return _complete(value, schema, Definitions(schema), 0)


def _complete(
    value: JsonValue, schema: JsonValue, definitions: Definitions, depth: int
) -> JsonValue:
    schema = definitions.behind(schema)
    if not isinstance(schema, dict) or depth > DEEPEST_DATA:
        return value
    if isinstance(value, list):
        return [_complete(item, schema.get("items"), definitions, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    others = schema.get("additionalProperties")
    result: dict[str, JsonValue] = {
        key: _complete(item, known.get(key, others), definitions, depth + 1)
        for key, item in value.items()
    }
    for name, source in known.items():
        default = definitions.absent(source) if name not in result else None
        if default is not None:
            result[name] = _complete(default[0], source, definitions, depth + 1)
    return result
