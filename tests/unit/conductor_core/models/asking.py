"""Asking a model once, as a player would."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from conductor_core.models.catalogue import Backing, Catalogue
from conductor_core.models.port import ChatModel, Message, Reply
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model

HELLO = [Message("system", "Be brief."), Message("user", "Hello?")]
KEY = "key-of-a-provider-1234"
SHAPE: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}


def found(model: Model | str, **backing: Any) -> ChatModel:
    """The model behind ``provider/name``, which must be there."""
    written = Model(model=model) if isinstance(model, str) else model
    answer = Catalogue({"it": written}, Backing(**backing)).find("it", "draft")
    assert not isinstance(answer, StandardError), answer
    return answer[0]


def complete(
    chat: ChatModel, messages: list[Message] | None = None, **facts: Any
) -> Reply | StandardError:
    return asyncio.run(chat.complete(HELLO if messages is None else messages, **facts))


def reply_of(answer: Reply | StandardError) -> Reply:
    assert isinstance(answer, Reply), answer
    return answer


def error_of(answer: object) -> StandardError:
    assert isinstance(answer, StandardError), answer
    return answer


def openai_at(monkeypatch: pytest.MonkeyPatch, base_url: str) -> ChatModel:
    """``openai/test`` at a loopback server of the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    return found("openai/test")


def shown_nowhere(error: StandardError) -> bool:
    """The key is in no part of an error."""
    return KEY not in json.dumps(error.to_json()) and KEY not in repr(error)
