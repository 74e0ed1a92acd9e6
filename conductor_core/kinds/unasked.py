"""A performance at which no player of its own is asked: another one may make its output."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conductor_core.kinds.called import called
from conductor_core.kinds.parts import part
from conductor_core.kinds.reconstruction import reconstruction
from conductor_core.perform import begin
from conductor_core.performance import Going, Part, Performance
from workflow_ir.steps import Guard

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


def unasked(run: Run, frame: Frame) -> Going:
    """What the rungs work on that need no player of the step: a scope's, or one not asked yet."""
    module, verb = frame.scope.module, run.layers(frame.step.step).verb
    task = Performance(
        path=frame.path,
        address=frame.step.step.address,
        guard=frame.guard or Guard(kind="guard", body=verb),
        parts=(Part(""),),
        with_={},
        has_with=False,
        arguments=(),
        prompt=None,
        env=frame.env,
        rank=frame.place.rank,
        wanted=lambda: run.wants(frame.scope, frame.item_of),
        in_map=frame.in_map,
        purse=frame.purse,
        module=module,
        part_of=partial(part, run, module),
        reconstruction=reconstruction(run, frame),
        call=partial(called, run, frame, purse=frame.purse),
    )
    return Going(task, frame.record, run.stage, begin(task, frame.record, run.stage))
