from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import registry
from adapters.base import OrchestrationAdapter
from compiler.pipeline import compile_text
from melody.running.refusals import refusals
from tests.unit.melody.stage import SCRIPTED
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.diagnostics import Diagnostic


class _Poor:
    """A backend that lacks a few features; only its table is asked for."""

    def __init__(self, **lacking: Capability) -> None:
        self._lacking = lacking

    def get_framework_name(self) -> str:
        return "poor"

    def capabilities(self) -> Mapping[Feature, Capability]:
        full = {feature: Capability(Support.FULL) for feature in Feature}
        return full | {Feature[name]: row for name, row in self._lacking.items()}


def _refused(adapter: Any, start: Any = "eager") -> list[Diagnostic]:
    ir = compile_text(SCRIPTED, file="scripted.melody.yaml").ir
    assert ir is not None
    return list(refusals(ir, adapter, start))


def test_what_a_backend_lacks_is_refused_at_the_step_with_the_reason() -> None:
    lacking = Capability(Support.NOTYET, "it has no maps", "https://example.com/issues/1")
    (problem,) = _refused(_Poor(FOR_EACH=lacking))
    assert (problem.code, str(problem.span)) == ("MEL302", "scripted.melody.yaml:10:3")
    assert "poor cannot run `for_each`" in problem.message
    assert [note.message for note in problem.notes] == [
        "it has no maps",
        "see https://example.com/issues/1",
    ]


def test_what_is_emulated_is_not_refused() -> None:
    assert _refused(_Poor(FOR_EACH=Capability(Support.EMULATED))) == []


def test_a_start_mode_that_a_backend_lacks_is_refused() -> None:
    poor = _Poor(START_GRAPH=Capability(Support.NEVER, "nothing schedules"))
    assert _refused(poor) == []
    assert [problem.code for problem in _refused(poor, "graph")] == ["MEL302"]


def test_native_lacks_nothing() -> None:
    adapter: OrchestrationAdapter = registry.load("native")
    assert _refused(adapter) == []
