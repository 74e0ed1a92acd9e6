"""A model that says what a script says (spec 6, the model port; spec 8, Scripts)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conductor_core.models.answer import schema_for
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolCall, ToolSpec
from conductor_core.players.script import Acts, Behaviour
from conductor_core.players.scripted import Consumed, behaviour_for, failure_of, wait
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    """Gives the next behaviour of its entry at each call; the last one repeats."""

    acts: Acts
    consumed: Consumed
    alias: str
    """Of the entry, as the script names it."""
    path: str
    """Run path of the performance that asks; each has its own count."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """What stands there; waits by the run's clock.

        A case of the script sees ``input.prompt``, ``input.system``, and ``input.turn`` from 1.
        """
        del tools, parameters
        found = behaviour_for(
            self.acts,
            self.consumed,
            _input(messages),
            path=self.path,
            player=self.alias,
            what="model",
        )
        if isinstance(found, StandardError):
            return found
        await wait(grant, found.sleep_s, self.path)
        match found.kind:
            case "return":
                return self._reply(_text(found.value, json_schema), found)
            case "return_text":
                return self._reply(found.value, found)
            case "tool_calls":
                return self._reply("", found, _calls(found.value, messages))
            case _:
                return await failure_of(found, grant, self.path)

    def _reply(self, text: str, said: Behaviour, calls: tuple[ToolCall, ...] = ()) -> Reply:
        return Reply(
            text=text,
            model=f"scripted/{self.alias}",
            output_tokens=said.tokens,
            usd=said.usd,
            tool_calls=calls,
            scripted=True,
        )


def _input(messages: Sequence[Message]) -> dict[str, Any]:
    said = dict.fromkeys(("system", "user"), "")
    for message in messages:
        if message.role in said:
            said[message.role] = message.content
    turn = 1 + sum(message.role == "assistant" for message in messages)
    return {"prompt": said["user"], "system": said["system"], "turn": turn}


def _text(value: Any, schema: Schema | None) -> str:
    """What ``return`` means: a value, so with a schema it is written as JSON."""
    if isinstance(value, str) and schema_for(schema) is None:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _calls(
    written: Sequence[Mapping[str, Any]], messages: Sequence[Message]
) -> tuple[ToolCall, ...]:
    """Their ids count through the chat."""
    before = sum(len(message.tool_calls) for message in messages)
    return tuple(
        ToolCall(f"call_{number}", call["name"], _written(call.get("arguments", {})))
        for number, call in enumerate(written, before + 1)
    )


def _written(arguments: Any) -> str:
    """Text stands as the model wrote it, so that a script can give what is no JSON."""
    if isinstance(arguments, str):
        return arguments
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
