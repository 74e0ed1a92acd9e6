"""Players as tools of a model: under which name, with which parameters (spec 6)."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, PydanticUserError, TypeAdapter

from conductor_core.failure.shown import shown
from conductor_core.models.port import ToolSpec
from conductor_core.players.json_data import NotJsonError, json_data
from conductor_core.players.signature import Signature
from workflow_ir.expressions import parse
from workflow_ir.outcome import StandardError
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    HttpPlayer,
    McpPlayer,
    ModelPlayer,
    Player,
    Schema,
)
from workflow_ir.types import SchemaError, compile_schema, complete
from workflow_ir.values import ExprValue
from workflow_ir.workflow import WorkflowIR

ANYTHING: Schema = {"type": "object"}
"""Of a tool of which nothing is known: an object with any fields."""

_REQUEST: Schema = {"type": "string", "description": "What is asked of it, in full."}


@dataclass(frozen=True, slots=True)
class Tool:
    """A player that a model may ask for."""

    spec: ToolSpec
    fills: bool = False
    """Its schema is the author's: absent optional arguments are filled in."""

    @property
    def name(self) -> str:
        """Of the player, and of the function that the model is told of."""
        return self.spec.name

    def arguments(self, text: str) -> dict[str, Any] | StandardError:
        """What a model wrote as the arguments of one call, checked; or ``input.invalid``.

        Args:
            text: JSON of an object. No text is an object without fields.
        """
        try:
            found = json_data(json.loads(text)) if text.strip() else {}
        except (ValueError, RecursionError, NotJsonError) as error:
            return _invalid(f"the arguments are no JSON: {error}")
        if not isinstance(found, dict):
            return _invalid("the arguments are no JSON object")
        schema = self.spec.parameters
        try:
            violations = compile_schema(schema)(found)
        except SchemaError:  # made of type hints, and more than we check; the callable does
            return found
        if violations:
            first = violations[0]
            place = first.path.removeprefix("$").removeprefix(".") or "the arguments"
            return _invalid(f"{place}: {first.message}")
        filled = complete(found, schema) if self.fills else found
        assert isinstance(filled, dict)
        return filled


def written_tool(name: str, player: Player, modules: Mapping[str, WorkflowIR]) -> Tool | None:
    """What is known of a tool without importing anything; None: only its code or server can tell.

    Args:
        name: Of the player.
        player: As written.
        modules: Sub-melodies by their key.
    """
    said = player.description or ""
    if player.input is not None:
        return Tool(ToolSpec(name, said, as_object(player.input)), fills=True)
    if isinstance(player, CallPlayer):
        module = modules[player.module]
        said = said or module.description or ""
        return Tool(ToolSpec(name, said, _inputs_of(module)), fills=True)
    if isinstance(player, McpPlayer):  # only its server knows
        return None
    names = tuple(dict.fromkeys(_template_names(player)))
    if names:
        properties = {each: {"type": "string"} for each in names}
        return Tool(ToolSpec(name, said, _object(properties, list(names))))
    if isinstance(player, ModelPlayer | AgentPlayer):  # it takes a request, and nothing else
        return Tool(ToolSpec(name, said, _object({"request": _REQUEST}, ["request"])))
    if isinstance(player, HttpPlayer):
        return Tool(ToolSpec(name, said, _object({}, [])))
    return None


def unknown_tool(name: str, player: Player) -> Tool:
    """A tool that takes what it is given."""
    return Tool(ToolSpec(name, player.description or "", ANYTHING))


def called_tool(
    name: str, description: str | None, function: Callable[..., Any], signature: Signature
) -> Tool:
    """A tool that is a callable: its parameters by their type hints.

    Without a description of the player it is the first paragraph of the callable's docstring.
    """
    said = description or _first_paragraph(function)
    if signature.signature is None:
        return Tool(ToolSpec(name, said, ANYTHING))
    properties: dict[str, Any] = {}
    required: list[str] = []
    definitions: dict[str, Any] = {}
    open_ended = False
    for parameter in signature.signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            open_ended = True
        elif parameter.kind is not parameter.VAR_POSITIONAL and (
            parameter.name not in signature.given
        ):
            schema = _schema_of(signature.hints.get(parameter.name))
            definitions |= schema.pop("$defs", {})
            properties[parameter.name] = schema
            if parameter.default is parameter.empty:
                required.append(parameter.name)
    made = _object(properties, required)
    if open_ended:
        del made["additionalProperties"]
    if definitions:
        made["$defs"] = definitions
    return Tool(ToolSpec(name, said, made))


def as_object(schema: Schema) -> Schema:
    """The schema of a ``with`` map as providers want it: an object, and said to be one."""
    return schema if schema.get("type") == "object" else {**schema, "type": "object"}


def _object(properties: dict[str, Any], required: list[str]) -> Schema:
    made: Schema = {"type": "object", "properties": properties}
    if required:
        made["required"] = required
    made["additionalProperties"] = False
    return made


def _inputs_of(module: WorkflowIR) -> Schema:
    properties: dict[str, Any] = {}
    for name, known in module.inputs.items():
        schema = dict(known.schema_)
        if known.description is not None:
            schema["description"] = known.description
        if not known.required:
            schema["default"] = known.default
        properties[name] = schema
    return _object(properties, [name for name, known in module.inputs.items() if known.required])


def _template_names(part: object) -> Iterator[str]:
    """The ``with.X`` that the templates of a player read, in the order written."""
    match part:
        case ExprValue():
            for reference in parse(part.source).references:
                if reference.path[0] == "with" and len(reference.path) > 1:
                    yield str(reference.path[1])
        case BaseModel():
            for field in type(part).model_fields:
                yield from _template_names(getattr(part, field))
        case tuple() | list():
            for item in part:
                yield from _template_names(item)
        case dict():
            for item in part.values():
                yield from _template_names(item)


def _schema_of(hint: object) -> dict[str, Any]:
    """What a type hint allows; nothing is asked where it says nothing to a model."""
    if hint is None or isinstance(hint, str):  # a name that exists for type checkers only
        return {}
    try:
        return TypeAdapter[Any](hint).json_schema()
    except (PydanticUserError, NameError, TypeError):  # no data of JSON: it is not asked for
        return {}


def _first_paragraph(function: Callable[..., Any]) -> str:
    told = inspect.getdoc(function) if inspect.isroutine(function) else None
    return (told or "").strip().split("\n\n")[0].replace("\n", " ")


def _invalid(fact: str) -> StandardError:
    return StandardError.of("input.invalid", shown(fact), origin="model")
