from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest

from conductor_core.models import exchange
from conductor_core.models.port import Message, ToolCall, ToolSpec
from tests.servers.openai_wire import Asks, Dropped, Hang, OpenAIWire, Raw, Text, status
from tests.unit.conductor_core.models.asking import (
    KEY,
    SHAPE,
    complete,
    error_of,
    found,
    openai_at,
    reply_of,
    shown_nowhere,
)
from workflow_ir.allow import Allow
from workflow_ir.players import Model

LOOK = ToolSpec("look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}})


def test_a_chat_is_sent_as_it_is_and_its_answer_and_usage_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with OpenAIWire(Text("Hi.", tokens=(11, 4))) as server:
        chat = openai_at(monkeypatch, server.base_url)
        reply = reply_of(complete(chat, parameters={"temperature": 0.2, "seed": 7}))
        assert server.bodies == [
            {
                "model": "test",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hello?"},
                ],
                "temperature": 0.2,
                "seed": 7,
            }
        ]
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (reply.text, reply.model) == ("Hi.", "openai/test")
    assert (reply.input_tokens, reply.output_tokens, reply.synthetic) == (11, 4, False)


def test_tools_are_told_and_used_and_answered_by_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Asks(("look", {"at": "sky"}), ("look", "{no")), Text("Blue.")) as server:
        chat = openai_at(monkeypatch, server.base_url)
        asked = [Message("user", "Look.")]
        first = reply_of(complete(chat, asked, tools=[LOOK]))
        assert first.tool_calls == (
            ToolCall("call_1", "look", '{"at": "sky"}'),
            ToolCall("call_2", "look", "{no"),
        )
        asked += [
            Message("assistant", first.text, tool_calls=first.tool_calls),
            Message("tool", "blue", tool_call_id="call_1"),
            Message("tool", "error: input.invalid: no JSON", tool_call_id="call_2"),
        ]
        assert reply_of(complete(chat, asked, tools=[LOOK])).text == "Blue."
        assert server.bodies[0]["tools"] == [
            {
                "type": "function",
                "function": {
                    "name": "look",
                    "description": "Looks.",
                    "parameters": LOOK.parameters,
                },
            }
        ]
        assert server.bodies[1]["messages"][1:] == [
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "look", "arguments": '{"at": "sky"}'},
                    },
                    {
                        "id": "call_2",
                        "type": "function",
                        "function": {"name": "look", "arguments": "{no"},
                    },
                ],
            },
            {"role": "tool", "content": "blue", "tool_call_id": "call_1"},
            {
                "role": "tool",
                "content": "error: input.invalid: no JSON",
                "tool_call_id": "call_2",
            },
        ]


def test_a_tool_without_arguments_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text("ok")) as server:
        chat = openai_at(monkeypatch, server.base_url)
        complete(chat, tools=[ToolSpec("go", "", {"type": "object"})])
        sent = server.bodies[0]["tools"][0]["function"]["parameters"]
        assert sent == {"type": "object", "properties": {}}


def test_a_schema_is_asked_for_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text('{"a": "x"}')) as server:
        chat = openai_at(monkeypatch, server.base_url)
        assert reply_of(complete(chat, json_schema=SHAPE)).text == '{"a": "x"}'
        assert server.bodies[0]["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SHAPE, "strict": True},
        }


def test_a_schema_of_no_object_is_asked_for_inside_one_and_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    with OpenAIWire(Text('{"value": ["x"]}'), Text('["y"]'), Text("none")) as server:
        chat = openai_at(monkeypatch, server.base_url)
        texts = [reply_of(complete(chat, json_schema=schema)).text for _ in range(3)]
        assert texts == ['["x"]', '["y"]', "none"]
        sent = server.bodies[0]["response_format"]["json_schema"]["schema"]
        assert sent["properties"] == {"value": schema}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Text("no", finish="content_filter"), "output.refused"),
        (Text(None, refusal="I will not."), "output.refused"),
        (Text("cut o", finish="length"), "output.truncated"),
        (status(401, "bad key"), "auth.denied"),
        (status(401, "your token has expired"), "auth.expired"),
        (status(403), "http.403"),
        (status(404, "no such model"), "http.404"),
        (status(413), "http.413"),
        (status(400, "too long", error_code="context_length_exceeded"), "output.context"),
        (status(400, "bad", error_code="content_filter"), "output.refused"),
        (status(429, "quota", error_code="insufficient_quota"), "resource.quota"),
        (status(500), "http.500"),
        (status(503), "http.503"),
        (Dropped(), "transport.read"),
        (Raw(b"{", length=100), "transport.read"),
        (Raw(b"<html>", headers={"Content-Type": "text/html"}), "output.format"),
        (Raw(b"[]"), "output.format"),
        (Raw(b'{"choices": []}'), "output.format"),
        (Raw(b'{"choices": [{"message": {"tool_calls": [{"id": 1}]}}]}'), "output.format"),
        (Raw(b"[" * 100_000), "output.format"),
        (Raw(b"", 302, {"Location": "http://elsewhere.example/"}), "config.model"),
    ],
    ids=str,
)
def test_every_way_to_fail_has_its_code_and_costs_one_request(
    answer: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIWire(answer) as server:
        error = error_of(complete(openai_at(monkeypatch, server.base_url)))
        assert (error.code, error.origin, error.target) == (code, "model", "openai/test")
        assert server.count == 1


def test_an_answer_that_is_held_back_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text("cut o", finish="length", tokens=(9, 5))) as server:
        error = error_of(complete(openai_at(monkeypatch, server.base_url)))
        assert error.cost.tokens == 14


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "7"},
        {"Date": "Wed, 01 Jan 2020 00:00:00 GMT", "Retry-After": "Wed, 01 Jan 2020 00:00:07 GMT"},
    ],
)
def test_the_hint_of_a_429_is_read_in_both_forms(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIWire(status(429, "slow down", headers=headers)) as server:
        error = error_of(complete(openai_at(monkeypatch, server.base_url)))
        assert (error.code, error.retry_after_s) == ("http.429", 7.0)
        assert "slow down" in error.message


def test_nobody_listening_is_a_failed_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire() as server:
        chat = openai_at(monkeypatch, server.base_url)
    assert error_of(complete(chat)).code == "transport.connect"


def test_a_body_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_BYTES", 1000)
    with OpenAIWire(Text("x" * 5000)) as server:
        error = error_of(complete(openai_at(monkeypatch, server.base_url)))
    assert error.code == "policy.output"


@pytest.mark.parametrize(
    "answer",
    [
        status(401, f"Incorrect API key provided: {KEY}"),
        status(400, f'"{KEY}"', error_code=KEY),
        Raw(KEY.encode()),
        Raw(b"", 302, {"Location": f"http://elsewhere.example/?{KEY}"}),
        Text(None, refusal=f"not with {KEY}"),
    ],
    ids=str,
)
def test_a_key_that_is_echoed_in_an_error_is_masked(
    answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIWire(answer) as server:
        chat = openai_at(monkeypatch, server.base_url)
        assert shown_nowhere(error_of(complete(chat)))
        assert KEY not in repr(chat)


def test_a_key_that_is_echoed_in_an_answer_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIWire(Text(f"It is {KEY}."), Asks(("look", {"at": KEY}))) as server:
        chat = openai_at(monkeypatch, server.base_url)
        assert reply_of(complete(chat)).text == "It is ***."
        assert KEY not in repr(reply_of(complete(chat)))


def test_a_usage_that_is_missing_or_wrong_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    message = {"message": {"role": "assistant", "content": "Two words."}, "finish_reason": "stop"}
    bodies: list[dict[str, Any]] = [
        {"choices": [message]},
        {"choices": [message], "usage": {"prompt_tokens": -1, "completion_tokens": "many"}},
        {"choices": [message], "usage": {"prompt_tokens": 2, "cost": 0.25}},
        {"choices": [message], "usage": {"cost": -1}},
    ]
    with OpenAIWire(*(Raw(json.dumps(body).encode()) for body in bodies)) as server:
        chat = openai_at(monkeypatch, server.base_url)
        replies = [reply_of(complete(chat)) for _ in bodies]
    assert [(r.input_tokens, r.output_tokens, r.usd) for r in replies] == [
        (5, 3, 0.0),
        (0, 0, 0.0),
        (2, 0, 0.25),
        (0, 0, 0.0),
    ]


def test_other_servers_forms_of_content_and_arguments_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    calls = [{"function": {"name": "look", "arguments": {"at": "sky"}}}]
    message = {"content": parts, "tool_calls": calls}
    with OpenAIWire(Raw(json.dumps({"choices": [{"message": message}]}).encode())) as server:
        reply = reply_of(complete(openai_at(monkeypatch, server.base_url)))
    assert reply.text == "one two"
    assert reply.tool_calls == (ToolCall("call_1", "look", '{"at": "sky"}'),)


def test_a_request_that_is_cancelled_leaves_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut_short(server: OpenAIWire) -> None:
        chat = openai_at(monkeypatch, server.base_url)
        task = asyncio.create_task(chat.complete([Message("user", "Hello?")]))
        await asyncio.to_thread(server.wait_for, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with OpenAIWire(Hang()) as server:
        asyncio.run(cut_short(server))
        gc.collect()  # a socket that was left open warns, and a warning is an error


def test_no_connection_is_kept_between_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    async def twice(server: OpenAIWire) -> None:
        chat = openai_at(monkeypatch, server.base_url)
        for _ in range(2):
            reply_of(await chat.complete([Message("user", "Hello?")]))
        for _ in range(200):
            if not server.connections:
                return
            await asyncio.sleep(0.01)
        pytest.fail("a connection is still open")

    with OpenAIWire(Text("a"), Text("b")) as server:
        asyncio.run(twice(server))


LOCAL = Allow(http=("127.0.0.1",), private_addresses=("127.0.0.1",))


def at(base_url: str, model: str = "ollama/tiny") -> Model:
    return Model(model=model, base_url=base_url)


def test_a_server_of_ones_own_needs_no_key_and_gets_nobody_elses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OLLAMA_API_KEY", raising=False)
    with OpenAIWire(Text("a"), Text("b")) as server:
        reply_of(complete(found(at(f"{server.base_url}/"), allow=LOCAL)))
        assert "authorization" not in server.requests[0].headers
        assert server.bodies[0]["model"] == "tiny"
        monkeypatch.setenv("OLLAMA_API_KEY", "its-own-key")
        reply_of(complete(found(at(server.base_url), allow=LOCAL)))
        assert server.requests[1].headers["authorization"] == "Bearer its-own-key"


@pytest.mark.parametrize(
    "allow",
    [
        Allow(),
        Allow(http=("127.0.0.1",)),
        Allow(private_addresses=("127.0.0.1",)),
        Allow(http=("example.com",), private_addresses=("127.0.0.1",)),
    ],
    ids=str,
)
def test_an_address_that_a_melody_writes_is_reached_only_if_it_is_allowed(allow: Allow) -> None:
    with OpenAIWire(Text("a")) as server:
        error = error_of(complete(found(at(server.base_url), allow=allow)))
        assert error.code == "policy.not_allowed"
        assert server.requests == []


def test_a_name_that_leads_to_a_private_address_is_not_reached() -> None:
    with OpenAIWire(Text("a")) as server:
        base_url = f"http://localhost:{server.port}/v1"
        named = Allow(http=("localhost",))
        assert error_of(complete(found(at(base_url), allow=named))).code == "policy.not_allowed"
        assert server.requests == []


def test_an_address_of_the_project_is_trusted() -> None:
    with OpenAIWire(Text("a")) as server:
        trusted = frozenset({server.base_url})
        assert reply_of(complete(found(at(server.base_url), trusted=trusted))).text == "a"


def test_a_proxy_of_the_environment_is_not_asked_for_what_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with OpenAIWire(Text("a")) as server:
        assert reply_of(complete(openai_at(monkeypatch, server.base_url))).text == "a"
