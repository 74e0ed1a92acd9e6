"""``play``: evaluate what the player gets, then let ``perform`` do the rest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conductor_core.failure.purse import Purse
from conductor_core.kinds.asking import put
from conductor_core.kinds.called import called, forget_abandoned
from conductor_core.kinds.managed import managed
from conductor_core.kinds.parts import part, parts, peers
from conductor_core.kinds.reconstruction import reconstruction
from conductor_core.perform import perform
from conductor_core.performance import Performance
from conductor_core.ports import rng_for
from conductor_core.routing.balance import balance
from workflow_ir.events import EventKind
from workflow_ir.steps import Guard, Play, Route

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def play(run: Run, verb: Play, frame: Frame) -> None:
    """Perform one ``play`` step or item."""
    evaluate = run.stage.evaluator.value
    with_ = {} if verb.with_ is None else evaluate(verb.with_)(frame.env)
    prompt = None if verb.prompt is None else evaluate(verb.prompt)(frame.env)
    arguments = [] if verb.arguments is None else evaluate(verb.arguments)(frame.env)
    guard = frame.guard or Guard(kind="guard", body=verb)
    key = None if guard.idempotency_key is None else evaluate(guard.idempotency_key)(frame.env)
    module = frame.scope.module
    chosen = verb.player if verb.route is None else _routed(run, verb.route, frame)
    assert chosen is not None
    purse = _purse(run, guard, frame)
    task = Performance(
        path=frame.path,
        address=frame.step.step.address,
        guard=guard,
        parts=parts(run, module, chosen),
        module=module,
        with_=with_,
        has_with=verb.with_ is not None,
        arguments=tuple(arguments),
        prompt=prompt if prompt is None or isinstance(prompt, str) else run.text(prompt),
        env=frame.env,
        rank=frame.place.rank,
        wanted=lambda: run.wants(frame.scope, frame.item_of),
        in_map=frame.in_map,
        purse=purse,
        idempotency_key=None if key is None else run.text(key),
        part_of=partial(part, run, module),
        peers=partial(peers, run, module, verb.route),
        reconstruction=reconstruction(run, frame),
        ask=partial(put, run, frame),
        call=partial(called, run, frame, purse=purse),
        managed=managed(run, module, verb, chosen),
    )
    await perform(task, frame.record, run.stage)
    forget_abandoned(run, frame)


def _routed(run: Run, route: Route, frame: Frame) -> str:
    """Choose a player by capability and record the decision."""
    stage, module = run.stage, frame.scope.module
    turn = (module, route.provides, route.candidates)
    seed = stage.context.seed or stage.context.run
    chosen = balance(
        route,
        turns=stage.turns[turn],
        running={name: stage.running[module, name] for name in route.candidates},
        rng=rng_for(seed, frame.path, 0),
    )
    stage.turns[turn] += 1
    stage.emit(
        EventKind.ROUTED,
        frame.path,
        provides=route.provides,
        candidates=list(route.candidates),
        balance=route.balance,
        player=chosen,
    )
    return chosen


def _purse(run: Run, guard: Guard, frame: Frame) -> Purse:
    budget = guard.policy.budget
    if budget is None:
        return frame.purse
    return Purse(budget, f"step {frame.path!r}", run.stage.clock.now(), frame.purse)
