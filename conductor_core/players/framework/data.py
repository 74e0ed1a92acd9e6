"""What frameworks answer with, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ROLES = {"human": "user", "ai": "assistant", "AIMessageChunk": "assistant"}


def plain(value: Any, *, top: bool = True) -> Any:
    """Messages become ``{role, content, …}``, a message alone its text, a Crew's output its data.

    Everything else is left to ``json_data``, which knows pydantic models and dataclasses.

    >>> plain({"pair": (1, 2)})
    {'pair': [1, 2]}
    """
    names = {base.__name__ for base in type(value).__mro__}
    if "BaseMessage" in names:
        return _text(value) if top else _message(value)
    if "CrewOutput" in names or "TaskOutput" in names:
        return _crew(value)
    if isinstance(value, Mapping):
        return {key: plain(part, top=False) for key, part in value.items()}
    if type(value) in {list, tuple}:
        return [plain(part, top=False) for part in value]
    return value


def _message(message: Any) -> dict[str, Any]:
    """As LangChain reads it back, without ids and facts of the provider, which differ each time."""
    told: dict[str, Any] = {
        "role": _ROLES.get(message.type, message.type),
        "content": message.content,
    }
    calls = getattr(message, "tool_calls", None)
    if calls:
        told["tool_calls"] = [
            {"name": call["name"], "args": call["args"], "id": call["id"], "type": "tool_call"}
            for call in calls
        ]
    for name in ("name", "tool_call_id"):
        if getattr(message, name, None) is not None:
            told[name] = getattr(message, name)
    return told


def _text(message: Any) -> str:
    """The text of a message; content blocks of other types have none."""
    if isinstance(message.content, str):
        return message.content
    parts = (part if isinstance(part, str) else part.get("text", "") for part in message.content)
    return "".join(parts)


def _crew(output: Any) -> Any:
    """JSON or the model if the last task was asked for one, else its text."""
    if output.json_dict is not None:
        return output.json_dict
    return output.raw if output.pydantic is None else output.pydantic
