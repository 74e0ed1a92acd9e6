from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conductor_core.models.catalogue import Catalogue
from conductor_core.models.port import ToolCall
from tests.unit.conductor_core.models.asking import (
    KEY,
    SHAPE,
    complete,
    error_of,
    found,
    reply_of,
    shown_nowhere,
)

LIBRARY = '''
"""As much of LiteLLM as is asked of it: the answers that it was given, in its own forms."""
asked, answers = [], []


class RateLimitError(Exception):
    status_code = 429
    litellm_response_headers = {"retry-after": "3"}


RateLimitError.__module__ = "litellm.exceptions"


class Answer:
    def __init__(self, tree):
        self.tree = tree

    def model_dump(self):
        return self.tree


async def acompletion(**given):
    asked.append(given)
    answer = answers.pop(0)
    if isinstance(answer, str):
        raise RateLimitError(answer)
    return Answer(answer)
'''


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    (tmp_path / "litellm.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("LITELLM_LOCAL_MODEL_COST_MAP", raising=False)
    monkeypatch.delitem(sys.modules, "litellm", raising=False)
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    yield importlib.import_module("litellm")
    sys.modules.pop("litellm", None)


def said(**message: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 4, "completion_tokens": 2}
    return {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}


def test_a_model_is_asked_once_in_the_form_of_openai(library: Any) -> None:
    call = {"id": "c", "function": {"name": "look", "arguments": "{}"}}
    library.answers += [said(content="Hi."), said(content=None, tool_calls=[call])]
    chat = found("litellm/groq/llama")
    reply = reply_of(complete(chat, json_schema=SHAPE, parameters={"seed": 1}))
    assert (reply.text, reply.model) == ("Hi.", "litellm/groq/llama")
    assert (reply.input_tokens, reply.output_tokens) == (4, 2)
    asked = library.asked[0]
    assert asked["model"] == "groq/llama"
    assert (asked["seed"], asked["num_retries"], asked["max_retries"]) == (1, 0, 0)
    assert asked["response_format"]["json_schema"]["schema"] == SHAPE
    assert reply_of(complete(chat)).tool_calls == (ToolCall("c", "look", "{}"),)
    assert library.suppress_debug_info is True


def test_its_exceptions_are_told_with_their_hint_and_without_the_key(library: Any) -> None:
    library.answers.append(f"too fast with {KEY}")
    error = error_of(complete(found("litellm/groq/llama")))
    assert (error.code, error.retry_after_s) == ("http.429", 3.0)
    assert error.error_class.value == "transient_network"
    assert error.target == "litellm/groq/llama"
    assert shown_nowhere(error)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    error = error_of(Catalogue().find("litellm/groq/llama"))
    assert error.code == "config.model"
    assert "pip install 'melody-compiler[litellm]'" in error.message
