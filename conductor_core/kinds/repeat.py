"""``repeat``: iterations of a scope, one after the other, never more than ``max`` (spec 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.failed import StepFault
from conductor_core.kinds.inside import complete, new_place, open_map, open_scope
from workflow_ir.expressions import EvaluationError
from workflow_ir.ids import iteration_path
from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Repeat
from workflow_ir.values import ExprValue

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run
    from conductor_core.scope import Names


async def repeat(run: Run, verb: Repeat, frame: Frame) -> None:
    """Conduct a loop. The output is the last iteration's result; without any it is skipped."""
    places = open_map(frame, growing=True)
    frame.place.opened.set()
    record = frame.record
    done, previous, recovered = 0, None, False
    try:
        while True:
            names = frame.env.adding(iteration=done + 1, previous=previous)
            if verb.while_ is not None and not _holds(run, verb.while_, names):
                break
            if done == verb.max:
                _exhaust(verb, frame)
                break
            done += 1
            previous, stop, again = await _iterate(run, verb, frame, names, done)
            recovered = recovered or again
            if stop:
                break
    finally:
        places.complete()
    record.output = previous
    record.status = StepStatus.RECOVERED if recovered else StepStatus.SUCCEEDED
    if done == 0:
        record.status = StepStatus.SKIPPED


async def _iterate(
    run: Run, verb: Repeat, frame: Frame, names: Names, number: int
) -> tuple[Any, bool, bool]:
    """One iteration: its result, whether ``until`` holds, whether anything in it recovered."""
    places = frame.place.map
    assert places is not None
    item = new_place(frame, iteration_path(frame.path, number))
    inner = open_scope(run, frame, item, verb.scope, prefix=item.place.path, names=names)
    places.grow()
    await complete(run, item, inner)
    env = inner.env(frame.env.moment)
    # `previous` in `until` is the iteration before this one (spec 8).
    stop = verb.until is not None and _holds(run, verb.until, env)
    result = verb.scope.result
    return (
        None if result is None else run.stage.evaluator.value(result)(env),
        stop,
        inner.recovered(),
    )


def _exhaust(verb: Repeat, frame: Frame) -> None:
    if verb.on_max == "fail":
        text = f"the loop did not end within {verb.max} iterations"
        raise StepFault(StandardError.of("loop.exhausted", text, origin="conductor"))
    frame.record.exhausted = True


def _holds(run: Run, condition: ExprValue, env: Names) -> bool:
    holds = run.stage.evaluator.value(condition)(env)
    if not isinstance(holds, bool):
        raise EvaluationError(
            "expression.type", f"the loop's condition gave no boolean: {condition.source}"
        )
    return holds
