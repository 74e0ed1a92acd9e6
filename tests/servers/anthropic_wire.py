"""A loopback server of Anthropic's Messages API, without streaming; used as ``OpenAIWire`` is.

with AnthropicWire(Says("hello"), Uses(("answer", {"a": 1}))) as server:
    ...                       # base_url=server.url
assert server.bodies[0]["system"] == "Be brief."
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers.wire import Dropped, Hang, Raw, Seen, WireServer, json_answer


@dataclass(frozen=True, slots=True)
class Says:
    """The model answers with text."""

    text: str
    stop_reason: str = "end_turn"


class Uses:
    """The model uses tools: names with their input."""

    def __init__(self, *calls: tuple[str, dict[str, Any]], text: str = "") -> None:
        self.calls = calls
        self.text = text


Answer = Says | Uses | Raw | Hang | Dropped


class AnthropicWire(WireServer[Answer]):
    """The server; see the module."""

    def asks(self, seen: Seen) -> bool:
        """``POST /v1/messages``."""
        return (seen.method, seen.path) == ("POST", "/v1/messages")

    def said(self, answer: Answer, seen: Seen) -> Raw:
        """A message."""
        blocks: list[dict[str, Any]] = []
        assert isinstance(answer, Says | Uses)
        if answer.text:
            blocks.append({"type": "text", "text": answer.text})
        if isinstance(answer, Uses):
            blocks += [
                {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": given}
                for number, (name, given) in enumerate(answer.calls, start=1)
            ]
        return json_answer(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": seen.body["model"],
                "content": blocks,
                "stop_reason": answer.stop_reason if isinstance(answer, Says) else "tool_use",
                "stop_sequence": None,
                "usage": {"input_tokens": 5, "cache_read_input_tokens": 2, "output_tokens": 3},
            }
        )
