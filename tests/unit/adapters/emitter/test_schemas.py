from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.emitter.schemas import Schemas
from adapters.emitter.schemas.expression import _SIMPLE, _STRUCTURAL, ANNOTATIONS
from conductor_core.border import admit
from conductor_core.evaluator import Evaluator
from conductor_core.failed import StepFault
from tests.unit.adapters.emitter.drawn_schemas import (
    DATA,
    HOSTILE,
    NO_DATA,
    has_endless_default,
    near,
    schemas,
)
from tests.unit.adapters.emitter.generated_module import Checks, executed
from tests.unit.workflow_ir.types.test_validate import SCHEMAS
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.types import SchemaError, compile_schema, complete
from workflow_ir.types.schema_keywords import SIMPLE
from workflow_ir.types.validate import KEYWORDS


def told(schema: Any, value: object) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in compile_schema(schema)(value)]


def exact(value: Any) -> str:
    """Types, signs and the order of keys count."""
    return repr(value)


def the_same(checks: Checks, schema: Any, value: Any) -> None:
    expected = told(schema, value)
    assert checks.violations(value) == expected
    if expected:
        with pytest.raises(StepFault) as fault:
            admit(value, schema, Evaluator())
        with pytest.raises(checks.module.SchemaError) as raised:
            checks.admit(value)
        assert str(raised.value) == fault.value.error.message
    else:
        assert exact(checks.admit(value)) == exact(complete(value, schema))


# --- the same as what a run checks ----------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_a_generated_check_finds_and_fills_in_what_a_run_does(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    if has_endless_default(schema):
        with pytest.raises(DiagnosticsError, match="10000 values"):
            Checks(schema)
        return
    checks = Checks(schema)
    for _ in range(4):
        the_same(checks, schema, data.draw(near(schema)))
    the_same(checks, schema, data.draw(DATA))
    the_same(checks, schema, data.draw(NO_DATA))
    unchecked = data.draw(near(schema))
    assert exact(checks.complete(unchecked)) == exact(complete(unchecked, schema))


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, SCHEMAS)
def test_any_schema_at_all_is_checked_alike_or_refused_alike(schema: Any, value: Any) -> None:
    legal = True
    try:
        compile_schema(schema)
    except SchemaError:
        legal = False
    if legal:
        the_same(Checks(schema), schema, value)
    else:
        with pytest.raises(SchemaError):
            Schemas("tune").named(schema, "data")


KEYWORD_CASES: list[tuple[Any, list[Any]]] = [
    ({"enum": ["a", None]}, ["a", None, "b", True, 0, ["a"]]),
    ({"enum": [1, "a", [1], {"a": True}, False]}, [1, 1.0, True, [True], {"a": 1}, {"a": True}, 0]),
    ({"enum": [str(number) for number in range(12)]}, ["11", "x"]),
    ({"const": {"a": 1}}, [{"a": 1.0}, {"a": True}, {}]),
    ({"const": False}, [False, 0, None]),
    ({"minimum": 1}, [0, 1, 1.0, "x", True]),
    ({"maximum": 1.0}, [2, 1, True]),
    ({"exclusiveMinimum": -0.0}, [0, -1, 1]),
    ({"exclusiveMaximum": 10**30}, [0, 2**62]),
    ({"multipleOf": 0.1}, [0.3, 0.35, 1, True]),
    ({"minLength": 1}, ["", "a", []]),
    ({"maxLength": 1}, ["üü", "ü"]),
    ({"minItems": 2}, [[1], [1, 2], "a"]),
    ({"maxItems": 0}, [[1], []]),
    ({"uniqueItems": True}, [[1, 1.0], [1, True], [{"a": 1}, {"a": 1}], [1, 1, 2, 2], 3]),
    ({"uniqueItems": False}, [[1, 1]]),
    ({"pattern": "^a$"}, ["a", "a\n", "b", 1]),
    ({"items": {"type": "integer"}}, [[1, "a"], {}, []]),
    ({"items": False}, [[], [1]]),
    ({"properties": {"a": {"type": "integer"}}}, [{"a": "x"}, {"b": 1}, 1]),
    ({"properties": {"a": False}}, [{"a": 1}, {}]),
    ({"required": ["b", "a", "b"]}, [{}, {"a": 1}, {"a": 1, "b": 2}, []]),
    ({"additionalProperties": False}, [{}, {"a": 1}, 1]),
    ({"additionalProperties": {"type": "null"}}, [{"a": 1, "b": None}]),
    ({"allOf": [{"minimum": 1}, {"maximum": 0}]}, [0.5, 2]),
    ({"anyOf": [{"type": "string"}, {"properties": {"a": {"type": "null"}}}]}, [1, {"a": 1}]),
    ({"oneOf": [{"minimum": 1}, {"minimum": 2}, False]}, [0, 1, 2]),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}, [None, 1]),
    ({"$defs": {"a": {"type": "null"}}}, [1]),
    ({"format": "date", "title": "t", "$comment": "c", "readOnly": True}, ["x"]),
    *[({"type": kind}, [None, True, 1, 1.5, "a", [], {}]) for kind in (
        "null", "boolean", "integer", "number", "string", "array", "object",
        ["string", "null"], ["null", "string"], ["object"], ["array", "array"],
    )],
    (True, [1, None]),
    (False, [1, None]),
    ({}, [1]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "values"), KEYWORD_CASES, ids=lambda case: str(case)[:40])
def test_each_keyword_alone(schema: Any, values: list[Any]) -> None:
    checks = Checks(schema)
    for value in values:
        the_same(checks, schema, value)


def test_every_keyword_of_the_subset_is_written_or_checks_nothing() -> None:
    assert _SIMPLE.keys() | _STRUCTURAL | ANNOTATIONS == KEYWORDS
    assert _SIMPLE.keys() == SIMPLE.keys()
    tried = {
        keyword for schema, _ in KEYWORD_CASES if isinstance(schema, dict) for keyword in schema
    }
    assert tried >= _SIMPLE.keys() | _STRUCTURAL


def test_a_keyword_that_is_new_to_the_subset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_ir.types.validate.KEYWORDS", KEYWORDS | {"minProperties"})
    compile_schema({"items": {"minProperties": 1}})
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*`minProperties`"):
        Schemas("tune").named({"items": {"minProperties": 1}}, "data")


# --- depth and size -------------------------------------------------------------------------------

TREE: Any = {
    "$ref": "#/$defs/t",
    "$defs": {
        "t": {
            "type": "object",
            "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/u"}}},
            "additionalProperties": False,
        },
        "u": {"anyOf": [{"$ref": "#/$defs/t"}, {"type": "null"}]},
    },
}


def deep(levels: int, value: Any = None) -> Any:
    for _ in range(levels):
        value = {"kids": [value]}
    return value


@pytest.mark.parametrize("value", [deep(3), deep(3, 1), deep(80, 1), deep(99), deep(101)])
def test_recursive_schemas_follow_values_down(value: Any) -> None:
    the_same(Checks(TREE), TREE, value)


def test_definitions_that_hold_each_other_are_followed() -> None:
    schema: Any = {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {"$ref": "#/$defs/b", "title": "the same"},
            "b": {"type": "array", "items": {"$ref": "#/$defs/a"}},
        },
    }
    checks = Checks(schema)
    values: list[Any] = [[], [[]], [[1]], 1]
    for value in values:
        the_same(checks, schema, value)


def test_a_schema_that_never_ends_is_told() -> None:
    loop: Any = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}
    the_same(Checks(loop), loop, 1)


def test_defaults_without_an_end_are_refused() -> None:
    one = {"properties": {"d": {"$ref": "#/$defs/d"}}, "default": {}}
    two = {"properties": {"d": {"$ref": "#/$defs/d"}, "e": {"$ref": "#/$defs/d"}}, "default": {}}
    wide = {f"d{n}": {"properties": {side: {"$ref": f"#/$defs/d{n + 1}"} for side in "ab"},
                      "default": {}} for n in range(30)} | {"d30": {"default": 1}}  # fmt: skip
    for schema in (
        {"$ref": "#/$defs/d", "$defs": {"d": one}},
        {"items": {"$ref": "#/$defs/d"}, "$defs": {"d": two}},
        {"$ref": "#/$defs/d0", "$defs": wide},
    ):
        with pytest.raises(DiagnosticsError, match=r"MEL302 .*more than 10000 values"):
            Schemas("tune").named(schema, "data")


def test_a_default_that_stops_by_itself_is_followed() -> None:
    schema: Any = {
        "$ref": "#/$defs/d",
        "$defs": {"d": {"properties": {"d": {"$ref": "#/$defs/d"}}, "default": {"d": None}}},
    }
    values: list[Any] = [{}, {"d": {}}, {"d": 1}]
    for value in values:
        the_same(Checks(schema), schema, value)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"items": inner},
        lambda inner: {"type": ["array", "null"], "items": inner, "default": [None]},
        lambda inner: {"anyOf": [inner, {"type": "null"}]},
    ],
)
def test_the_deepest_schema_can_be_written(wrap: Any) -> None:
    schema: Any = {"type": "integer"}
    for _ in range(60):
        schema = wrap(schema)
    value: Any = 1.5
    for _ in range(60):
        value = [value]
    the_same(Checks(schema), schema, value)


def test_the_deepest_object_can_be_written() -> None:
    schema: Any = {"type": "integer"}
    value: Any = "a"
    for _ in range(63):
        schema = {"type": ["object", "null"], "properties": {"a": schema}, "required": ["a"]}
        value = {"a": value}
    the_same(Checks(schema), schema, value)


def test_a_value_too_deep_for_a_literal_is_refused() -> None:
    value: Any = 1
    for _ in range(160):
        value = [value]
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*deeper than 150"):
        Schemas("tune").named({"const": value}, "data")
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*deeper than 150"):
        Schemas("tune").json({"default": value}, "data")


@pytest.mark.parametrize(
    "value",
    [
        list(range(200)),
        {f"k{number}": number for number in range(200)},
        [{f"k{number}": number for number in range(60)}],
        [[["a"] * 300]],
        {"x" * 300: "y" * 300},
        [10**40],
        deep(150, [1]),
    ],
)
@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"type": "string"}},
        {"additionalProperties": {"type": "string"}},
        {"additionalProperties": False},
        {"anyOf": [{"type": "null"}, {"items": {"additionalProperties": {"type": "null"}}}]},
        {"items": {"type": "object", "properties": {"k1": {}}, "additionalProperties": False}},
    ],
)
def test_long_lists_of_violations_are_cut_alike(schema: Any, value: Any) -> None:
    the_same(Checks(schema), schema, value)


INSIDE: Any = {"properties": {"a": {"type": "string"}, "b": {"type": "null"}}}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    "options",
    [
        [{"type": "null"}, INSIDE],
        [INSIDE, {**INSIDE, "title": "again"}, {"type": "null"}],
        [{**INSIDE, "required": ["c"]}, {"type": "null"}],
        [{**INSIDE, "required": ["c"]}, INSIDE],
        [{**INSIDE, "additionalProperties": False}, {"maxItems": 0, "type": "array"}],
        [INSIDE],
        [{"type": "null"}],
    ],
)
def test_of_alternatives_the_same_one_is_told(keyword: str, options: list[Any]) -> None:
    schema = {keyword: options}
    checks = Checks(schema)
    values: list[Any] = [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 2}, {"c": 1}, {}, None, [1], 1]
    for value in values:
        the_same(checks, schema, value)


@pytest.mark.parametrize("levels", [1, 4, 60, 99])
def test_absent_fields_are_filled_in_on_every_level(levels: int) -> None:
    node = {
        "properties": {
            "kids": {"type": "array", "items": {"$ref": "#/$defs/n"}},
            "note": {"type": ["string", "null"]},
            "tags": {"default": [{}]},
        }
    }
    schema: Any = {"$ref": "#/$defs/n", "$defs": {"n": node}}
    the_same(Checks(schema), schema, deep(levels, {}))


@pytest.mark.parametrize("wrong", [49, 50, 51, 52, 53])
def test_an_alternative_is_left_alike_when_it_has_failed_often_enough(wrong: int) -> None:
    fields = {f"k{number}": {"type": "string"} for number in range(60)}
    inside: Any = {"type": "object", "properties": fields, "additionalProperties": False}
    value = {**{f"k{number}": number for number in range(wrong)}, "other": 1}
    for schema in ({"anyOf": [{"type": "null"}, inside]}, {"oneOf": [inside, {"type": "null"}]}):
        the_same(Checks(schema), schema, value)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        *("x" * size for size in range(56, 63)),
        *([0] * size for size in range(18, 24)),
        *({str(number): 0 for number in range(size)} for size in (1, 20, 21)),
        *(sign * (10**30 + more) for sign in (1, -1) for more in (-1, 0, 1)),
        *(2**63 - 1, 2**63, -(2**63), -(2**63) - 1),
        *(nested(levels) for levels in (3, 4, 5, 199, 200, 201, 202)),
        {"a": {"b": {"c": {"d": 1}}}},
        "\x00\u2028é\U0001f600\ud800",
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_values_are_shown_alike(value: Any) -> None:
    the_same(Checks({"type": "boolean"}), {"type": "boolean"}, value)
    the_same(Checks({"enum": [True]}), {"enum": [True]}, {"a": value})


def test_of_very_many_fields_the_nearest_is_told_alike() -> None:
    names = [f"{start}ield_{number}" for start in "fgh" for number in range(500)]
    schema: Any = {"properties": {name: {} for name in names}, "additionalProperties": False}
    checks = Checks(schema)
    for name in ("feld_123", "FIELD_7", "hield_1x", "xield_77", "zzz", "g", "x" * 70, ""):
        the_same(checks, schema, {name: 1})


# --- references -----------------------------------------------------------------------------------


def test_beside_a_reference_nothing_else_fills_in() -> None:
    schema: Any = {
        "$ref": "#/$defs/a",
        "properties": {"b": {"default": 2}},
        "items": {"properties": {"c": {"default": 3}}},
        "$defs": {"a": {"properties": {"a": {"default": 1}}}},
    }
    checks = Checks(schema)
    values: list[Any] = [{}, {"b": 1}, [{}]]
    for value in values:
        the_same(checks, schema, value)
    assert checks.complete({}) == {"a": 1}


def test_definitions_that_only_escapes_tell_apart_are_refused() -> None:
    definitions = {"a/b": {"default": 1}, "a~1b": {"default": 2}}
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*cannot be told apart"):
        Schemas("tune").named({"$ref": "#/$defs/a~1b", "$defs": definitions}, "data")


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_exactly(text: str) -> None:
    schema: Any = {
        "title": text,
        "description": text,
        "$defs": {text: {"const": text}},
        "properties": {
            text: {"enum": [text, {text: [text]}], "default": text},
            f"{text}2": {"type": "string", "default": text},
        },
        "required": [text],
        "additionalProperties": False,
    }
    checks = Checks(schema, hint=text)
    for value in ({text: text}, {}, {text: 1}, {f"{text}3": 1}, {text: {text: [text]}}):
        the_same(checks, schema, value)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_schema_for_a_model_is_the_same_data(text: str) -> None:
    schema = {"description": text, "properties": {text: {"default": [text, None, 1.5, True]}}}
    schemas_ = Schemas(text)
    name = schemas_.json(schema, text).removeprefix("schemas.")
    module = executed(str(schemas_.module()))
    assert exact(getattr(module, name)) == exact(schema)
    assert not hasattr(module, "violations")


def test_long_texts_are_written_in_pieces_and_come_back() -> None:
    long = "some words and 'quotes'\n" * 20
    schema: Any = {
        "properties": {long: {"const": long, "default": long}, "b": {"enum": [long, "x"]},
                       "c": {"pattern": "a" * 200}, "d": {"pattern": f"^{'a' * 200}$"}},
        "additionalProperties": False,
    }  # fmt: skip
    checks = Checks(schema)
    for value in ({long: long}, {long: 1, "b": "y"}, {}, {"c": "a" * 199, "d": "a" * 201}):
        the_same(checks, schema, value)


def test_no_text_of_a_schema_gets_into_comments_or_docstrings() -> None:
    schema = {"title": "SECRET", "description": "SECRET", "$comment": "SECRET", "type": "string"}
    assert "SECRET" not in Checks(schema).text


# --- names ----------------------------------------------------------------------------------------


def test_equal_checks_are_written_once_under_the_first_name() -> None:
    schemas_ = Schemas("tune")
    first = schemas_.named({"type": "string", "minLength": 1}, "log_output")
    again = schemas_.named({"minLength": 1, "type": "string", "title": "T"}, "other_output")
    other = schemas_.named({"type": "string"}, "log_output")
    assert [first, again, other] == [
        "schemas.LOG_OUTPUT",
        "schemas.LOG_OUTPUT",
        "schemas.LOG_OUTPUT_2",
    ]
    assert str(schemas_.module()).count("min_length(1)") == 1


def test_what_lies_deep_has_a_name_of_its_own() -> None:
    schema: Any = {"type": "string"}
    for _ in range(12):
        schema = {"type": "array", "items": schema}
    rows = [row for row in Checks(schema).text.splitlines() if row.startswith("DATA")]
    four, eight = ("_ITEM" * depth for depth in (4, 8))
    assert rows == [
        f"DATA{eight} = list_of(list_of(list_of(list_of(string()))))",
        f"DATA{four} = list_of(list_of(list_of(list_of(DATA{eight}))))",
        f"DATA = list_of(list_of(list_of(list_of(DATA{four}))))",
    ]


def test_a_recursive_schema_is_written_once() -> None:
    schemas_ = Schemas("tune")
    names = {schemas_.named(TREE, hint) for hint in ("a", "b")}
    assert names == {"schemas.A_T"}


@pytest.mark.parametrize("hint", [*HOSTILE, "most", "INPUTS", "Anything", "o", "schema"])
def test_a_name_hides_nothing_of_the_module(hint: str) -> None:
    text = Checks({"type": "array", "items": {"minimum": 1}}, hint=hint).text
    assigned = [line.split(" = ")[0] for line in text.splitlines() if line[:1].isupper()]
    assert len({name.split(":")[0] for name in assigned}) == len(assigned)
    assert not {"I", "O", "L"} & set(assigned)


def test_nothing_asked_for_is_no_module() -> None:
    assert Schemas("tune").module() is None


def test_only_what_is_used_is_there() -> None:
    text = Checks({"type": "string"}).text
    for absent in ("members", "Fraction", "re.compile", "comparable", "later", "nearest", "Input"):
        assert absent not in text


def test_the_text_is_the_same_for_every_hash_seed() -> None:
    program = (
        "from adapters.emitter.schemas import Schemas, Types\n"
        "from workflow_ir.workflow import Input\n"
        f"cases = {[schema for schema, _ in KEYWORD_CASES]!r}\n"
        "schemas, types = Schemas('tune'), Types('tune')\n"
        "for number, case in enumerate([*cases, {'properties': {'x-y': {'enum': ['a', 1]}}}]):\n"
        "    schemas.named(case, f's{number}')\n"
        "    types.named(case, f't{number}')\n"
        "schemas.inputs({'a': Input(schema={'type': 'string'})})\n"
        "print(schemas.module(), types.module())\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert len(texts.pop()) > 10_000


def test_what_is_filled_in_is_not_shared() -> None:
    schema: Any = {"properties": {"a": {"default": [[]]}}}
    checks = Checks(schema)
    checks.complete({})["a"][0].append(1)
    assert checks.complete({}) == {"a": [[]]}
    assert json.dumps(schema) == '{"properties": {"a": {"default": [[]]}}}'
