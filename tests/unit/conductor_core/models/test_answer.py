from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from conductor_core.models.answer import ask_for_data, schema_for
from conductor_core.models.port import Message, Reply
from workflow_ir.outcome import Cost, StandardError

ASKED = [Message("user", "Go.")]
SHAPE = {"type": "object"}


class Says:
    """A model that gives its replies in order and writes down what it was asked."""

    def __init__(self, *replies: Reply | StandardError) -> None:
        self.replies = list(replies)
        self.asked: list[list[Message]] = []
        self.facts: list[Mapping[str, Any]] = []

    async def complete(self, messages: Sequence[Message], **facts: Any) -> Reply | StandardError:
        await asyncio.sleep(0)
        self.asked.append(list(messages))
        self.facts.append(facts)
        return self.replies.pop(0)


def said(text: str, **facts: Any) -> Reply:
    return Reply(text, "a/b", input_tokens=10, output_tokens=2, usd=0.5, **facts)


def ask(model: Says, schema: dict[str, Any] | None = SHAPE) -> Any:
    return asyncio.run(
        ask_for_data(model, ASKED, json_schema=schema, parameters={"temperature": 1})
    )


def test_what_can_be_parsed_is_asked_for_once() -> None:
    model = Says(said('{"a": [1]}'))
    data, reply = ask(model)
    assert data == {"a": [1]}
    assert reply == said('{"a": [1]}')


def test_without_a_schema_text_is_taken_as_it_is() -> None:
    assert ask(Says(said("{no")), None)[0] == "{no"


def test_text_that_is_no_json_is_asked_for_once_more_and_both_are_paid() -> None:
    model = Says(said("{no"), said("{}", synthetic=True))
    data, reply = ask(model)
    assert data == {}
    assert (reply.input_tokens, reply.output_tokens, reply.usd) == (20, 4, 1.0)
    assert reply.synthetic
    first, second = model.asked
    assert second[:1] == first
    assert second[1] == Message("assistant", "{no")
    assert second[2].role == "user"
    assert model.facts[0] == model.facts[1]


def test_a_second_time_ends_in_output_format_with_the_cost_of_both() -> None:
    model = Says(said("{no"), said("no again"), said("{}"))
    error = ask(model)
    assert (error.code, error.cost) == ("output.format", Cost(1.0, 24))
    assert len(model.asked) == 2


def test_a_failure_of_the_second_question_carries_the_cost_of_the_first() -> None:
    error = ask(Says(said("{no"), StandardError.of("http.503", cost=Cost(0.25, 3))))
    assert (error.code, error.cost) == ("http.503", Cost(0.75, 15))


def test_a_scripted_model_is_not_asked_again() -> None:
    model = Says(said("{no", scripted=True))
    assert ask(model).code == "output.format"
    assert len(model.asked) == 1


def test_a_wrong_shape_is_not_asked_for_again() -> None:
    model = Says(said('"text"'))
    assert ask(model)[0] == "text"
    assert len(model.asked) == 1


@pytest.mark.parametrize("text", ["NaN", "1e999", "[" * 100_000, '"\\ud800"', str(2**64)])
def test_what_json_does_not_know_is_asked_for_again(text: str) -> None:
    model = Says(said(text), said("1"))
    assert ask(model)[0] == 1


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (None, None),
        ({"type": "string"}, None),
        ({"type": "string", "description": "A line."}, None),
        ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 3}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
    ],
)
def test_plain_text_is_no_schema(output: Any, told: Any) -> None:
    assert schema_for(output) == told
