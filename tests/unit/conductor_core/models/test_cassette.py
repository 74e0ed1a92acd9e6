from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from conductor_core.masks import Masks
from conductor_core.models.cassette import Cassette
from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.port import ChatModel, Message, ToolCall, ToolSpec
from conductor_core.models.recorder import Recorder
from conductor_core.models.tape import CassetteError
from conductor_core.players.script import Script
from tests.servers.openai_wire import OpenAIWire, Text, status
from tests.unit.conductor_core.models.asking import (
    HELLO,
    KEY,
    SHAPE,
    complete,
    error_of,
    found,
    openai_at,
    reply_of,
)
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model

LOOK = ToolSpec("look", "Looks.", {"type": "object"})
ASKED: dict[str, Any] = {"tools": [LOOK], "json_schema": SHAPE, "parameters": {"seed": 1}}


def of_script(entry: Any, **backing: Any) -> ChatModel:
    script = Script.read({"models": {"house": entry}})
    models = {"house": Model(model="openai/gpt")}
    got = Catalogue(models, Backing(script=script, **backing)).find("house", "draft")
    assert not isinstance(got, StandardError)
    return got[0]


def recorded(path: Path, entry: Any, *calls: dict[str, Any]) -> list[Any]:
    """The answers of a scripted model, all recorded."""
    with Recorder(path, Masks({})) as recorder:
        chat = of_script(entry, record=recorder)
        return [complete(chat, **call) for call in calls]


def replayed(path: Path, model: str = "openai/gpt") -> ChatModel:
    return found(model, replay=Cassette.of_file(path))


def test_what_was_recorded_is_given_again_whole_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    entry = [
        {"error": "rate_limited", "retry_after": "2s"},
        {"tool_calls": [{"name": "look", "arguments": {"at": "é"}}]},
        {"return": {"a": "x"}, "cost": {"usd": 0.5, "tokens": 3}},
    ]
    before = recorded(path, entry, ASKED, ASKED, ASKED)
    chat = replayed(path)
    assert [complete(chat, **ASKED) for _ in range(3)] == before
    assert [type(each) for each in before] == [StandardError, type(before[1]), type(before[1])]


def test_a_cassette_is_lines_of_json_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"}, {}, ASKED)
    head, first, second = map(json.loads, path.read_text().splitlines())
    assert head == {"melody_cassette": 1}
    assert first["messages"][1] == {"role": "user", "content": "Hello?"}
    assert set(first) == {"model", "messages", "reply"}
    assert set(second) == {*first, "tools", "json_schema", "parameters"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_call_is_written_when_it_is_over_and_a_torn_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with Recorder(path, Masks({})) as recorder:
        complete(of_script({"return": "x"}, record=recorder))
        assert len(path.read_text().splitlines()) == 2
    with path.open("a") as file:
        file.write('{"model": "cut o')
    assert len(Cassette.of_file(path).calls) == 1


def test_no_credential_is_written_and_what_held_one_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calls.jsonl"
    other = "sk-" + "abcdefgh12345678"
    messages = [Message("user", f"The password is swordfish and {other}.")]
    with OpenAIWire(Text(f"{KEY} swordfish {other}"), status(401, f"bad {KEY}")) as server:
        openai_at(monkeypatch, server.base_url)
        with Recorder(path, Masks({"PASSWORD": "swordfish", "OPENAI_API_KEY": KEY})) as recorder:
            chat = found("openai/test", record=recorder)
            complete(chat, messages, parameters={"stop": ["swordfish"]})
            complete(chat, messages)
    text = path.read_text()
    for secret in (KEY, other, "swordfish", "Bearer", "uthorization"):
        assert secret not in text
    masked = [Message("user", "The password is *** and ***.")]
    chat = replayed(path, "openai/test")
    assert reply_of(complete(chat, masked, parameters={"stop": ["***"]})).text == "*** *** ***"


def test_a_prompt_that_looks_like_a_credential_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    asked = {"messages": [Message("user", "Is ghp_abcdefgh12345678 a token?")]}
    recorded(path, {"return": "x"}, asked)
    assert reply_of(complete(replayed(path), **asked)).text == "x"


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"messages": [Message("user", "Goodbye!")]}, "has no answer to 'Goodbye!'"),
        ({"messages": [Message("user", "Goodbye!")]}, "the nearest prompt is 'Hello?'"),
        ({"parameters": {"seed": 2}}, "its parameters differ"),
        ({"json_schema": None}, "its output schema differ"),
        ({"tools": []}, "its tools differ"),
        ({"messages": [Message("user", "Hello?")]}, "its earlier messages differ"),
    ],
)
def test_a_miss_shows_the_nearest_prompt_and_the_difference(
    change: dict[str, Any], fact: str, tmp_path: Path
) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"}, {"messages": [Message("user", "Count: 1 2 3")]}, ASKED)
    error = error_of(complete(replayed(path), **{**ASKED, **change}))
    assert (error.code, error.origin) == ("config.missing", "model")
    assert fact in error.message


def test_an_answer_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"}, {})
    chat = replayed(path)
    complete(chat)
    assert "was asked more often than recorded: 'Hello?'" in error_of(complete(chat)).message


def test_models_are_told_apart_and_a_replay_model_hears_all(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"}, {})
    assert "it is of another model" in error_of(complete(replayed(path, "openai/other"))).message
    assert reply_of(complete(found("replay/calls.jsonl", folder=tmp_path))).text == "x"


def test_an_empty_cassette_says_so(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"})
    assert "is empty; asked was 'Hello?'" in error_of(complete(replayed(path))).message


def test_a_replay_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "calls.jsonl"
    recorded(path, {"return": "x"}, {})
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert reply_of(complete(replayed(path))).text == "x"


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        ("", "is no cassette"),
        ("melody: v1\n", "line 1 is no JSON object"),
        ('{"melody_cassette": 2}\n', "is no cassette"),
        ('{"melody_cassette": 1}\n[]\n', "line 2 is no JSON object"),
        ('{"melody_cassette": 1}\n{"messages": []}\n', "line 2 is no call of a model"),
        ('{"melody_cassette": 1}\n{"model": "a/b", "reply": []}\n', "line 2 is no call"),
        ('{"melody_cassette": 1}\n{"model": "a/b", "reply": {"colour": 1}}\n', "line 2 is no"),
        ('{"melody_cassette": 1}\n{"model": "a/b", "error": {"code": 1}}\n', "line 2 is no"),
        ('{"melody_cassette": 1}\n{"model": 1, "reply": {"text": ""}}\n', "line 2 is no call"),
    ],
)
def test_what_is_no_cassette_is_told_with_its_line(content: str, fact: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(content)
    with pytest.raises(CassetteError, match=fact):
        Cassette.of_file(path)


def test_another_file_is_never_written_over_and_a_cassette_is(tmp_path: Path) -> None:
    other, path = tmp_path / "notes.melody.yaml", tmp_path / "calls.jsonl"
    other.write_text("melody: v1\n")
    with pytest.raises(CassetteError, match="is not written over"):
        Recorder(other, Masks({}))
    assert other.read_text() == "melody: v1\n"
    for _ in range(2):
        recorded(path, {"return": "x"}, {})
    assert len(Cassette.of_file(path).calls) == 1


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="cannot write"):
        Recorder(tmp_path / "no" / "calls.jsonl", Masks({}))


def test_calls_side_by_side_are_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"

    async def talk(chat: ChatModel) -> None:
        asked = [[*HELLO, Message("user", str(n))] for n in range(20)]
        await asyncio.gather(*(chat.complete(each) for each in asked))

    with Recorder(path, Masks({})) as recorder:
        asyncio.run(talk(of_script({"return": "x"}, record=recorder)))
    assert len(Cassette.of_file(path).calls) == 20


def test_calls_of_tools_in_a_chat_are_part_of_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    calls = (ToolCall("call_1", "look", "{}"),)
    asked = [
        *HELLO,
        Message("assistant", "", tool_calls=calls),
        Message("tool", "blue", tool_call_id="call_1"),
    ]
    recorded(path, {"return": "x"}, {"messages": asked})
    assert reply_of(complete(replayed(path), asked)).text == "x"
    asked[-1] = Message("tool", "grey", tool_call_id="call_1")
    assert "has no answer to 'grey'; the nearest prompt is 'blue'" in str(
        error_of(complete(replayed(path), asked)).message
    )
