"""What a backend cannot express, told at the step that asks for it (MEL302), before the run."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import OrchestrationAdapter
from conductor_core.run import Start
from melody.running.step_index import StepIndex
from workflow_ir.capability import Capability, Feature
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.features import features_of
from workflow_ir.span import Span
from workflow_ir.workflow import WorkflowIR

PLAYED = frozenset(
    {
        Feature.HTTP,
        Feature.AGENT,
        Feature.MCP,
        Feature.CALL_PLAYER,
        Feature.PLUGIN,
        Feature.FRAMEWORK,
        Feature.MODEL_PROVIDER,
    }
)
"""Features of players: a script stands for them, so a scripted run does without."""

_OF_START: dict[Start, Feature] = {"eager": Feature.START_EAGER, "graph": Feature.START_GRAPH}


def refusals(
    ir: WorkflowIR,
    adapter: OrchestrationAdapter,
    start: Start = "eager",
    *,
    scripted: bool = False,
    offline: bool = False,
) -> Iterator[Diagnostic]:
    """Every feature the backend lacks, each at each step that uses it.

    What a script plays, or the offline model answers, needs no player that can be asked.
    """
    replaced = PLAYED if scripted else frozenset({Feature.MODEL_PROVIDER} if offline else ())
    name, table, steps = adapter.get_framework_name(), adapter.capabilities(), StepIndex(ir)
    if _lacks(table.get(_OF_START[start])):
        yield _refusal(name, _OF_START[start], table.get(_OF_START[start]), None)
    for feature, step in features_of(ir):
        if feature not in replaced and _lacks(table.get(feature)):
            place = None if step is None else steps.span(step.address)
            yield _refusal(name, feature, table.get(feature), place)


def _lacks(capability: Capability | None) -> bool:
    return capability is None or not capability.support.runs


def _refusal(
    backend: str, feature: Feature, capability: Capability | None, span: Span | None
) -> Diagnostic:
    why = capability.how if capability is not None else ""
    link = capability.link if capability is not None else ""
    notes = tuple(Note(text) for text in (why, link and f"see {link}") if text)
    return diagnose(
        "MEL302",
        f"{backend} cannot run `{feature.value}`",
        span,
        notes=notes,
        help="choose another backend with `--on`" if backend != "native" else None,
    )
