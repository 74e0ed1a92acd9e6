"""What a model is told of a player as a tool."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from conductor_core.agents.tools import Tool, called_tool, unknown_tool, written_tool
from conductor_core.models.port import ToolSpec
from conductor_core.players.signature import Signature
from conductor_core.ports import Grant
from tests.unit.conductor_core.agents.chatting import an_agent
from tests.unit.conductor_core.melodies import expr, literal, mapping, melody
from workflow_ir.outcome import StandardError
from workflow_ir.players import (
    CallPlayer,
    CommandPlayer,
    HttpPlayer,
    McpPlayer,
    ModelPlayer,
    Player,
    PythonPlayer,
)
from workflow_ir.workflow import Input

PYTHON = PythonPlayer(kind="python", target="m:f", description="Does it.")


def parameters(player: Player) -> Any:
    tool = written_tool("t", player, {})
    return None if tool is None else tool.spec.parameters


def of(function: Any, description: str | None = None) -> ToolSpec:
    return called_tool("t", description, function, Signature.of(function)).spec


def test_the_written_input_goes_before_all_else() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    command = CommandPlayer(
        kind="command", commands=((literal("a"), expr("with.y")),), input=schema
    )
    assert parameters(command) == schema
    assert parameters(PYTHON.model_copy(update={"input": schema})) == schema


def test_the_names_that_templates_read_are_required_strings_in_their_order() -> None:
    command = CommandPlayer(
        kind="command",
        commands=((literal("a"), expr("with.b + with.a")), (literal("c"), expr("with.b"))),
        stdin=expr("with.text"),
    )
    assert parameters(command) == {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("b", "a", "text")},
        "required": ["b", "a", "text"],
        "additionalProperties": False,
    }


def test_secrets_and_arguments_are_no_parameters() -> None:
    request = mapping(url=literal("http://x"), headers=mapping(key=expr("secrets.KEY")))
    player = HttpPlayer(kind="http", request=request)
    assert parameters(player) == {
        "type": "object", "properties": {}, "additionalProperties": False,
    }  # fmt: skip


@pytest.mark.parametrize("player", [ModelPlayer(kind="model", model="m"), an_agent()])
def test_a_model_or_an_agent_without_templates_takes_a_request(player: Player) -> None:
    found = parameters(player)
    assert (list(found["properties"]), found["required"]) == (["request"], ["request"])


def test_a_sub_melody_takes_its_inputs() -> None:
    module = melody(
        inputs={
            "x": Input(schema={"type": "integer"}, description="How many."),
            "y": Input(schema={"type": "string"}, required=False, default="a"),
        }
    )
    tool = written_tool("t", CallPlayer(kind="call", module="k"), {"k": module})
    assert tool is not None
    assert tool.spec.parameters == {
        "type": "object",
        "properties": {
            "x": {"type": "integer", "description": "How many."},
            "y": {"type": "string", "default": "a"},
        },
        "required": ["x"],
        "additionalProperties": False,
    }
    assert tool.arguments('{"x": 1}') == {"x": 1, "y": "a"}


@pytest.mark.parametrize("player", [PYTHON, McpPlayer(kind="mcp", url="http://x", tool="t")])
def test_of_code_and_of_servers_nothing_is_written(player: Player) -> None:
    assert written_tool("t", player, {}) is None
    assert unknown_tool("t", player).arguments('{"x": [1]}') == {"x": [1]}


def test_an_mcp_tool_takes_what_its_server_says_whatever_its_environment_reads() -> None:
    player = McpPlayer(kind="mcp", command=("a",), tool="t", env=mapping(X=expr("with.x")))
    assert written_tool("t", player, {}) is None


class Point(BaseModel):
    x: int = Field(description="Across.")


def everything(
    a: int,
    b: Annotated[str, Field(description="A text.")],
    *,
    c: list[Point],
    d: Literal["x", "y"] = "x",
    e: float | None = None,
    untyped: Any = None,
    grant: Grant | None = None,
    k: bool = False,
) -> None:
    """Does everything,
    and more.

    At length.
    """


def test_type_hints_become_parameters() -> None:
    found = of(everything)
    assert (found.description, found.parameters["required"]) == (
        "Does everything, and more.", ["a", "b", "c"],
    )  # fmt: skip
    assert list(found.parameters["properties"]) == ["a", "b", "c", "d", "e", "untyped", "k"]
    assert found.parameters["properties"]["b"] == {"description": "A text.", "type": "string"}
    assert found.parameters["properties"]["c"]["items"] == {"$ref": "#/$defs/Point"}
    assert list(found.parameters["$defs"]) == ["Point"]
    assert found.parameters["additionalProperties"] is False


def test_the_players_own_description_goes_before_the_docstring() -> None:
    assert of(everything, "Mine.").description == "Mine."


def test_what_is_given_by_position_only_in_any_number_is_no_parameter() -> None:
    def many(x: int, *rest: int) -> None: ...

    assert list(of(many).parameters["properties"]) == ["x"]


def test_a_callable_that_takes_any_names_is_open() -> None:
    def anything(x: int, **others: Any) -> None: ...

    assert "additionalProperties" not in of(anything).parameters


def test_hints_that_are_no_data_or_that_cannot_be_resolved_ask_for_nothing() -> None:
    def odd(x: object, y: "Missing", z: threading.Lock) -> None: ...  # type: ignore[name-defined]  # noqa: F821, UP037

    assert of(odd).parameters["properties"] == {"x": {}, "y": {}, "z": {}}


def test_a_builtin_that_does_not_tell_takes_anything() -> None:
    assert of(max).parameters == {"type": "object"}


def test_absent_arguments_are_filled_in_only_by_the_authors_schema() -> None:
    def f(x: int | None = 5) -> None: ...

    assert called_tool("f", None, f, Signature.of(f)).arguments("{}") == {}
    schema = {"type": "object", "properties": {"x": {"type": ["integer", "null"]}}}
    assert Tool(ToolSpec("f", "", schema), fills=True).arguments("{}") == {"x": None}


def test_arguments_are_checked_by_the_type_hints() -> None:
    tool = called_tool("t", None, everything, Signature.of(everything))
    wrong = tool.arguments('{"a": "1", "b": "x", "c": []}')
    assert isinstance(wrong, StandardError)
    assert (wrong.code, wrong.message) == ("input.invalid", 'a: "1" is a string, not an integer')
    nested = tool.arguments('{"a": 1, "b": "x", "c": [{"x": "y"}]}')
    assert isinstance(nested, StandardError)
    assert nested.message.startswith("c[0].x: ")


def test_a_schema_beyond_what_is_checked_leaves_the_check_to_the_callable() -> None:
    tool = Tool(ToolSpec("t", "", {"type": "object", "unevaluatedProperties": False}))
    assert tool.arguments('{"x": 1}') == {"x": 1}


def test_a_schema_that_is_not_said_to_be_an_object_is_made_one() -> None:
    player = PYTHON.model_copy(update={"input": {"properties": {"x": {}}}})
    assert parameters(player) == {"properties": {"x": {}}, "type": "object"}
