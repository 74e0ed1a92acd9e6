"""Types: the shorthand of spec 2, and the subset of JSON Schema that ``{schema: …}`` may hold."""

from __future__ import annotations

from compiler.language.noun import Schema, described, ref
from workflow_ir.types.validate import KEYWORDS

TYPE = ref("type")
FIELD = ref("field")

NAMES = ("string", "integer", "number", "boolean", "json", "null", "path", "uri", "duration")
ANNOTATIONS = ("default", "description")
CONSTRAINTS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems", "examples",
)  # fmt: skip
NESTED = 4
"""Levels of ``list[…]`` that are looked into; what lies deeper is left to ``melody check``."""

EXAMPLES = ("string", "integer", "number(0..1)", "boolean", "list[string]", "string?")
"""Texts only: the language server cannot offer a map where text may stand."""


def name_pattern(levels: int = NESTED) -> str:
    """A regular expression for types written as text: ``list[number(0..1)]?``."""
    real = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    gap = r"[ \t\r\n]*"
    ranges = [
        rf"{name}{gap}\((?!{gap}\.\.{gap}\)){gap}(?:{low}{gap})?\.\.{gap}(?:{low}{gap})?\)"
        for name, low in (("integer", "-?[0-9]+"), ("number", real))
    ]
    plain = "|".join((*NAMES, *ranges))
    found = r"[\s\S]+"
    for _ in range(levels):
        found = rf"{gap}(?:{plain}|(?:list|map){gap}\[{found}\]|\{{[\s\S]*\}})(?:{gap}\?)?{gap}"
    return f"^{found}$"


_MESSAGE = (
    "A type is a name (`string`, `integer`, `number(0..1)`, `boolean`, `list[T]`, `map[T]`, "
    "`json`, `path`, `uri`, `duration`; `T?` for what may be null) or a map of fields."
)
_DESCRIPTION: Schema = {"type": ["string", "null"], "description": "What it is, for people."}
_DEFAULT: Schema = {"description": "The value where none is given; it must fit the type."}


def _form(key: str, value: Schema, others: tuple[str, ...]) -> Schema:
    """How a map is recognised that says a type in long form."""
    return {
        "type": "object",
        "required": [key],
        "properties": {key: value},
        "propertyNames": {"enum": [key, *others, *ANNOTATIONS]},
    }


_ENUM_FORM = _form("enum", {"type": "array"}, ("type",))
_SCHEMA_FORM = _form("schema", {"type": ["object", "boolean"]}, ())
_TYPED_FORM = _form("type", {}, CONSTRAINTS)
_NO_DEFAULT: Schema = {
    "properties": {"default": False},
    "errorMessage": "Only an input or a field of an object can have a default.",
}

_NUMBER: Schema = {"type": "number"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ASSERTIONS: dict[str, Schema] = {
    "minimum": {**_NUMBER, "description": "The least value, itself included."},
    "maximum": {**_NUMBER, "description": "The greatest value, itself included."},
    "exclusiveMinimum": {**_NUMBER, "description": "Every value is greater."},
    "exclusiveMaximum": {**_NUMBER, "description": "Every value is less."},
    "multipleOf": {**_NUMBER, "exclusiveMinimum": 0, "description": "A multiple of this."},
    "minLength": {**_COUNT, "description": "Characters, at least."},
    "maxLength": {**_COUNT, "description": "Characters, at most."},
    "pattern": {"type": "string", "description": "A regular expression found in the text."},
    "format": {"description": "What the text stands for; recorded, not checked."},
    "minItems": {**_COUNT, "description": "Items, at least."},
    "maxItems": {**_COUNT, "description": "Items, at most."},
    "uniqueItems": {"type": "boolean", "description": "No item stands there twice."},
    "examples": {"description": "Values that may stand there."},
}
_SHAPE = ref("type_shape")
_SUBSCHEMA = ref("json_schema")
_SUBSCHEMAS: Schema = {"type": "array", "minItems": 1, "items": _SUBSCHEMA}
_NAMED_SUBSCHEMAS: Schema = {"type": "object", "additionalProperties": _SUBSCHEMA}
_KINDS = ["array", "boolean", "integer", "null", "number", "object", "string"]
_KEYWORDS: dict[str, Schema] = {
    **_ASSERTIONS,
    "type": {
        "type": ["string", "array"],
        "if": {"type": "array"},
        "then": {"minItems": 1, "items": {"enum": _KINDS}},
        "else": {"enum": _KINDS},
    },
    "enum": {"type": "array", "minItems": 1},
    "properties": _NAMED_SUBSCHEMAS,
    "required": {"type": "array", "items": {"type": "string"}},
    "additionalProperties": _SUBSCHEMA,
    "items": _SUBSCHEMA,
    "anyOf": _SUBSCHEMAS,
    "oneOf": _SUBSCHEMAS,
    "allOf": _SUBSCHEMAS,
    "$defs": _NAMED_SUBSCHEMAS,
    "$ref": {"type": "string", "pattern": r"^#/\$defs/"},
}
"""Shapes of keywords; one without a row may hold anything."""

DEFINITIONS: dict[str, Schema] = {
    "type": {
        **described(
            "A type: `string`, `integer`, `number(0..1)`, `boolean`, `list[T]`, `map[T]`, `json`, "
            "`path`, `uri`, `duration`, `T?` (may be null), `{enum: [a, b]}`, "
            "`{field: type, …}`, `{type: T, minimum: …}` or `{schema: {…JSON Schema…}}`."
        ),
        "allOf": [_SHAPE],
        # One after the other: the language server joins the descriptions of an `anyOf` on hover.
        "if": _ENUM_FORM,
        "then": _NO_DEFAULT,
        "else": {
            "if": _SCHEMA_FORM,
            "then": _NO_DEFAULT,
            "else": {"if": _TYPED_FORM, "then": _NO_DEFAULT},
        },
    },
    "field": {
        **described(
            "A type, where it may be optional (`T?`) or have a `default`: "
            "`{type: integer, default: 3, description: How many}`."
        ),
        "allOf": [_SHAPE],
    },
    # No descriptions from here on: an editor would show them in place of what the key means.
    "type_shape": {
        "$comment": "What types and fields look like.",
        "type": ["string", "object"],
        "pattern": name_pattern(),
        "errorMessage": _MESSAGE,
        "examples": list(EXAMPLES),
        "if": _ENUM_FORM,
        "then": ref("enum_type"),
        "else": {
            "if": _SCHEMA_FORM,
            "then": ref("schema_type"),
            "else": {
                "if": _TYPED_FORM,
                "then": ref("typed_type"),
                "else": ref("object_type"),
            },
        },
    },
    "enum_type": {
        "$comment": "One of the values that are listed.",
        "properties": {
            "enum": {
                "description": "The values: texts, numbers, booleans or null.",
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": ["string", "number", "boolean", "null"]},
            },
            "type": TYPE,
            "default": _DEFAULT,
            "description": _DESCRIPTION,
        },
    },
    "schema_type": {
        "$comment": "What a JSON Schema describes.",
        "properties": {"schema": _SUBSCHEMA, "default": _DEFAULT, "description": _DESCRIPTION},
    },
    "typed_type": {
        "$comment": "A type with limits, a default or a description.",
        "properties": {
            "type": TYPE, "default": _DEFAULT, "description": _DESCRIPTION, **_ASSERTIONS,
        },
    },
    "object_type": {
        "$comment": "A map with exactly these fields; a field with `T?` may be absent.",
        "propertyNames": {"minLength": 1},
        "additionalProperties": FIELD,
    },
    "json_schema": {
        **described("JSON Schema, of the keywords that Melody enforces."),
        "type": ["object", "boolean"],
        "properties": {keyword: _KEYWORDS.get(keyword, {}) for keyword in sorted(KEYWORDS)},
        "additionalProperties": False,
    },
}  # fmt: skip
