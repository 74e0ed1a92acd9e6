from __future__ import annotations

import pytest

from conductor_core.models.catalogue import Catalogue
from conductor_core.players.model import ModelPerformer
from conductor_core.ports import Player
from tests.servers.openai_wire import OpenAIWire, Text, status
from tests.unit.conductor_core.players.asking import ask, error_of, output_of
from workflow_ir.outcome import Success
from workflow_ir.players import Model, ModelPlayer
from workflow_ir.values import ExprValue, TextValue

WRITER = ModelPlayer(
    kind="model",
    model="house",
    system=TextValue(
        kind="text", parts=("You write about ", ExprValue(kind="expr", source="with.topic"), ".")
    ),
    parameters={"top_p": 0.5},
)
OFFLINE = {"house": Model(model="offline/basic")}
MODELS = {
    "house": Model(model="openai/house", parameters={"temperature": 0.7, "top_p": 1}),
    "cheap": Model(model="openai/cheap", parameters={"seed": 1}),
}
SHAPE = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def offline() -> Player:
    return ModelPerformer(WRITER, Catalogue(OFFLINE))


def writer(monkeypatch: pytest.MonkeyPatch, server: OpenAIWire) -> Player:
    """A player whose models answer at a loopback server."""
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    return ModelPerformer(WRITER, Catalogue(MODELS))


def test_without_an_output_schema_a_string_is_given() -> None:
    answer = ask(offline(), {"topic": "music"}, prompt="Say hello. Then stop.")
    assert output_of(answer) == "Say hello."
    assert isinstance(answer, Success)
    assert answer.synthetic
    assert answer.tokens > 0


def test_with_an_output_schema_the_answer_is_data() -> None:
    assert output_of(ask(offline(), {"topic": "x"}, prompt="n: 4", output=SHAPE)) == {"n": 4}


def test_an_output_that_is_text_is_the_answer_as_it_stands() -> None:
    answer = ask(offline(), {"topic": "x"}, prompt="It rains. So?", output={"type": "string"})
    assert output_of(answer) == "It rains."


def test_system_and_prompt_are_sent_in_this_order(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text("ok")) as server:
        ask(writer(monkeypatch, server), {"topic": "music"}, prompt="Go.")
        assert server.bodies == [
            {
                "model": "house",
                "messages": [
                    {"role": "system", "content": "You write about music."},
                    {"role": "user", "content": "Go."},
                ],
                "temperature": 0.7,
                "top_p": 0.5,
            }
        ]


def test_without_a_prompt_the_with_map_is_sent_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text("ok")) as server:
        ask(writer(monkeypatch, server), {"topic": "é", "n": 1})
        assert server.bodies[0]["messages"][1]["content"] == '{"topic":"é","n":1}'


def test_changed_parameters_win_and_may_name_another_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with OpenAIWire(Text("ok"), Text("ok")) as server:
        performer = writer(monkeypatch, server)
        ask(performer, {"topic": "x"}, parameters={"temperature": 0.2, "top_p": 0.1})
        ask(performer, {"topic": "x"}, parameters={"model": "cheap"})
        sent = [{k: v for k, v in body.items() if k != "messages"} for body in server.bodies]
        assert sent == [
            {"model": "house", "temperature": 0.2, "top_p": 0.1},
            {"model": "cheap", "seed": 1, "top_p": 0.5},
        ]


def test_text_that_is_no_json_is_asked_for_once_more_in_the_same_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with OpenAIWire(Text('{"n":'), Text('{"n": 2}')) as server:
        answer = ask(writer(monkeypatch, server), {"topic": "x"}, prompt="Go.", output=SHAPE)
        assert output_of(answer) == {"n": 2}
        assert isinstance(answer, Success)
        assert answer.tokens == 20
        first, second = (body["messages"] for body in server.bodies)
        assert second[:2] == first
        assert second[2] == {"role": "assistant", "content": '{"n":'}
        assert [message["role"] for message in second] == ["system", "user", "assistant", "user"]


def test_a_second_answer_that_is_no_json_is_output_format(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text("no"), Text("no")) as server:
        error = error_of(ask(writer(monkeypatch, server), {"topic": "x"}, output=SHAPE))
        assert (error.code, error.cost.tokens) == ("output.format", 20)
        assert server.count == 2


def test_data_of_a_wrong_shape_are_handed_on_and_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with OpenAIWire(Text('{"n": "two"}')) as server:
        answer = ask(writer(monkeypatch, server), {"topic": "x"}, output=SHAPE)
        assert output_of(answer) == {"n": "two"}
        assert server.count == 1


def test_a_failure_of_the_model_is_the_players(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(status(503)) as server:
        assert error_of(ask(writer(monkeypatch, server), {"topic": "x"})).code == "http.503"
        assert server.count == 1


def test_a_model_that_cannot_be_asked_is_told() -> None:
    error = error_of(ask(ModelPerformer(WRITER, Catalogue()), {"topic": "x"}))
    assert error.code == "config.model"


def test_a_template_that_cannot_be_filled_is_told() -> None:
    error = error_of(ask(offline(), {}, prompt="Go."))
    assert (error.code, error.layer) == ("expression.missing", "user")
