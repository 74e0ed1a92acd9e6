from __future__ import annotations

from typing import Any

import pytest

from conductor_core.models.port import ChatModel, Message, ToolCall, ToolSpec
from tests.servers.anthropic_wire import AnthropicWire, Says, Uses
from tests.servers.wire import Raw, status
from tests.unit.conductor_core.models.asking import (
    KEY,
    SHAPE,
    complete,
    error_of,
    found,
    reply_of,
    shown_nowhere,
)

LOOK = ToolSpec("look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}})


def claude(monkeypatch: pytest.MonkeyPatch, url: str) -> ChatModel:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    return found("anthropic/claude-test")


def test_a_chat_is_sent_in_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnthropicWire(Says("Hi.")) as server:
        chat = claude(monkeypatch, server.url)
        given = {"temperature": 0.2, "stop": "END", "seed": 7, "reasoning_effort": "low"}
        reply = reply_of(complete(chat, parameters=given))
        assert server.bodies == [
            {
                "model": "claude-test",
                "max_tokens": 8192,
                "temperature": 0.2,
                "stop_sequences": ["END"],
                "output_config": {"effort": "low"},
                "system": "Be brief.",
                "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello?"}]}],
            }
        ]
        headers = server.requests[0].headers
        assert (headers["x-api-key"], headers["anthropic-version"]) == (KEY, "2023-06-01")
    assert (reply.text, reply.model) == ("Hi.", "anthropic/claude-test")
    assert (reply.input_tokens, reply.output_tokens) == (7, 3)


def test_tools_and_their_results_stand_in_turns_of_two_sides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with AnthropicWire(Uses(("look", {"at": "sky"}), ("look", {}), text="So."), Says("Blue.")) as s:
        chat = claude(monkeypatch, s.url)
        asked = [Message("user", "Look.")]
        first = reply_of(complete(chat, asked, tools=[LOOK]))
        assert first.text == "So."
        assert first.tool_calls == (
            ToolCall("toolu_1", "look", '{"at":"sky"}'),
            ToolCall("toolu_2", "look", "{}"),
        )
        calls = (first.tool_calls[0], ToolCall("toolu_2", "look", "{no"))
        asked += [
            Message("assistant", first.text, tool_calls=calls),
            Message("tool", "blue", tool_call_id="toolu_1"),
            Message("tool", "grey", tool_call_id="toolu_2"),
        ]
        assert reply_of(complete(chat, asked, tools=[LOOK])).text == "Blue."
        assert s.bodies[0]["tools"] == [
            {"name": "look", "description": "Looks.", "input_schema": LOOK.parameters}
        ]
        assert "tool_choice" not in s.bodies[0]
        assert s.bodies[1]["messages"][1:] == [
            {
                "role": "assistant",
                "content": [
                    {"type": "text", "text": "So."},
                    {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"at": "sky"}},
                    {"type": "tool_use", "id": "toolu_2", "name": "look", "input": {"text": "{no"}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "toolu_1", "content": "blue"},
                    {"type": "tool_result", "tool_use_id": "toolu_2", "content": "grey"},
                ],
            },
        ]


def test_data_are_asked_for_by_a_tool_that_must_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnthropicWire(Uses(("answer", {"a": "x"}))) as server:
        reply = reply_of(complete(claude(monkeypatch, server.url), json_schema=SHAPE))
        assert (reply.text, reply.tool_calls) == ('{"a":"x"}', ())
        body = server.bodies[0]
        assert body["tool_choice"] == {"type": "tool", "name": "answer"}
        assert [tool["input_schema"] for tool in body["tools"]] == [SHAPE]


def test_beside_other_tools_one_of_all_must_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = ToolSpec("answer", "", {"type": "object"})
    with AnthropicWire(Uses(("answer", {})), Uses(("answer_", {"value": 3}))) as server:
        chat = claude(monkeypatch, server.url)
        asked: dict[str, Any] = {"tools": [taken], "json_schema": {"type": "integer"}}
        first, second = (reply_of(complete(chat, **asked)) for _ in range(2))
        assert [call.name for call in first.tool_calls] == ["answer"]
        assert (second.text, second.tool_calls) == ("3", ())
        assert server.bodies[0]["tool_choice"] == {"type": "any"}


def test_instructions_alone_are_asked_as_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnthropicWire(Says("Hi.")) as server:
        complete(claude(monkeypatch, server.url), [Message("system", "Greet.")])
        assert server.bodies[0]["messages"] == [{"role": "user", "content": "Greet."}]
        assert "system" not in server.bodies[0]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Says("", "refusal"), "output.refused"),
        (Says("cut o", "max_tokens"), "output.truncated"),
        (Says("", "model_context_window_exceeded"), "output.context"),
        (status(401, KEY, kind="authentication_error"), "auth.denied"),
        (status(400, "prompt is too long: 9 tokens"), "output.context"),
        (status(429, headers={"Retry-After": "3"}), "http.429"),
        (status(529, kind="overloaded_error"), "http.529"),
        (Raw(b'{"content": "text"}'), "output.format"),
        (Raw(b'{"content": [{"type": "tool_use"}]}'), "output.format"),
    ],
    ids=str,
)
def test_every_way_to_fail_has_its_code_and_costs_one_request(
    answer: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnthropicWire(answer) as server:
        error = error_of(complete(claude(monkeypatch, server.url)))
        assert (error.code, error.target) == (code, "anthropic/claude-test")
        assert server.count == 1
        assert shown_nowhere(error)
