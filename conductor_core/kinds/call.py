"""``call``: a sub-melody, with its own players, under the run's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.failed import StepFault
from conductor_core.failure.purse import Purse
from conductor_core.kinds.inside import complete, finished, new_place, open_map, open_region
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.steps import Call
from workflow_ir.types.complete import complete as completed

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run
    from workflow_ir.workflow import WorkflowIR


async def call(run: Run, verb: Call, frame: Frame) -> None:
    """Conduct a sub-melody; its outputs are the output.

    It has its own inputs, players and models. It shares the run's places, its allow-list, its
    ``on_step_failure`` and its budget; a budget of its own comes on top.
    """
    module = run.ir.modules[verb.module]
    given = {} if verb.with_ is None else run.stage.evaluator.value(verb.with_)(frame.env)
    inputs = checked_inputs(run, module, given)
    purse = frame.purse
    if module.policy.budget is not None:
        began = run.stage.clock.now()
        purse = Purse(module.policy.budget, f"sub-melody {frame.path!r}", began, purse)
    open_map(frame)
    item = new_place(frame, frame.path)
    region = open_region(run, frame, item)
    inner = run.open_scope(
        module.root,
        prefix=f"{frame.path}/",
        region=region,
        parent=frame.scope,
        names=run.names_of(inputs),
        place=item.place.rank[1],
        of=frame.place.map,
        module=verb.module,
        purse=purse,
        in_map=frame.in_map,
        urgent=frame.urgent,
    )
    frame.place.opened.set()
    await complete(run, item, inner)
    result = module.root.result
    env = inner.env(frame.env.moment)
    frame.record.output = {} if result is None else run.stage.evaluator.value(result)(env)
    frame.record.status = finished(inner)


def checked_inputs(
    run: Run, module: WorkflowIR, given: dict[str, Any], *, only_known: bool = False
) -> dict[str, Any]:
    """The sub-melody's inputs with their defaults.

    Args:
        run: The run.
        module: The sub-melody.
        given: What the caller gives.
        only_known: Names that it has not are wrong; else the compiler has checked them.

    Raises:
        StepFault: ``input.invalid``.
    """
    inputs: dict[str, Any] = {}
    for name in given if only_known else ():
        if name not in module.inputs:
            meant = nearest(name, module.inputs)
            raise _wrong(
                module,
                name,
                f"there is none; did you mean {meant!r}?" if meant else "there is none",
            )
    for name, spec in module.inputs.items():
        if name not in given:
            if spec.required:
                raise _wrong(module, name, "it is missing")
            inputs[name] = spec.default
            continue
        violations = run.stage.evaluator.check(spec.schema_)(given[name])
        if violations:
            raise _wrong(module, name, violations[0].message)
        inputs[name] = completed(given[name], spec.schema_)
    return inputs


def _wrong(module: WorkflowIR, name: str, fact: str) -> StepFault:
    text = f"input {name!r} of {module.name!r}: {fact}"
    return StepFault(StandardError.of("input.invalid", text, origin="conductor"))
