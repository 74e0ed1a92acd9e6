"""The same work as Melodies, run by our adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from adapters import registry
from compiler.pipeline import compile_text
from conductor_core.clock.real import RealClock
from conductor_core.players.troupe import Troupe
from conductor_core.stage import RunContext
from workflow_ir.events import Event
from workflow_ir.result import RunStatus
from workflow_ir.workflow import WorkflowIR


class _NoJournal:
    """Events are made and dropped: this measures the engines, not a disk."""

    def append(self, event: Event) -> None:
        """Forget it."""


def chain(steps: int) -> WorkflowIR:
    """Each step reads the one before."""
    lines = [
        "melody: v1",
        "name: chain",
        "steps:",
        "  s0: {set: {n: 1}}",
        *(
            f'  s{i}: {{set: {{n: "${{{{ steps.s{i - 1}.output.n + 1 }}}}"}}}}'
            for i in range(1, steps)
        ),
        f'outputs: {{n: "${{{{ steps.s{steps - 1}.output.n }}}}"}}',
    ]
    return _compiled(lines)


def fan_out(steps: int) -> WorkflowIR:
    """One step, so many beside one another, and one that waits for all."""
    lines = [
        "melody: v1",
        "name: fan_out",
        "steps:",
        "  first: {set: {n: 1}}",
        *(f'  s{i}: {{set: {{n: "${{{{ steps.first.output.n + 1 }}}}"}}}}' for i in range(steps)),
        f"  last: {{set: {{n: 1}}, needs: [{', '.join(f's{i}' for i in range(steps))}]}}",
        'outputs: {n: "${{ steps.last.output.n }}"}',
    ]
    return _compiled(lines)


def _compiled(lines: list[str]) -> WorkflowIR:
    made = compile_text("\n".join(lines))
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir


def on(backend: str, ir: WorkflowIR) -> Callable[[], object]:
    """One run on a backend; the graph is built once, as by hand."""
    adapter = registry.load(backend)
    compiled = adapter.compile(ir)

    def run() -> object:
        context = RunContext("bench", RealClock(), Troupe({}, Path()), _NoJournal())
        result = asyncio.run(adapter.execute(compiled, {}, context))
        assert result.status is RunStatus.SUCCEEDED, result.error
        return result

    return run
