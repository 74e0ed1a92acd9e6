from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from adapters.emitter.schemas import Schemas
from tests.unit.adapters.emitter.generated_module import Checks, executed
from tests.unit.adapters.emitter.schemas.compared_checks import KEYWORD_CASES, TREE, exact, the_same
from tests.unit.adapters.emitter.schemas.drawn_schemas import HOSTILE

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
