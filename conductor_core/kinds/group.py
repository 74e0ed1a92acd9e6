"""``steps``: a group with a scope of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.kinds.inside import complete, finished, new_place, open_map, open_scope
from workflow_ir.steps import Group

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def group(run: Run, verb: Group, frame: Frame) -> None:
    """Conduct the scope; its result is the output."""
    open_map(frame)
    item = new_place(frame, frame.path)
    inner = open_scope(run, frame, item, verb.scope, prefix=frame.path)
    frame.place.opened.set()
    await complete(run, item, inner)
    if verb.scope.result is not None:
        env = inner.env(frame.env.moment)
        frame.record.output = run.stage.evaluator.value(verb.scope.result)(env)
    frame.record.status = finished(inner)
