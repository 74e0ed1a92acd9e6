"""``play``: evaluate what the player gets, then let ``perform`` do the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.perform import Part, Performance, perform
from workflow_ir.steps import Guard, Play

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def play(run: Run, verb: Play, frame: Frame) -> None:
    """Perform one ``play`` step or item."""
    evaluate = run.stage.evaluator.value
    with_ = {} if verb.with_ is None else evaluate(verb.with_)(frame.env)
    prompt = None if verb.prompt is None else evaluate(verb.prompt)(frame.env)
    arguments = [] if verb.arguments is None else evaluate(verb.arguments)(frame.env)
    task = Performance(
        path=frame.path,
        address=frame.step.step.address,
        guard=frame.guard or Guard(kind="guard", body=verb),
        parts=tuple(_part(run, name) for name in run.fallback_order(verb.player)),
        with_=with_,
        has_with=verb.with_ is not None,
        arguments=tuple(arguments),
        prompt=prompt if prompt is None or isinstance(prompt, str) else run.text(prompt),
        env=frame.env,
        rank=frame.place.rank,
        wanted=lambda: run.wants(frame.scope, frame.step.map),
        in_map=frame.in_map,
    )
    await perform(task, frame.record, run.stage)


def _part(run: Run, name: str) -> Part:
    player = run.ir.players.get(name)
    if player is None:
        return Part(name)
    return Part(name, player.timeout_s, effects_once=player.effects == "once")
