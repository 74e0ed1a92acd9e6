"""The shorthand of types (spec 2): ``list[number(0..1)]?``, ``{enum: […]}``, ``{field: type}``."""

from __future__ import annotations

from typing import Final

from workflow_ir.nearest import nearest
from workflow_ir.types.describe import describe, show
from workflow_ir.types.json_schema import Schema, from_json_schema, to_json_schema
from workflow_ir.types.model import (
    NO_DEFAULT,
    Constrained,
    Enum,
    Field,
    JsonValue,
    Nullable,
    Object,
    Type,
    Undefined,
)
from workflow_ir.types.type_name import TypeSyntaxError, parse_type_name
from workflow_ir.types.validate import SchemaError, compile_schema

Path = tuple[str | int, ...]
"""Keys and indexes from the value given to `parse_type` down to the mistake."""

_ANNOTATIONS: Final = frozenset({"default", "description"})
_RANGES: Final = frozenset({"minimum", "maximum"})
_CONSTRAINTS: Final = _RANGES | {
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "examples",
}
_DEEPEST = 64


def parse_type(value: JsonValue, *, at: Path = ()) -> Type:
    """The type that a value of the shorthand stands for.

    Args:
        value: Text such as ``list[string]?``, or a mapping: ``{enum: […]}``, ``{schema: …}``,
            ``{type: …, minimum: …}`` or ``{field: type, …}``.
        at: Where the value stands; `TypeSyntaxError.path` begins with it.

    Raises:
        TypeSyntaxError: For anything else, and for a default, which only a field can have.

    >>> describe(parse_type({"score": "number(0..1)", "note": "string?"}))
    '{score: number(0..1), note: string?}'
    """
    field = parse_field(value, at=at)
    if not isinstance(field.default, Undefined):
        raise TypeSyntaxError(
            "A default stands where nothing can be absent.",
            path=(*at, "default"),
            help="Only an input or a field of an object can have a default; remove it here.",
        )
    return field.type


def parse_field(value: JsonValue, *, at: Path = ()) -> Field:
    """The field that a value of the shorthand stands for: its type, default and description.

    A mapping with ``type`` is read as a typed field if all its other keys are modifiers
    (``default``, ``description``, ``minimum`` …), else as an object with a field called ``type``.

    Raises:
        TypeSyntaxError: The message, a help, and the path of keys down to the mistake.

    >>> parse_field({"enum": ["python", "go"], "default": "go"}).required
    False
    """
    if len(at) > _DEEPEST:
        raise TypeSyntaxError(f"The type is nested deeper than {_DEEPEST} levels.", path=at)
    if isinstance(value, str):
        return _field(parse_type_name(value, at=at), {}, at)
    if not isinstance(value, dict):
        raise TypeSyntaxError(
            f"A type is wanted, not {show(value)}.",
            path=at,
            help=_help_for(value),
        )
    if isinstance(value.get("enum"), list) and set(value) <= {"enum", "type"} | _ANNOTATIONS:
        return _field(_parse_enum(value, at), value, at)
    if set(value) - _ANNOTATIONS == {"schema"} and isinstance(value["schema"], dict | bool):
        return _field(_parse_schema(value["schema"], (*at, "schema")), value, at)
    if "type" in value and set(value) <= {"type"} | _ANNOTATIONS | _CONSTRAINTS:
        return _field(_parse_constrained(value, at), value, at)
    return Field(_parse_object(value, at))


def _help_for(value: JsonValue) -> str:
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], str):
            return f'Write "list[{value[0]}]".'
        return "For a list write `list[T]`, for a choice `{enum: [a, b]}`."
    return "Write a name such as `string` or `list[number]`, or a mapping of fields."


def _parse_object(value: Schema, at: Path) -> Type:
    fields: dict[str, Field] = {}
    for name, part in value.items():
        if not name:
            raise TypeSyntaxError("A field has an empty name.", path=(*at, name))
        fields[name] = parse_field(part, at=(*at, name))
    return Object(fields)


def _parse_enum(value: Schema, at: Path) -> Type:
    values = value["enum"]
    assert isinstance(values, list)
    if not values:
        raise TypeSyntaxError("An enum lists no value.", path=(*at, "enum"))
    seen: set[tuple[type, JsonValue]] = set()
    for index, item in enumerate(values):
        if isinstance(item, list | dict):
            raise TypeSyntaxError(
                f"An enum lists {show(item)}, which is no single value.",
                path=(*at, "enum", index),
                help="List texts, numbers, booleans or null.",
            )
        if (type(item), item) in seen:
            raise TypeSyntaxError(f"An enum lists {show(item)} twice.", path=(*at, "enum", index))
        seen.add((type(item), item))
    type_ = Enum(tuple(values))
    if "type" in value:
        _require_kind(type_, parse_type(value["type"], at=(*at, "type")), at)
    return type_


def _require_kind(type_: Enum, wanted: Type, at: Path) -> None:
    check = compile_schema(to_json_schema(wanted))
    for index, item in enumerate(type_.values):
        if check(item):
            raise TypeSyntaxError(
                f"The enum's value {show(item)} is not {describe(wanted)}.",
                path=(*at, "enum", index),
            )


def _parse_schema(schema: JsonValue, at: Path) -> Type:
    try:
        compile_schema(schema)
    except SchemaError as error:
        raise TypeSyntaxError(error.message, path=(*at, *error.path), help=error.help) from None
    return from_json_schema(schema)


def _parse_constrained(value: Schema, at: Path) -> Type:
    type_ = parse_type(value["type"], at=(*at, "type"))
    limits = {key: item for key, item in value.items() if key in _CONSTRAINTS}
    if not limits:
        return type_
    schema = {**to_json_schema(type_), **limits}
    for keyword in limits:
        if keyword not in _applicable(type_):
            raise TypeSyntaxError(
                f"`{keyword}` says nothing about {describe(type_)}.",
                path=(*at, keyword),
                help=_applicable_help(type_, keyword),
            )
    read = _parse_schema(schema, at)
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise TypeSyntaxError(f"No number lies between {low} and {high}.", path=(*at, "minimum"))
    return read


def _applicable(type_: Type) -> frozenset[str]:
    inner = type_.of if isinstance(type_, Nullable | Constrained) else type_
    kind = to_json_schema(inner).get("type")
    always = frozenset({"examples"})
    match kind:
        case "integer" | "number":
            return always | _RANGES | {"exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
        case "string":
            return always | {"minLength", "maxLength", "pattern", "format"}
        case "array":
            return always | {"minItems", "maxItems", "uniqueItems"}
        case _:
            return always


def _applicable_help(type_: Type, keyword: str) -> str:
    meant = nearest(keyword, _applicable(type_) - {"examples"})
    if meant is not None:
        return f"Did you mean `{meant}`?"
    known = sorted(_applicable(type_) - {"examples"})
    return f"Usable here: {', '.join(known)}." if known else "Remove it."


def _field(type_: Type, value: Schema, at: Path) -> Field:
    description = value.get("description")
    if description is not None and not isinstance(description, str):
        raise TypeSyntaxError(
            f"A description is text, not {show(description)}.", path=(*at, "description")
        )
    if "default" not in value:
        required = not isinstance(type_, Nullable)
        return Field(type_, required=required, default=NO_DEFAULT, description=description)
    violations = compile_schema(to_json_schema(type_))(value["default"])
    if violations:
        raise TypeSyntaxError(
            f"The default does not fit its type: {violations[0].message}",
            path=(*at, "default"),
            help=f"Give a value of {describe(type_)}.",
        )
    return Field(type_, required=False, default=value["default"], description=description)
