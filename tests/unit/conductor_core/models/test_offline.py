from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conductor_core.models.fill_schema import FillSchema
from conductor_core.models.offline import OfflineModel, extract
from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec
from conductor_core.models.sample_pattern import sample_pattern
from conductor_core.models.spent import count_tokens
from workflow_ir.types.pattern import PatternError, compile_pattern
from workflow_ir.types.validate import compile_schema

PROMPT = """Review this change and answer as JSON.
title: Faster start; score: 0.75, count: 12
It was broken for 3 days. The verdict is accept."""


def complete(prompt: str, schema: dict[str, Any] | None = None) -> Reply:
    messages = [Message("system", "You review changes."), Message("user", prompt)]
    reply = asyncio.run(
        OfflineModel().complete(messages, json_schema=schema, parameters={"temperature": 1})
    )
    assert isinstance(reply, Reply)
    return reply


def test_text_is_taken_from_the_prompt_and_marked_synthetic() -> None:
    reply = complete(PROMPT)
    assert reply.text == "Review this change and answer as JSON."
    assert reply.synthetic
    assert reply.model == "offline/basic"


def test_the_same_question_gets_the_same_answer_and_the_same_count() -> None:
    first, second = complete(PROMPT), complete(PROMPT)
    assert first == second
    assert first.input_tokens == count_tokens("You review changes.") + count_tokens(PROMPT)
    assert first.output_tokens == count_tokens(first.text) == 8


@pytest.mark.parametrize("prompt", ["", "   ", "!!!", "\x00"])
def test_a_prompt_without_words_gets_an_answer_all_the_same(prompt: str) -> None:
    assert complete(prompt).text


def test_what_the_prompt_names_fills_the_fields_of_that_name() -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "count": {"type": "integer"},
            "verdict": {"enum": ["reject", "accept"]},
        },
        "required": ["title"],
    }
    assert json.loads(complete(PROMPT, schema).text) == {
        "title": "Faster start; score: 0.75",
        "score": 0.75,
        "count": 12,
        "verdict": "accept",
    }


SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "string", "minLength": 200},
    {"type": "string", "maxLength": 3},
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    {"type": "string", "pattern": "^(v|release-)\\d+\\.\\d+$", "minLength": 12},
    {"type": "string", "pattern": "[^a-z0-9 ]x+y?"},
    {"type": "integer", "minimum": 1000, "maximum": 1000},
    {"type": "integer", "exclusiveMinimum": 7, "exclusiveMaximum": 9},
    {"type": "integer", "multipleOf": 35, "minimum": 36},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "maximum": -10.5},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"const": {"a": 1}},
    {"enum": [1, "two", None]},
    {"type": "array", "items": {"type": "integer"}, "minItems": 5, "uniqueItems": True},
    {"type": "array", "maxItems": 0},
    {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "minItems": 2},
    {"type": "object", "additionalProperties": {"type": "integer"}, "required": ["any"]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"anyOf": [{"type": "integer", "minimum": 5}, {"type": "string"}]},
    {"oneOf": [{"type": "number"}, {"type": "integer"}]},
    {"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 4}]},
    {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"a": {"minLength": 50}, "b": {"type": "integer"}}, "required": ["b"]},
        ]
    },
    {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["name"],
                "additionalProperties": False,
            }
        },
        "$ref": "#/$defs/node",
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_every_kind_of_schema_is_filled_validly(schema: dict[str, Any]) -> None:
    value = json.loads(complete(PROMPT, schema).text)
    assert compile_schema(schema)(value) == []


SIMPLE = st.one_of(
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.builds(
        lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span},
        st.integers(-1000, 1000),
        st.integers(0, 50),
    ),
    st.builds(
        lambda low, span: {"type": "string", "minLength": low, "maxLength": low + span},
        st.integers(0, 80),
        st.integers(0, 20),
    ),
    st.lists(st.text(max_size=5), min_size=1, max_size=4).map(lambda values: {"enum": values}),
)
NESTED = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(
            lambda item, least: {"type": "array", "items": item, "minItems": least},
            inner,
            st.integers(0, 4),
        ),
        st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=4).map(
            lambda fields: {
                "type": "object",
                "properties": fields,
                "required": sorted(fields)[:2],
                "additionalProperties": False,
            }
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(schema=NESTED, source=st.text(max_size=200))
def test_any_schema_is_filled_validly_from_any_text(schema: dict[str, Any], source: str) -> None:
    assert compile_schema(schema)(FillSchema(source).fill(schema)) == []


@settings(max_examples=100, deadline=None)
@given(
    source=st.from_regex(r"\A\^?(([a-f0-9]|\[a-d\]|\\d|\(a\|bc\))(\*|\+|\?|\{1,3\})?){1,6}\$?\Z")
)
def test_a_sample_of_a_pattern_is_matched_by_it(source: str) -> None:
    try:
        matches = compile_pattern(source)
    except PatternError:
        return
    assert matches(next(sample_pattern(source)))


def test_nested_repetitions_do_not_run_away() -> None:
    texts = list(sample_pattern("((((a*)*)*)*)*" * 20))
    assert max(map(len, texts)) <= 20 * 4096


def test_extract_takes_the_first_sentence_that_says_something() -> None:
    assert extract("…\n\nFirst one. Second one.") == "First one."


SEARCH = ToolSpec(
    "search",
    "Finds pages.",
    {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]},
)
COUNT = ToolSpec(
    "count", "", {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
)


def talk(messages: list[Message], schema: dict[str, Any] | None = None) -> Reply:
    reply = asyncio.run(
        OfflineModel().complete(messages, tools=[SEARCH, COUNT], json_schema=schema)
    )
    assert isinstance(reply, Reply)
    return reply


def test_each_tool_is_used_once_in_order_and_then_there_is_an_answer() -> None:
    messages = [Message("user", "topic: rain, n: 3. Go on.")]
    for number, (tool, arguments, told) in enumerate(
        [("search", '{"topic":"rain"}', "It rains. Often."), ("count", '{"n":3}', "Three.")], 1
    ):
        reply = talk(messages)
        assert reply.tool_calls == (ToolCall(f"call_{number}", tool, arguments),)
        assert (reply.text, reply.synthetic) == ("", True)
        messages.append(Message("assistant", "", tool_calls=reply.tool_calls))
        messages.append(Message("tool", told, tool_call_id=f"call_{number}"))
    last = talk(messages)
    assert last.tool_calls == ()
    assert last.text == "topic: rain, n: 3. It rains. Three."
    assert last.input_tokens > talk(messages[:1]).input_tokens


def test_an_answer_with_a_schema_is_filled_from_what_the_tools_gave() -> None:
    calls = (ToolCall("1", "search", "{}"), ToolCall("2", "count", "{}"))
    messages = [
        Message("user", "Look."),
        Message("assistant", "", tool_calls=calls),
        Message("tool", "weather: wet", tool_call_id="1"),
        Message("tool", "7", tool_call_id="2"),
    ]
    schema = {
        "type": "object",
        "properties": {"weather": {"type": "string"}, "days": {"type": "integer"}},
    }
    assert json.loads(talk(messages, schema).text) == {"weather": "wet", "days": 7}
