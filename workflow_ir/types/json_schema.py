"""Types as JSON Schema and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from workflow_ir.types.definitions import definition_name
from workflow_ir.types.join import join
from workflow_ir.types.model import (
    NO_DEFAULT,
    Absent,
    Boolean,
    Constrained,
    Enum,
    Field,
    Integer,
    Json,
    JsonValue,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    OneOf,
    String,
    Type,
    Undefined,
)

Schema = dict[str, JsonValue]
"""A JSON Schema of the subset that `compile_schema` runs."""

_DEEPEST = 64
"""Levels of a schema that are read; what lies deeper is `Json` to the type checker."""


def to_json_schema(type_: Type) -> Schema:
    """The JSON Schema whose instances are the values of a type.

    >>> to_json_schema(ListOf(Nullable(Integer(0))))
    {'type': 'array', 'items': {'type': ['integer', 'null'], 'minimum': 0}}
    """
    match type_:
        case Json():
            return {}
        case Null():
            return {"type": "null"}
        case Boolean():
            return {"type": "boolean"}
        case Integer(low, high):
            return {"type": "integer", **_bounds(low, high)}
        case Number(low, high):
            return {"type": "number", **_bounds(low, high)}
        case String(form):
            return {"type": "string"} if form is None else {"type": "string", "format": form}
        case Enum(values):
            return {"enum": list(values)}
        case ListOf(item):
            return {"type": "array", "items": to_json_schema(item)}
        case MapOf(value):
            return {"type": "object", "additionalProperties": to_json_schema(value)}
        case Object():
            return _object_schema(type_)
        case Nullable(of):
            return _nullable_schema(to_json_schema(of))
        case OneOf(options):
            # `anyOf` must list something; `false` has no instance, as a union of nothing has none.
            return {"anyOf": [to_json_schema(option) for option in options] or [False]}
        case Constrained(_, schema):
            return dict(schema)
        case Absent(of):
            return to_json_schema(of)


def field_schema(field: Field) -> Schema:
    """The schema of a field with its default and description."""
    schema = to_json_schema(field.type)
    if field.description is not None:
        schema["description"] = field.description
    if not isinstance(field.default, Undefined):
        schema["default"] = field.default
    return schema


def _bounds(low: float | None, high: float | None) -> Schema:
    bounds: Schema = {}
    if low is not None:
        bounds["minimum"] = low
    if high is not None:
        bounds["maximum"] = high
    return bounds


def _object_schema(type_: Object) -> Schema:
    properties: Schema = {name: field_schema(field) for name, field in type_.fields.items()}
    # Sorted: the order in which fields are written is no part of a workflow's hash.
    required: list[JsonValue] = [
        name for name in sorted(type_.fields) if type_.fields[name].required
    ]
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if type_.closed:
        schema["additionalProperties"] = False
    return schema


def _nullable_schema(schema: Schema) -> Schema:
    kind = schema.get("type")
    if isinstance(kind, str) and "enum" not in schema and "const" not in schema:
        return {**schema, "type": [kind, "null"]}
    values = schema.get("enum")
    if isinstance(values, list) and set(schema) == {"enum"}:
        return {"enum": values if None in values else [*values, None]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}


def from_json_schema(schema: JsonValue) -> Type:
    """The type that expressions may rely on for instances of a schema.

    The schema must be one that `compile_schema` accepts. What no type can say (``minLength``,
    ``pattern``, ``oneOf`` …) is kept in a `Constrained` round the type, so that `to_json_schema`
    gives the same schema again.

    >>> from_json_schema({"type": "integer", "minimum": 1})
    Integer(minimum=1, maximum=None)
    """
    if not isinstance(schema, dict):
        return Json() if schema is True or schema is None else OneOf(())
    type_ = _Reader(schema).read(schema, frozenset(), 0)
    return type_ if _same(to_json_schema(type_), schema) else Constrained(type_, schema)


class _Reader:
    """Reads one schema; local ``$ref`` are followed until they repeat."""

    def __init__(self, root: Mapping[str, JsonValue]) -> None:
        definitions = root.get("$defs")
        self._definitions = definitions if isinstance(definitions, dict) else {}

    def read(self, schema: JsonValue, open_refs: frozenset[str], depth: int) -> Type:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return OneOf(()) if schema is False else Json()
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = definition_name(reference)
            if name in open_refs:
                return Json()
            return self.read(self._definitions.get(name), open_refs | {name}, depth + 1)
        if "const" in schema:
            return Enum((schema["const"],))
        values = schema.get("enum")
        if isinstance(values, list) and values:
            return Enum(tuple(values))
        for keyword in ("anyOf", "oneOf"):
            options = schema.get(keyword)
            if isinstance(options, list) and options:
                return join([self.read(option, open_refs, depth + 1) for option in options])
        parts = schema.get("allOf")
        if isinstance(parts, list) and len(parts) == 1 and "type" not in schema:
            return self.read(parts[0], open_refs, depth + 1)
        return self._read_kinds(schema, open_refs, depth)

    def _read_kinds(self, schema: Schema, open_refs: frozenset[str], depth: int) -> Type:
        kind = schema.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        return join([self._read_kind(name, schema, open_refs, depth) for name in kinds])

    def _read_kind(
        self, kind: JsonValue, schema: Schema, open_refs: frozenset[str], depth: int
    ) -> Type:
        match kind:
            case "null":
                return Null()
            case "boolean":
                return Boolean()
            case "integer":
                return Integer(_integer(schema, "minimum"), _integer(schema, "maximum"))
            case "number":
                return Number(_number(schema, "minimum"), _number(schema, "maximum"))
            case "string":
                form = schema.get("format")
                return String(form if isinstance(form, str) else None)
            case "array":
                return ListOf(self.read(schema.get("items"), open_refs, depth + 1))
            case "object":
                return self._read_object(schema, open_refs, depth)
            case _:
                return Json()

    def _read_object(self, schema: Schema, open_refs: frozenset[str], depth: int) -> Type:
        properties = schema.get("properties")
        others = schema.get("additionalProperties")
        if not isinstance(properties, dict):
            if others is False:
                return Object({})
            return MapOf(self.read(others, open_refs, depth + 1))
        required = schema.get("required")
        names = required if isinstance(required, list) else []
        fields = {
            name: _field(part, self.read(part, open_refs, depth + 1), required=name in names)
            for name, part in properties.items()
        }
        return Object(fields, closed=others is False)


def _field(schema: JsonValue, type_: Type, *, required: bool) -> Field:
    if not isinstance(schema, dict):
        return Field(type_, required=required)
    description = schema.get("description")
    return Field(
        type_,
        required=required,
        default=schema.get("default", NO_DEFAULT),
        description=description if isinstance(description, str) else None,
    )


def _integer(schema: Schema, keyword: str) -> int | None:
    bound = schema.get(keyword)
    return bound if type(bound) is int else None


def _number(schema: Schema, keyword: str) -> float | None:
    bound = schema.get(keyword)
    return bound if type(bound) in {int, float} and isinstance(bound, int | float) else None


def _same(one: JsonValue, two: JsonValue) -> bool:
    # As text: in Python 1 == True == 1.0.
    return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
