"""A model's text as data, and the one more question for a text that is none (spec 6)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conductor_core.failure.shown import shown
from conductor_core.models.port import NO_PARAMETERS, ChatModel, Message, Reply, ToolSpec
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.ports import Grant
from workflow_ir.outcome import Cost, StandardError
from workflow_ir.players import Schema

_ABOUT = frozenset({"type", "title", "description", "$schema", "examples"})


def schema_for(output: Schema | None) -> Schema | None:
    """The schema that a model is told of; None: it answers with text, taken as it is.

    >>> schema_for({"type": "string"}) is None, schema_for({"enum": ["a"]})
    (True, {'enum': ['a']})
    """
    if output is None or (output.get("type") == "string" and output.keys() <= _ABOUT):
        return None
    return output


def data_of(reply: Reply, schema: Schema | None) -> Any:
    """The output that a reply stands for.

    Args:
        reply: The last one.
        schema: What ``schema_for`` gave.

    Returns:
        JSON data; the text itself where there is no schema; ``StandardError`` ``output.format``
        where the text is no JSON. Whether the data meet the schema is not looked at here.
    """
    if schema is None:
        return reply.text
    try:
        return json_data(json.loads(reply.text))
    except (ValueError, RecursionError, NotJsonError) as error:
        said = f"{reply.model} gave no JSON: {error}"
        return StandardError.of("output.format", shown(said), origin="model")


def asked_again(messages: Sequence[Message], reply: Reply, error: StandardError) -> list[Message]:
    """The chat that asks once more for what could not be parsed."""
    correction = (
        f"Your answer could not be read as JSON ({error.message}). "
        "Answer again with nothing but the JSON."
    )
    return [*messages, Message("assistant", reply.text), Message("user", correction)]


async def ask_for_data(
    chat: ChatModel,
    messages: Sequence[Message],
    *,
    tools: Sequence[ToolSpec] = (),
    json_schema: Schema | None = None,
    parameters: Mapping[str, Any] = NO_PARAMETERS,
    grant: Grant | None = None,
) -> tuple[Any, Reply] | StandardError:
    """Ask, and once more if the answer cannot be parsed; a wrong schema is not asked for again.

    Both requests belong to one attempt and are paid.

    Returns:
        The data and the last reply, whose tokens and money are those of all requests; an error
        that carries what it cost.
    """
    first = await chat.complete(
        messages, tools=tools, json_schema=json_schema, parameters=parameters, grant=grant
    )
    if isinstance(first, StandardError):
        return first
    data = data_of(first, json_schema)
    if not isinstance(data, StandardError):
        return data, first
    if first.scripted:
        return paid(data, first)
    second = await chat.complete(
        asked_again(messages, first, data),
        tools=tools,
        json_schema=json_schema,
        parameters=parameters,
        grant=grant,
    )
    if isinstance(second, StandardError):
        return paid(second, first)
    both = replace(
        second,
        input_tokens=first.input_tokens + second.input_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        usd=first.usd + second.usd,
        synthetic=first.synthetic or second.synthetic,
    )
    data = data_of(second, json_schema)
    return paid(data, both) if isinstance(data, StandardError) else (data, both)


def paid(error: StandardError, reply: Reply) -> StandardError:
    """The error with what a reply before it has cost on top."""
    tokens = reply.input_tokens + reply.output_tokens
    return error.replace(cost=Cost(error.cost.usd + reply.usd, error.cost.tokens + tokens))
