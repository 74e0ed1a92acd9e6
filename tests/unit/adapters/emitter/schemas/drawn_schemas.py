"""Schemas of the subset and values that may meet them, drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from workflow_ir.types import SchemaError, compile_schema
from workflow_ir.types.definitions import definition_name

HOSTILE = (
    "'", '"', "\\", "\n", "\r", "\t", "'''", '"""', "{{ x }}", "{% x %}", "{# x #}", "${{ x }}",
    "{x}", "%s", "# -*- coding: utf-7 -*-", "\u202e", "\U0001f600", "\ud800", "\x00", "\x7f",
    "\u2028", "é", "ﬁ", "日本", "class", "None", "__init__", "__x", "list", "str", "Any", "l", "I",
    "a.b", "a b", "a-b", "1", "", "$ref", "~0", "\"); __import__('os').abort()  #", "x" * 120,
)  # fmt: skip
"""Texts that break what is not written with care."""

KEYS = st.one_of(st.sampled_from(["a", "b", "ab", "Ab", "total"]), st.sampled_from(HOSTILE))
TEXTS = st.one_of(st.sampled_from(["a", "ab", "abc", ""]), st.sampled_from(HOSTILE))
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([0.1, 0.3, 0.5, 1.0, -0.0, 1e300, 10**31, 2**63, -(2**63), 12345678901234567]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
DATA: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)
NO_DATA = st.sampled_from(
    [float("nan"), float("-inf"), (1,), {1: 2}, {"a": {(): 1}}, b"x", [object()], {"a": "\ud800"}]
)
PATTERNS = st.sampled_from(
    ["^a+$", "b", "^[a-c]{2}$", r"\d", r"^\w*$", r"\s", "^.$", "^(a|b)?$", "'", '"', r"^\S+$", "^$"]
)
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
LEAVES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(
                st.sampled_from(KINDS),
                st.lists(st.sampled_from(KINDS), min_size=1, max_size=3),
            ),
            "enum": st.lists(DATA, min_size=1, max_size=10),
            "const": DATA,
            "default": DATA,
        },
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": NUMBERS,
            "maximum": NUMBERS,
            "exclusiveMinimum": NUMBERS,
            "exclusiveMaximum": NUMBERS,
            "multipleOf": st.sampled_from([1, 2, 3, 0.1, 0.25]),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("string"),
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(0, 3),
            "pattern": PATTERNS,
            "format": st.just("date"),
            "title": TEXTS,
            "description": TEXTS,
            "examples": st.lists(DATA, max_size=1),
        },
    ),
    st.booleans(),
)
NAMES = ("t", "u v", "a/b", "class")
"""Of definitions."""
REFERENCES = st.sampled_from(["t", "u v", "a~1b", "class"]).map(lambda name: f"#/$defs/{name}")


def _bigger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    options = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["array", ["array", "null"], "object"]),
                "items": inner,
                "minItems": st.integers(0, 2),
                "maxItems": st.integers(0, 2),
                "uniqueItems": st.booleans(),
                "default": DATA,
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(["object", "object", ["object", "null"], "array"]),
                "properties": st.dictionaries(KEYS, inner, max_size=4),
                "required": st.lists(KEYS, max_size=3),
                "additionalProperties": inner,
                "default": DATA,
                "anyOf": options,
                "$ref": REFERENCES,
            },
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "anyOf": options,
                "oneOf": options,
                "allOf": options,
                "items": inner,
                "type": st.sampled_from(KINDS),
                "const": DATA,
            },
        ),
        st.fixed_dictionaries({"$ref": REFERENCES}, optional={"default": DATA}),
    )


FILLED_IN = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.lists(st.sampled_from(KINDS), min_size=1, max_size=2).map(
                lambda k: [*k, "null"]
            )
        }
    ),
    st.fixed_dictionaries({"anyOf": st.just([{"type": "string"}, {"type": "null"}])}),
    st.fixed_dictionaries({"enum": st.just([1, None])}),
    st.fixed_dictionaries({"type": st.just("object"), "default": st.just({})}),
    st.fixed_dictionaries({"$ref": REFERENCES}),
    st.fixed_dictionaries({"default": DATA}),
)
"""What an absent field may become something by."""
PARTS: st.SearchStrategy[Any] = st.recursive(LEAVES, _bigger, max_leaves=8)
OBJECTS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["object", ["object", "null"]]),
        "properties": st.dictionaries(KEYS, st.one_of(FILLED_IN, PARTS), min_size=1, max_size=4),
    },
    optional={
        "required": st.lists(st.sampled_from(["a", "b"]), max_size=1),
        "additionalProperties": st.one_of(st.just(False), PARTS),
        "default": st.one_of(st.just({}), DATA),
    },
)
DEFINITIONS = st.one_of(OBJECTS, OBJECTS, PARTS).map(
    # Definitions that are nothing but each other are no schemas.
    lambda part: {"items": part} if isinstance(part, dict) and "$ref" in part else part
)


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    """A schema with definitions that it may use; legal but for defaults without an end."""
    schema = draw(st.one_of(OBJECTS, PARTS, st.fixed_dictionaries({"$ref": REFERENCES})))
    if not isinstance(schema, dict):
        return schema
    definitions = {name: draw(DEFINITIONS) for name in NAMES}
    if draw(st.booleans()):
        definitions["class"] = {"$ref": "#/$defs/t", "default": draw(DATA)}
    whole = {**schema, "$defs": definitions}
    return dict(reversed(whole.items())) if draw(st.booleans()) else whole


def is_legal(schema: Any) -> bool:
    """It can be compiled: whoever draws schemas here draws defaults that hold themselves, too."""
    try:
        compile_schema(schema)
    except SchemaError:
        return False
    return True


@st.composite
def near(draw: st.DrawFn, schema: Any) -> Any:
    """A value that was made with a look at a schema, and often meets it."""
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    return _near(draw, schema, definitions, 0)


def _near(draw: st.DrawFn, schema: Any, definitions: dict[str, Any], depth: int) -> Any:
    if not isinstance(schema, dict) or depth > 6 or draw(st.integers(0, 9)) == 0:
        return draw(DATA)
    if "$ref" in schema:
        name = definition_name(schema["$ref"])
        return _near(draw, definitions[name], definitions, depth + 1)
    for keyword in ("anyOf", "oneOf", "allOf"):
        if keyword in schema and draw(st.booleans()):
            return _near(draw, draw(st.sampled_from(schema[keyword])), definitions, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    kinds = schema.get("type", ["object" if "properties" in schema else "array"])
    kind = draw(st.sampled_from(kinds)) if isinstance(kinds, list) else kinds
    if kind == "array":
        items = schema.get("items", True)
        size = draw(st.integers(0, 3))
        return [_near(draw, items, definitions, depth + 1) for _ in range(size)]
    if kind == "object":
        known = schema.get("properties", {})
        made = {
            name: _near(draw, part, definitions, depth + 1)
            for name, part in known.items()
            if name in schema.get("required", ()) or draw(st.booleans())
        }
        for name in schema.get("required", ()):
            made.setdefault(name, draw(SCALARS))
        if draw(st.integers(0, 3)) == 0:
            made[draw(KEYS)] = draw(SCALARS)
        return made
    return draw({
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(-3, 3),
        "number": NUMBERS,
        "string": TEXTS,
    }[kind])  # fmt: skip
