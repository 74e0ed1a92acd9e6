"""The tables of what generated code carries out, and backends that generate none."""

from __future__ import annotations

import pytest

from adapters import registry
from adapters.base import OrchestrationAdapter
from adapters.emitter.carried import EJECTED
from adapters.emitter.refusal import no_code
from tests.unit.melody.testing.toy import ADAPTER as TOY
from workflow_ir.capability import Feature
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR


def test_the_shared_table_has_a_row_for_every_feature() -> None:
    assert set(EJECTED) == set(Feature)
    assert all(row.how for row in EJECTED.values())


@pytest.mark.parametrize("name", ["native", "langgraph", "crewai"])
def test_a_backend_of_ours_generates_code_and_answers_for_every_feature(name: str) -> None:
    adapter: object = registry.load(name)
    assert isinstance(adapter, OrchestrationAdapter)
    assert set(adapter.ejects()) == set(Feature)


def test_a_backend_may_generate_none() -> None:
    assert TOY.ejects() == {}
    nothing = WorkflowIR.model_validate(
        {"kind": "melody.ir/1", "name": "notes", "root": {"steps": []}}
    )
    with pytest.raises(DiagnosticsError, match="MEL304"):
        TOY.emit(nothing)


def test_the_help_names_other_backends_only() -> None:
    (problem,) = no_code("crewai").diagnostics
    assert problem.help == "compile to another backend: native, langgraph"
