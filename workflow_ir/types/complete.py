"""Values with what their schema says of absent fields: the default, else null where legal."""

from __future__ import annotations

from workflow_ir.types.data import DEEPEST_DATA
from workflow_ir.types.model import JsonValue


def complete(value: JsonValue, schema: JsonValue) -> JsonValue:
    """A copy of a value in which absent optional fields are there.

    A missing property gets its ``default``; without one it becomes null if its schema admits null
    (``T?`` is nullable and optional, spec 2). So a bare read of an optional field never fails.
    What is present is never changed; the result of a valid value is valid.

    Args:
        value: A value that meets the schema.
        schema: A schema that `compile_schema` accepts; ``anyOf`` and ``oneOf`` are not looked into.

    >>> schema = {"type": "object", "properties": {"note": {"type": ["string", "null"]}}}
    >>> complete({}, schema)
    {'note': None}
    """
    definitions = schema.get("$defs") if isinstance(schema, dict) else None
    return _complete(value, schema, definitions if isinstance(definitions, dict) else {}, 0)


def _complete(
    value: JsonValue, schema: JsonValue, definitions: dict[str, JsonValue], depth: int
) -> JsonValue:
    schema = _resolved(schema, definitions)
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
        part = _resolved(source, definitions)
        if name in result or not isinstance(part, dict):
            continue
        if "default" in part:
            result[name] = _complete(part["default"], part, definitions, depth + 1)
        elif _admits_null(part):
            result[name] = None
    return result


def _resolved(schema: JsonValue, definitions: dict[str, JsonValue]) -> JsonValue:
    for _ in range(len(definitions) + 1):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str):
            break
        schema = definitions.get(reference.removeprefix("#/$defs/"))
    return schema


def _admits_null(schema: dict[str, JsonValue]) -> bool:
    kind = schema.get("type")
    if kind == "null" or (isinstance(kind, list) and "null" in kind):
        return True
    values, options = schema.get("enum"), schema.get("anyOf")
    if isinstance(values, list) and None in values:
        return True
    return isinstance(options, list) and any(
        isinstance(option, dict) and _admits_null(option) for option in options
    )
