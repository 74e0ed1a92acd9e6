"""Types of data: their model, their shorthand, JSON Schema and back, and validation at run time."""

from __future__ import annotations

from workflow_ir.types.compare import assignable, may_equal, mismatch
from workflow_ir.types.complete import complete
from workflow_ir.types.describe import describe, show
from workflow_ir.types.join import join
from workflow_ir.types.json_schema import from_json_schema, to_json_schema
from workflow_ir.types.model import (
    NEVER,
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
)
from workflow_ir.types.shorthand import parse_field, parse_type
from workflow_ir.types.type_name import TypeSyntaxError
from workflow_ir.types.validate import SchemaError, Violation, compile_schema

__all__ = [
    "NEVER", "NO_DEFAULT", "Absent", "Boolean", "Constrained", "Enum", "Field", "Integer", "Json",
    "JsonValue", "ListOf", "MapOf", "Null", "Nullable", "Number", "Object", "OneOf", "SchemaError",
    "String", "Type", "TypeSyntaxError", "Violation", "assignable", "compile_schema", "complete",
    "describe", "from_json_schema", "join", "may_equal", "mismatch", "parse_field", "parse_type",
    "show", "to_json_schema",
]  # fmt: skip
