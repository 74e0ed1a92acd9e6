from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from conductor_core.models.port import Message, Reply
from conductor_core.players import model as module
from conductor_core.players.model import ModelPerformer
from tests.unit.conductor_core.players.asking import ask, error_of, output_of
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Model, ModelPlayer
from workflow_ir.values import ExprValue, TextValue

WRITER = ModelPlayer(
    kind="model",
    model="house",
    system=TextValue(
        kind="text", parts=("You write about ", ExprValue(kind="expr", source="with.topic"), ".")
    ),
)
MODELS = {"house": Model(model="offline/basic", parameters={"temperature": 0.7})}


class Noted:
    """A model that writes down what it is asked."""

    def __init__(self, reply: Reply | StandardError) -> None:
        self.reply = reply
        self.asked: list[tuple[list[Message], Any, dict[str, Any]]] = []

    async def complete(
        self,
        messages: Sequence[Message],
        json_schema: dict[str, Any] | None,
        parameters: Mapping[str, Any],
    ) -> Reply | StandardError:
        await asyncio.sleep(0)
        self.asked.append((list(messages), json_schema, dict(parameters)))
        return self.reply


def noted(monkeypatch: pytest.MonkeyPatch, reply: Reply | StandardError) -> Noted:
    model = Noted(reply)
    monkeypatch.setattr(module, "find_model", lambda alias, models, **_: (model, models[alias]))
    return model


def test_without_an_output_schema_a_string_is_given() -> None:
    answer = ask(ModelPerformer(WRITER, MODELS), {"topic": "music"}, prompt="Say hello. Then stop.")
    assert output_of(answer) == "Say hello."
    assert isinstance(answer, Success)
    assert answer.synthetic
    assert answer.tokens > 0


def test_with_an_output_schema_the_answer_is_data() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    answer = ask(ModelPerformer(WRITER, MODELS), {"topic": "x"}, prompt="n: 4", output=schema)
    assert output_of(answer) == {"n": 4}


def test_system_and_prompt_are_sent_in_this_order(monkeypatch: pytest.MonkeyPatch) -> None:
    model = noted(monkeypatch, Reply("ok", "offline/basic"))
    ask(ModelPerformer(WRITER, MODELS), {"topic": "music"}, prompt="Go.")
    ((messages, schema, parameters),) = model.asked
    assert messages == [Message("system", "You write about music."), Message("user", "Go.")]
    assert (schema, parameters) == (None, {"temperature": 0.7})


def test_without_a_prompt_the_with_map_is_sent_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    model = noted(monkeypatch, Reply("ok", "offline/basic"))
    ask(ModelPerformer(WRITER, MODELS), {"topic": "é", "n": 1})
    assert model.asked[0][0][1] == Message("user", '{"topic":"é","n":1}')


def test_changed_parameters_win_and_may_name_another_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = noted(monkeypatch, Reply("ok", "offline/basic"))
    models = {**MODELS, "cheap": Model(model="offline/basic", parameters={"top_p": 1})}
    performer = ModelPerformer(WRITER, models)
    ask(performer, {"topic": "x"}, parameters={"temperature": 0.2})
    ask(performer, {"topic": "x"}, parameters={"model": "cheap"})
    assert [asked[2] for asked in model.asked] == [{"temperature": 0.2}, {"top_p": 1}]


def test_an_answer_that_is_no_json_is_output_format(monkeypatch: pytest.MonkeyPatch) -> None:
    noted(monkeypatch, Reply('{"a":', "offline/basic"))
    answer = ask(ModelPerformer(WRITER, MODELS), {"topic": "x"}, output={"type": "object"})
    assert error_of(answer).code == "output.format"


def test_a_failure_of_the_model_is_the_players(monkeypatch: pytest.MonkeyPatch) -> None:
    noted(monkeypatch, StandardError.of("http.503"))
    assert error_of(ask(ModelPerformer(WRITER, MODELS), {"topic": "x"})).code == "http.503"


def test_a_template_that_cannot_be_filled_is_told() -> None:
    error = error_of(ask(ModelPerformer(WRITER, MODELS), {}, prompt="Go."))
    assert (error.code, error.layer) == ("expression.missing", "user")
