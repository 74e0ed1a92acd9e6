"""A loopback server of the OpenAI Chat Completions wire format, without streaming.

    with OpenAIWire(Text("hello"), status(429, headers={"Retry-After": "1"})) as server:
        ...                       # base_url=server.base_url
        server.answer(Asks(("search", {"q": "x"})), Text("done"))
    assert server.count == 2      # requests of POST /v1/chat/completions
    assert server.bodies[0]["messages"][0]["role"] == "system"
    assert server.requests[0].headers["authorization"] == "Bearer key"

Answers are taken in the order in which requests come: ``Text``, ``Asks`` (tool calls), and of
``tests.servers.wire``: ``status(code, message, error_code=…, headers=…)``, ``Raw(bytes, …)`` (for
malformed bodies; ``length`` larger than the body breaks it off), ``Hang(seconds)``, ``Dropped()``.
Where the order of requests is not fixed, ``server.answer_by(lambda seen: Text(…))`` answers by the
request. An empty queue answers 418. ``GET /v1/models`` lists ``test-model`` and is not counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.servers.wire import Dropped, Hang, Raw, Seen, WireServer, json_answer, status

__all__ = ["Asks", "Dropped", "Hang", "OpenAIWire", "Raw", "Seen", "Text", "status"]


@dataclass(frozen=True, slots=True)
class Text:
    """The model answers with text."""

    text: str | None
    finish: str = "stop"
    """``finish_reason``: ``stop``, ``length``, ``content_filter``."""
    tokens: tuple[int, int] = (7, 3)
    """Of the prompt and of the completion."""
    refusal: str | None = None
    """The model's own words in which it refuses."""


class Asks:
    """The model asks for tools: names with arguments, as a map or as the text it writes."""

    def __init__(self, *calls: tuple[str, dict[str, Any] | str], text: str | None = None) -> None:
        self.calls = calls
        self.text = text

    def written(self, start: int) -> list[dict[str, Any]]:
        """``tool_calls`` of the message; the ids count through all answers of a server."""
        return [
            {
                "id": f"call_{number}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": given if isinstance(given, str) else json.dumps(given),
                },
            }
            for number, (name, given) in enumerate(self.calls, start)
        ]


Answer = Text | Asks | Raw | Hang | Dropped


class OpenAIWire(WireServer[Answer]):
    """The server; see the module."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(*answers)
        self._asked = 0

    @property
    def base_url(self) -> str:
        """What a ``base_url`` or ``OPENAI_BASE_URL`` says: ``http://127.0.0.1:PORT/v1``."""
        return f"{self.url}/v1"

    def asks(self, seen: Seen) -> bool:
        """``POST …/chat/completions``."""
        return seen.method == "POST" and seen.path.partition("?")[0] == "/v1/chat/completions"

    def elsewhere(self, seen: Seen) -> Raw:
        """The list of models."""
        if (seen.method, seen.path) != ("GET", "/v1/models"):
            return super().elsewhere(seen)
        return json_answer({"object": "list", "data": [{"id": "test-model", "object": "model"}]})

    def said(self, answer: Answer, seen: Seen) -> Raw:
        """A chat completion."""
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None}
        finish, tokens = "tool_calls", (7, 3)
        match answer:
            case Text():
                message |= {"content": answer.text, "refusal": answer.refusal}
                finish, tokens = answer.finish, answer.tokens
            case Asks():
                message |= {"content": answer.text, "tool_calls": answer.written(self._asked + 1)}
                self._asked += len(answer.calls)
            case _:
                raise AssertionError(answer)
        model = seen.body.get("model") if isinstance(seen.body, dict) else None
        return json_answer(
            {
                "id": f"chatcmpl-{len(self.requests)}",
                "object": "chat.completion",
                "created": 946684800,
                "model": model,
                "choices": [
                    {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
                ],
                "usage": {
                    "prompt_tokens": tokens[0],
                    "completion_tokens": tokens[1],
                    "total_tokens": sum(tokens),
                },
            }
        )
