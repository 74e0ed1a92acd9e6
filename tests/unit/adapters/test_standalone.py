from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from adapters import registry
from adapters.standalone import checked, default_context
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.players.troupe import Troupe
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.outcome import StandardError
from workflow_ir.workflow import WorkflowIR


def _ir(**fields: Any) -> WorkflowIR:
    return WorkflowIR.model_validate({"kind": "melody.ir/1", "name": "tune", "root": {}, **fields})


INPUTS = _ir(
    inputs={
        "name": {"schema": {"type": "string"}},
        "tags": {"schema": {"type": "array"}, "required": False, "default": ["x"]},
    }
)


def test_defaults_are_filled_in_and_copied() -> None:
    values = checked(INPUTS, {"name": "a"})
    assert values == {"name": "a", "tags": ["x"]}
    values["tags"].append("y")
    assert INPUTS.inputs["tags"].default == ["x"]


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(DiagnosticsError) as wrong:
        checked(INPUTS, {"nam": 1, "tags": 3})
    told = [(problem.code, problem.help) for problem in wrong.value.diagnostics]
    assert told == [("MEL502", "did you mean 'name'?"), ("MEL501", None), ("MEL503", None)]


def test_the_default_ports_allow_no_player() -> None:
    players = {"p": {"kind": "python", "target": "os:getcwd"}}
    found = default_context(_ir(players=players)).players.find("p", "a", "a")
    assert isinstance(found, StandardError)
    assert found.code == "policy.not_allowed"


def test_every_default_context_is_a_run_of_its_own() -> None:
    assert default_context(INPUTS).run != default_context(INPUTS).run


def test_the_agents_of_a_default_context_are_those_of_the_backend() -> None:
    agents = ToolLoop()
    players = default_context(INPUTS, agents).players
    assert isinstance(players, Troupe)
    assert players.agents is agents


AGENT = _ir(
    models={"m": {"model": "offline/basic"}},
    players={
        "a": {
            "kind": "agent",
            "model": "m",
            "agent": {
                "kind": "map",
                "entries": {
                    "role": {"kind": "literal", "value": "a greeter"},
                    "goal": {"kind": "literal", "value": "Say hello. Now."},
                },
            },
        }
    },
    root={
        "steps": [{"id": "s", "address": "s", "body": {"kind": "play", "player": "a"}}],
        "result": {
            "kind": "map",
            "entries": {"said": {"kind": "expr", "source": "steps.s.output"}},
        },
    },
)


@pytest.mark.parametrize("backend", ["langgraph", "crewai"])
def test_agents_of_an_object_that_is_used_alone_are_those_of_its_framework(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ours(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ToolLoop, "converse", not_ours)
    native = registry.load(backend).compile(AGENT).native
    if backend == "langgraph":
        assert asyncio.run(native.ainvoke({"inputs": {}}))["outputs"] == {"said": "Say hello."}
    else:
        assert json.loads(native.kickoff().raw) == {"said": "Say hello."}
