from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.port import ChatModel, Message, Reply, ToolCall
from conductor_core.players.script import Script, ScriptError
from conductor_core.ports import Grant
from tests.unit.conductor_core.models.asking import HELLO, SHAPE, complete, error_of, reply_of
from tests.unit.conductor_core.players.asking import NotedClock
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model


def scripted(
    entry: Any, *paths: str, name: str = "house", model: str = "openai/gpt"
) -> tuple[ChatModel, ...]:
    """The model of alias ``house`` for each path, under one script."""
    script = Script.read({"models": {name: entry}})
    catalogue = Catalogue({"house": Model(model=model)}, Backing(script=script))
    found = [catalogue.find("house", path) for path in paths or ("draft",)]
    chats = [each[0] for each in found if not isinstance(each, StandardError)]
    assert len(chats) == len(found)
    return tuple(chats)


def texts(chat: ChatModel, times: int) -> list[str]:
    return [reply_of(complete(chat)).text for _ in range(times)]


def test_a_list_is_consumed_for_each_path_and_its_last_entry_repeats() -> None:
    one, other = scripted([{"return": "a"}, {"return": "b"}], "draft", "review")
    assert texts(one, 3) == ["a", "b", "b"]
    assert texts(other, 1) == ["a"]


@pytest.mark.parametrize(
    ("name", "model"),
    [("house", "openai/gpt"), ("openai/gpt", "openai/gpt"), ("writer", "scripted/writer")],
)
def test_an_entry_is_found_by_alias_by_model_and_by_the_name_of_a_scripted_one(
    name: str, model: str
) -> None:
    (chat,) = scripted({"return": "x"}, name=name, model=model)
    reply = reply_of(complete(chat))
    assert (reply.text, reply.model, reply.scripted) == ("x", f"scripted/{name}", True)
    assert not reply.synthetic


def test_a_value_is_written_as_json_and_text_is_not() -> None:
    (chat,) = scripted(
        [{"return": {"a": "é"}}, {"return": "x"}, {"return": "x"}, {"return_text": "{no"}]
    )
    assert reply_of(complete(chat)).text == '{"a":"é"}'
    assert reply_of(complete(chat)).text == "x"
    assert reply_of(complete(chat, json_schema=SHAPE)).text == '"x"'
    assert reply_of(complete(chat, json_schema=SHAPE)).text == "{no"


def test_tool_calls_count_through_the_chat() -> None:
    entry = {"tool_calls": [{"name": "look", "arguments": {"at": 1}}, {"name": "go"}]}
    (chat,) = scripted([entry, {"tool_calls": [{"name": "look", "arguments": "{no"}]}])
    first = reply_of(complete(chat))
    assert first.text == ""
    assert first.tool_calls == (
        ToolCall("call_1", "look", '{"at":1}'),
        ToolCall("call_2", "go", "{}"),
    )
    so_far = [*HELLO, Message("assistant", "", tool_calls=first.tool_calls)]
    assert reply_of(complete(chat, so_far)).tool_calls == (ToolCall("call_3", "look", "{no"),)


def test_failures_and_costs_are_those_of_the_script() -> None:
    (chat,) = scripted(
        [
            {"error": "rate_limited", "retry_after": "7s", "message": "slow"},
            {"raise": "httpx.ReadTimeout: late"},
            {"return": "x", "cost": {"usd": 0.5, "tokens": 9}},
        ]
    )
    limited = error_of(complete(chat))
    assert (limited.code, limited.retry_after_s, limited.message) == ("http.429", 7.0, "slow")
    assert error_of(complete(chat)).code == "transport.read"
    reply = reply_of(complete(chat))
    assert (reply.usd, reply.input_tokens + reply.output_tokens) == (0.5, 9)


def test_it_waits_and_hangs_by_the_clock_of_the_run() -> None:
    clock = NotedClock()
    (chat,) = scripted([{"sleep": "2s", "return": "x"}, {"hang": "10m"}])

    async def talk() -> list[Reply | StandardError]:
        grant = Grant(deadline=None, clock=clock)
        return [await chat.complete(HELLO, grant=grant) for _ in range(2)]

    slept, hung = asyncio.run(talk())
    assert reply_of(slept).text == "x"
    assert error_of(hung).code == "timeout.attempt"
    assert clock.slept == [(2.0, "draft"), (600.0, "draft")]


def test_cases_see_the_prompt_the_system_and_the_turn() -> None:
    entry = {
        "cases": [
            {"when": "input.turn == 2", "return": "second"},
            {"when": "contains(input.prompt, 'Hello') and input.system == 'Be brief.'",
             "return": "first"},
        ]
    }  # fmt: skip
    (chat,) = scripted(entry)
    assert reply_of(complete(chat)).text == "first"
    assert reply_of(complete(chat, [*HELLO, Message("assistant", "x")])).text == "second"
    error = error_of(complete(chat, [Message("user", "Bye.")]))
    assert error.code == "config.missing"
    assert "model 'house'" in error.message


@pytest.mark.parametrize(
    ("tree", "fact"),
    [
        ({"models": {"a": {"echo": True}}}, "models.a.echo: `echo` is unknown here"),
        ({"models": {"a": {"exit": 1}}}, "`exit` is unknown here"),
        ({"players": {"a": {"tool_calls": [{"name": "x"}]}}}, "`tool_calls` is unknown here"),
        ({"models": {"a": {"tool_calls": []}}}, "a list of {name: …, arguments: {…}}"),
        ({"models": {"a": {"tool_calls": [{"arguments": {}}]}}}, "`tool_calls` is a list"),
        ({"models": {"a": {"tool_calls": [{"name": "x", "args": {}}]}}}, "`tool_calls` is a list"),
        ({"models": ["a"]}, "`models` is a map from names to behaviours"),
    ],
    ids=str,
)
def test_what_a_model_cannot_do_is_told(tree: Any, fact: str) -> None:
    with pytest.raises(ScriptError) as raised:
        Script.read(tree)
    assert fact in str(raised.value)


def test_a_misspelt_model_is_told_with_the_nearest() -> None:
    script = Script.read({"models": {"hosue": {"return": 1}, "openai/gpt": {"return": 1}}})
    found = list(script.unknown((), (), ("house", "openai/gpt")))
    assert [(one.path, one.message, one.help) for one in found] == [
        (("models", "hosue"), "there is no model 'hosue'", "did you mean 'house'?")
    ]
