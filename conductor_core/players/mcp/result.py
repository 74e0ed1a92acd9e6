"""What a tool gave, as an outcome: the same on every backend."""

from __future__ import annotations

from typing import Any

from mcp import types

from conductor_core.failure.shown import shown
from conductor_core.players.called import answer
from workflow_ir.outcome import StandardError, Success


def outcome(
    tool: str, result: types.CallToolResult | StandardError, limit: int
) -> Success | StandardError:
    """Structured content where there is any, else the texts, one below the other.

    A tool that says it has failed is ``unable_to_complete``: it has understood the call, and no
    connection is at fault. Pictures, sounds and links are ``output.format``: a step's output is
    JSON data, and nothing is left out in silence.

    Args:
        tool: Its name, for messages.
        result: Of the call.
        limit: Bytes of the output as JSON.
    """
    if isinstance(result, StandardError):
        return result
    texts = [text for part in result.content if (text := _text(part)) is not None]
    if result.isError:
        said = shown(" ".join(texts)) or "it does not say why"
        return StandardError.of("unable_to_complete", f"the tool {tool!r} failed: {said}")
    if result.structuredContent is not None:
        return answer(f"the tool {tool!r}", result.structuredContent, limit)
    others = [part for part in result.content if _text(part) is None]
    if others:
        fact = f"the tool {tool!r} gave {others[0].type}, which is no data for a step"
        return StandardError.of("output.format", fact)
    return answer(f"the tool {tool!r}", "\n".join(texts), limit)


def _text(part: Any) -> str | None:
    match part:
        case types.TextContent():
            return part.text
        case types.EmbeddedResource(resource=types.TextResourceContents(text=text)):
            return text
    return None
