"""``play``: evaluate what the player gets, then let ``perform`` do the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.perform import Performance, perform
from workflow_ir.steps import PRIORITY_SCORE, Guard, Play

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def play(run: Run, verb: Play, frame: Frame) -> None:
    """Perform one ``play`` step or item."""
    evaluate = run.stage.evaluator.value
    with_ = {} if verb.with_ is None else evaluate(verb.with_)(frame.env)
    prompt = None if verb.prompt is None else evaluate(verb.prompt)(frame.env)
    arguments = [] if verb.arguments is None else evaluate(verb.arguments)(frame.env)
    step = frame.step.step
    spec = run.ir.players.get(verb.player)
    task = Performance(
        path=frame.path,
        address=step.address,
        guard=frame.guard or Guard(kind="guard", body=verb),
        players=run.fallback_order(verb.player),
        effects_once=spec is not None and spec.effects == "once",
        claim_s=None if spec is None else spec.timeout_s,
        with_=with_,
        has_with=verb.with_ is not None,
        arguments=tuple(arguments),
        prompt=prompt if prompt is None or isinstance(prompt, str) else run.text(prompt),
        env=frame.env,
        score=PRIORITY_SCORE[step.priority],
        in_map=frame.in_map,
    )
    await perform(task, frame.record, run.stage)
