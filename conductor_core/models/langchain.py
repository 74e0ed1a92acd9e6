"""Models of LangChain: any ``BaseChatModel``, as ``langchain:module:object``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conductor_core.failure.classify import classify
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolCall, ToolSpec
from conductor_core.models.spent import Spent, failed, spent_of
from conductor_core.models.tightened import told
from conductor_core.players.called import named
from conductor_core.players.own_thread import own_thread
from conductor_core.players.project_modules import project_folder
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


@dataclass(frozen=True, slots=True)
class LangChainModel:
    """Asks a chat model that exists; it was allowed like a python player.

    Retries that it was built with are its own: give it ``max_retries=0``, so that the conductor's
    are the only ones.
    """

    target: str
    """``module:object``; a function is called for the model."""
    folder: Path

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """One ``ainvoke``; a schema is told in words, since not each model takes one.

        Returns:
            The reply; ``config.missing`` where there is no such object or it is no chat model;
            else what its exception stands for.
        """
        del grant
        with project_folder(self.folder):
            asked = list(messages)
            if json_schema is not None:
                asked.append(Message("system", told(json_schema)))
            try:
                found = await own_thread(lambda: _found(self.target, self.folder))
                if isinstance(found, StandardError):
                    return found
                model = found.bind_tools(list(map(_tool, tools))) if tools else found
                answer = await model.ainvoke(_messages(asked), **parameters)
            except Exception as error:  # noqa: BLE001 - whatever its provider's client raises
                return classify(error).replace(origin="model", target=f"langchain:{self.target}")
        return self._reply(answer, messages, in_json=json_schema is not None)

    def _reply(
        self, answer: Any, messages: Sequence[Message], *, in_json: bool
    ) -> Reply | StandardError:
        text = _text(answer.content)
        spent = spent_of(
            answer.usage_metadata, ("input_tokens",), ("output_tokens",), messages, text
        )
        bad = self._bad_end(answer.response_metadata, spent)
        if bad is not None:
            return bad
        calls = [(call["id"], call["name"], _json(call["args"])) for call in answer.tool_calls]
        calls += [(c["id"], c["name"] or "", c["args"] or "") for c in answer.invalid_tool_calls]
        return Reply(
            text=_unfenced(text) if in_json else text,
            model=f"langchain:{self.target}",
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            tool_calls=tuple(
                ToolCall(id_ or f"call_{number}", name, arguments)
                for number, (id_, name, arguments) in enumerate(calls, start=1)
            ),
        )

    def _bad_end(self, facts: Mapping[str, Any], spent: Spent) -> StandardError | None:
        model = f"langchain:{self.target}"
        match facts.get("finish_reason") or facts.get("stop_reason"):
            case "content_filter" | "refusal":
                return failed("output.refused", model, "the model refused", spent)
            case "length" | "max_tokens":
                said = "the answer reached its limit of tokens"
                return failed("output.truncated", model, said, spent)
        return None


def _found(target: str, folder: Path) -> Any:
    from langchain_core.language_models import BaseChatModel

    found = named(target, folder)
    if isinstance(found, StandardError | BaseChatModel):
        return found
    made = found() if callable(found) else found
    if isinstance(made, BaseChatModel):
        return made
    return StandardError.of(
        "config.missing", f"{target!r} is no LangChain chat model", origin="model"
    )


def _messages(messages: Sequence[Message]) -> list[Any]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    written: list[Any] = []
    for message in messages:
        match message.role:
            case "system":
                written.append(SystemMessage(message.content))
            case "user":
                written.append(HumanMessage(message.content))
            case "tool":
                call = message.tool_call_id or ""
                written.append(ToolMessage(message.content, tool_call_id=call))
            case "assistant":
                calls = [
                    {
                        "id": call.id,
                        "name": call.name,
                        "args": _arguments(call),
                        "type": "tool_call",
                    }
                    for call in message.tool_calls
                ]
                written.append(AIMessage(message.content, tool_calls=calls))
    return written


def _tool(tool: ToolSpec) -> dict[str, Any]:
    facts = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": facts}


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        found = json.loads(call.arguments)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"text": call.arguments}


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = [part if isinstance(part, str) else part.get("text", "") for part in content]
    return "".join(part for part in parts if isinstance(part, str))


def _unfenced(text: str) -> str:
    """The inside of a fence of Markdown, which models write that are asked in words."""
    lines = text.strip().splitlines()
    if len(lines) > 2 and lines[0] in ("```", "```json") and lines[-1] == "```":
        return "\n".join(lines[1:-1])
    return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
