"""The steps of a Melody by their static address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_ir.nearest import nearest
from workflow_ir.span import Span, span_at
from workflow_ir.steps import Branch, Scope, Step, layers
from workflow_ir.workflow import WorkflowIR

_OF_A_PERFORMANCE = re.compile(r"\[\d+\]|#\d+|~[\w.]+")
"""What a run path has and an address has not: places of items, iterations, auxiliary acts."""


class StepIndex:
    """Finds steps by address or run path, and the places where they are written."""

    def __init__(self, ir: WorkflowIR) -> None:
        self._ir = ir
        self._steps: dict[str, Step] = {step.address: step for step in _steps_of(ir.root)}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address, in file order."""
        return tuple(self._steps)

    def find(self, path: str) -> Step | None:
        """The step of an address or of a run path.

        Every step of ``review[3].inner`` is found under ``review.inner``.
        """
        return self._steps.get(_OF_A_PERFORMANCE.sub("", path))

    def nearest(self, name: str) -> str | None:
        """The address that a misspelt one was meant to be; the last id alone may be written."""
        by_id = {address.rpartition(".")[2]: address for address in reversed(self._steps)}
        if name in by_id:
            return by_id[name]
        meant = nearest(name, (*self._steps, *by_id))
        return meant if meant is None else by_id.get(meant, meant)

    def span(self, path: str) -> Span | None:
        """Where that step is written."""
        step = self.find(path)
        if step is None or step.at is None or self._ir.file is None:
            return None
        return span_at(self._ir.file, step.at)


def _steps_of(scope: Scope) -> Iterator[Step]:
    for step in scope.steps:
        yield step
        verb = layers(step)[3]
        if isinstance(verb, Branch):
            for arm in verb.arms:
                yield from _steps_of(arm.scope)
