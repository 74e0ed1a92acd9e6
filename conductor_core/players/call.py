"""A call player: a sub-melody performs (spec 6; spec 8, Further rulings)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class CallPerformer:
    """Has the conductor run a sub-melody within the attempt; its outputs are the answer."""

    key: str
    """Of the sub-melody among the Melody's modules."""
    module: WorkflowIR

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The sub-melody's outputs; it is run anew for each attempt.

        Its inputs are the ``with`` map. An input ``prompt`` that is not among them is the step's
        ``prompt``, so that a sub-melody can take over for a model.

        Failures: ``input.invalid``, or what made the sub-melody fail.
        """
        if grant.backstage is None:
            return StandardError.of(
                "config.invalid",
                f"{request.player!r} runs a sub-melody, and nobody conducts here",
                origin="conductor",
            )
        inputs: dict[str, Any] = request.with_
        if request.prompt is not None and "prompt" in self.module.inputs:
            inputs = {"prompt": request.prompt, **inputs}
        return await grant.backstage.call(self.key, inputs)
