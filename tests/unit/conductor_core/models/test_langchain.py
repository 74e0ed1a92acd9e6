from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.port import ChatModel, Message, ToolCall, ToolSpec
from conductor_core.players.called import named
from tests.unit.conductor_core.models.asking import SHAPE, complete, error_of, found, reply_of
from workflow_ir.allow import Allow

MODULE = '''
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult


class Echo(BaseChatModel):
    """Gives its answers in order and keeps what it was asked."""

    answers: list
    heard: list = []

    def bind_tools(self, tools, **kwargs):
        return self.bind(tools=tools, **kwargs)

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.heard.append(([(m.type, m.content) for m in messages], kwargs))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return ChatResult(generations=[ChatGeneration(message=answer)])

    @property
    def _llm_type(self):
        return "echo"


def made():
    return Echo(answers=[AIMessage("from a function")])


def broken():
    raise RuntimeError("no such luck")


text = Echo(answers=[AIMessage("Hi.", usage_metadata={
    "input_tokens": 5, "output_tokens": 2, "total_tokens": 7})])
parts = Echo(answers=[AIMessage([{"type": "text", "text": "one "}, "two"])])
tools = Echo(answers=[AIMessage("", tool_calls=[{"name": "look", "args": {"at": "sky"}, "id": "c"}],
    invalid_tool_calls=[{"name": "look", "args": "{no", "id": None, "error": "x"}])])
fenced = Echo(answers=[AIMessage("```json\\n{}\\n```"), AIMessage("```\\nx\\n```")])
cut = Echo(answers=[AIMessage("cut o", response_metadata={"finish_reason": "length"})])
held = Echo(answers=[AIMessage("", response_metadata={"finish_reason": "content_filter"})])
late = Echo(answers=[TimeoutError("late")])
number = 3
'''
LOOK = ToolSpec("look", "Looks.", {"type": "object", "properties": {"at": {"type": "string"}}})


@pytest.fixture
def module(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A module of this test's own, so that no two share what they have imported."""
    name = f"chats_{abs(hash(request.node.name))}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    return name


def chat(module: str, name: str, folder: Path) -> ChatModel:
    return found(f"langchain:{module}:{name}", folder=folder, allow=Allow(python=("chats_*",)))


def heard(chat: Any, folder: Path) -> list[Any]:
    return list(named(chat.target, folder).heard)


def test_a_chat_model_is_asked_and_its_usage_read(module: str, tmp_path: Path) -> None:
    model = chat(module, "text", tmp_path)
    reply = reply_of(complete(model, parameters={"temperature": 0.5}))
    assert (reply.text, reply.input_tokens, reply.output_tokens) == ("Hi.", 5, 2)
    assert reply.model == f"langchain:{module}:text"
    (said,) = heard(model, tmp_path)
    assert said == ([("system", "Be brief."), ("human", "Hello?")], {"temperature": 0.5})


def test_a_function_makes_the_model_and_content_may_come_in_parts(
    module: str, tmp_path: Path
) -> None:
    assert reply_of(complete(chat(module, "made", tmp_path))).text == "from a function"
    assert reply_of(complete(chat(module, "parts", tmp_path))).text == "one two"


def test_tools_are_bound_and_calls_that_cannot_be_parsed_are_told_too(
    module: str, tmp_path: Path
) -> None:
    model = chat(module, "tools", tmp_path)
    messages = [
        Message("user", "Look."),
        Message("assistant", "", tool_calls=(ToolCall("c0", "look", '{"at":"sea"}'),)),
        Message("tool", "blue", tool_call_id="c0"),
    ]
    reply = reply_of(complete(model, messages, tools=[LOOK]))
    assert reply.tool_calls == (
        ToolCall("c", "look", '{"at":"sky"}'),
        ToolCall("call_2", "look", "{no"),
    )
    ((said, given),) = heard(model, tmp_path)
    assert said == [("human", "Look."), ("ai", ""), ("tool", "blue")]
    assert given["tools"][0]["function"]["parameters"] == LOOK.parameters


def test_a_schema_is_told_in_words_and_a_fence_is_taken_off(module: str, tmp_path: Path) -> None:
    model = chat(module, "fenced", tmp_path)
    assert reply_of(complete(model, json_schema=SHAPE)).text == "{}"
    assert reply_of(complete(model)).text == "```\nx\n```"
    (first, _) = heard(model, tmp_path)
    assert first[0][-1][0] == "system"
    assert json.dumps(SHAPE, separators=(",", ":")) in first[0][-1][1]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cut", "output.truncated"),
        ("held", "output.refused"),
        ("late", "timeout.attempt"),
        ("number", "config.missing"),
        ("nothing", "config.missing"),
        ("broken", "player.crash"),
    ],
)
def test_every_way_to_fail_has_its_code(name: str, code: str, module: str, tmp_path: Path) -> None:
    error = error_of(complete(chat(module, name, tmp_path)))
    assert error.code == code


def test_a_module_that_is_not_allowed_is_not_imported(module: str, tmp_path: Path) -> None:
    (tmp_path / f"{module}.py").write_text("raise SystemExit('imported')")
    catalogue = Catalogue({}, Backing(folder=tmp_path))
    error = error_of(catalogue.find(f"langchain:{module}:text"))
    assert error.code == "policy.not_allowed"
    assert f"the model '{module}:text'" in error.message
