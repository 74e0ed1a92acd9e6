from __future__ import annotations

from typing import Any

import pytest

from adapters.standalone import checked, default_context
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
