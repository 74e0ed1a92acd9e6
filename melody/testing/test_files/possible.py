"""Expectations that no run of the Melody could meet are told before it runs (MEL551)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.parse.tree import ListNode, MapNode, Node, ScalarNode
from melody.running.step_index import StepIndex
from melody.testing.test_files.expectations import errors_written
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.nearest import nearest
from workflow_ir.span import Span
from workflow_ir.steps import Fail, every_step, layers
from workflow_ir.taxonomy import ALIASES, TAXONOMY, facts
from workflow_ir.values import MapValue
from workflow_ir.workflow import WorkflowIR


def impossible(expect: MapNode, ir: WorkflowIR) -> Iterator[Diagnostic]:
    """Steps, outputs and error codes that the Melody does not have, with the nearest name."""
    steps = StepIndex(ir)
    for path, span in _steps_written(expect):
        if steps.find(path) is None:
            yield _unknown(f"`{ir.name}` has no step `{path}`", span, steps.nearest(path))
    outputs = expect.get("outputs")
    result = ir.root.result
    if isinstance(outputs, MapNode) and isinstance(result, MapValue | None):
        known = () if result is None else tuple(result.entries)
        for key, _ in outputs.entries:
            if key.text not in known:
                fact = f"`{ir.name}` has no output `{key.text}`"
                yield _unknown(fact, key.span, nearest(key.text, known), known)
    codes = {fail.error for each in (ir, *ir.modules.values()) for fail in _fails(each)}
    for node in errors_written(expect):
        if facts(node.text) is None and node.text not in codes:
            meant = nearest(node.text, (*TAXONOMY, *ALIASES, *codes))
            fact = f"there is no error code `{node.text[:60]}`"
            yield _unknown(fact, node.span, meant)


def _steps_written(expect: MapNode) -> Iterator[tuple[str, Span]]:
    steps, gaps = expect.get("steps"), expect.get("gaps")
    for key, _ in steps.entries if isinstance(steps, MapNode) else ():
        yield key.text, key.span
    for item in gaps.items if isinstance(gaps, ListNode) else ():
        named: Node | None = item.get("step") if isinstance(item, MapNode) else item
        if isinstance(named, ScalarNode):
            yield named.text, named.span


def _fails(ir: WorkflowIR) -> Iterator[Fail]:
    for step in every_step(ir.root):
        verb = layers(step).verb
        if isinstance(verb, Fail):
            yield verb


def _unknown(
    fact: str, span: Span, meant: str | None, known: Iterable[str] | None = None
) -> Diagnostic:
    listed = None if known is None else ", ".join(f"`{name}`" for name in known)
    return diagnose(
        "MEL551",
        fact,
        span,
        label=f"did you mean `{meant}`?" if meant else None,
        help=None if meant or not listed else f"it has {listed}",
    )
