"""What the tests of this folder share: cases, backends, and their compiled objects, made once."""

from __future__ import annotations

from functools import cache

from adapters import registry
from adapters.base import Compiled, OrchestrationAdapter
from melody.testing.conformance.case import all_cases
from melody.testing.conformance.performing import workflow
from workflow_ir.workflow import WorkflowIR

CASES = {case.name: case for case in all_cases()}
BACKENDS = ("native", "langgraph", "crewai")


@cache
def ir_of(name: str) -> WorkflowIR:
    """The IR of a case."""
    return workflow(CASES[name])


@cache
def compiled_on(backend: str, name: str) -> Compiled:
    """A case as the framework's own object; runs share it."""
    return adapter_of(backend).compile(ir_of(name))


@cache
def adapter_of(backend: str) -> OrchestrationAdapter:
    """The adapter under test."""
    return registry.load(backend)
