"""``perform``: the guard round every step, the same on every backend (spec 4).

It asks the player, validates the answer, checks the gate, and follows the decisions of
``failure.ladder`` until there is an outcome. It never raises for what a player does; the only
exception that passes is the cancellation of the run.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from conductor_core.attempt import Limits, attempt
from conductor_core.border import admit, copied
from conductor_core.failed import StepFault
from conductor_core.failure.ladder import Decision, Situation, decide
from conductor_core.failure.purse import FREE, Price, Purse, cheaper
from conductor_core.gate import gate_error, written_ladder
from conductor_core.ports import PlayRequest, rng_for
from conductor_core.schedule.slots import Rank
from conductor_core.scope import Names
from conductor_core.stage import Stage
from workflow_ir.canonical import canonical_json
from workflow_ir.events import EventKind
from workflow_ir.ids import RunPath, StepAddress
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Jitter, Rung
from workflow_ir.result import Attempt, StepRecord, StepStatus
from workflow_ir.steps import Guard
from workflow_ir.taxonomy import ErrorClass


@dataclass(frozen=True, slots=True)
class Part:
    """One player that may be asked."""

    player: str
    claim_s: float | None = None
    """Its own claim of a time limit; the smaller of it and the policy holds."""
    effects_once: bool = False
    """It may act at most once."""
    cost: Price = FREE
    """What it declares for one attempt."""


@dataclass(frozen=True, slots=True)
class Performance:
    """One thing to perform: who, with what, under which guard."""

    path: RunPath
    address: StepAddress
    guard: Guard
    parts: tuple[Part, ...]
    """The player and, after it, its fallbacks in order."""
    with_: dict[str, Any]
    has_with: bool
    arguments: tuple[Any, ...]
    """Of a ``run:`` step: the values that its command's template reads."""
    prompt: str | None
    env: Names
    """Names that the gate may read, without ``output``."""
    rank: Rank
    """In the queue for a place."""
    wanted: Callable[[], bool]
    """Whether an attempt may still begin."""
    in_map: bool
    purse: Purse
    """What attempts are paid from."""
    module: str = ""
    """The sub-melody whose players are meant; empty: the Melody itself."""
    idempotency_key: str | None = None
    """As written; None: made of the step and its inputs."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """No attempt was made: there is no money or time for it."""

    error: StandardError


async def perform(task: Performance, record: StepRecord, stage: Stage) -> None:
    """Carry out one performance and write its outcome into ``record``.

    Afterwards ``record.status`` is ``succeeded``, ``recovered``, ``gap``, ``failed``, or
    ``cancelled`` where the player reported class ``cancelled``.

    Raises:
        asyncio.CancelledError: The run cancels this step; the attempt going on is recorded.
    """
    with stage.paused.working():
        await _perform(task, record, stage)


async def _perform(task: Performance, record: StepRecord, stage: Stage) -> None:
    clock, policy, cutoff = stage.clock, task.guard.policy, task.purse.cutoff()
    part, *others = task.parts
    limits, failures, n = Limits.of(policy, part.claim_s, clock.now(), cutoff), 0, 0
    while True:
        with stage.playing(task.module, part.player):
            answer = await _attempt(task, part, n + 1, limits, record, stage)
        judged = answer.error if isinstance(answer, _Refused) else _accept(task, answer, stage)
        made = not isinstance(answer, _Refused)
        n, failures = n + made, failures + made
        if isinstance(judged, Success):
            record.attempts.append(Attempt(n, part.player, "success"))
            _succeed(record, judged, first=n == 1 and part is task.parts[0])
            return
        decision = _decide(task, judged, _Tried(part, failures, n, others), limits, stage)
        if made:
            record.attempts.append(_failed(n, part.player, judged, decision))
            stage.emit(EventKind.ATTEMPT_FAILED, task.path, n=n, player=part.player, error=judged)
        facts: dict[str, Any] = {} if made else {"error": judged}
        stage.emit(EventKind.DECISION, task.path, n=n, **facts, **decision.to_json())
        match decision.rung:
            case Rung.RETRY:
                await clock.sleep(decision.delay_s, path=task.path)
            case Rung.FALLBACK:
                while part.player != decision.target:
                    part, *others = others
                limits, failures = Limits.of(policy, part.claim_s, clock.now(), cutoff), 0
            case rung:
                record.status, record.error = _end_of(rung, judged), judged
                return


async def _attempt(
    task: Performance, part: Part, n: int, limits: Limits, record: StepRecord, stage: Stage
) -> Success | StandardError | _Refused:
    """Wait for a place, then ask. An attempt begins when it has its place, not in the queue."""
    queued = stage.clock.now()
    await stage.enter(stage.slots, task.rank, task.wanted)
    limits.queued(stage.clock.now() - queued)
    try:
        refused = _refused(task, part, limits, stage.clock.now())
        if refused is not None:
            return _Refused(refused)
        record.player = part.player
        stage.emit(EventKind.ATTEMPT_STARTED, task.path, n=n, player=part.player)
        return await _ask(task, part, n, limits, stage)
    except asyncio.CancelledError:
        record.attempts.append(Attempt(n, part.player, "cancelled", cancelled_by_run()))
        raise
    finally:
        stage.slots.leave()


def _refused(task: Performance, part: Part, limits: Limits, now: float) -> StandardError | None:
    """Why no attempt may begin: the time is over, or there is no money left for it."""
    if limits.cutoff is not None and now >= limits.cutoff.at:
        return limits.cutoff.error()
    return task.purse.lacks(part.cost)


def cancelled_by_run() -> StandardError:
    """The error of what the run itself stopped."""
    return StandardError.of("cancelled", "cancelled by the run", origin="conductor")


def _succeed(record: StepRecord, answer: Success, *, first: bool) -> None:
    record.output = answer.output
    record.synthetic = answer.synthetic
    record.status = StepStatus.SUCCEEDED if first else StepStatus.RECOVERED


def _failed(n: int, player: str, error: StandardError, decision: Decision) -> Attempt:
    cancelled = error.error_class is ErrorClass.CANCELLED
    return Attempt(
        n,
        player,
        "cancelled" if cancelled else "error",
        error,
        decision.rung.value,
        decision.delay_s,
    )


def _end_of(rung: Rung, error: StandardError) -> StepStatus:
    if rung is Rung.SKIP:
        return StepStatus.GAP
    cancelled = error.error_class is ErrorClass.CANCELLED
    return StepStatus.CANCELLED if cancelled else StepStatus.FAILED


async def _ask(
    task: Performance, part: Part, n: int, limits: Limits, stage: Stage
) -> Success | StandardError:
    player = part.player
    found = stage.context.players.find(player, task.path, task.address, task.module)
    if isinstance(found, StandardError):
        return found
    key = task.idempotency_key
    request = PlayRequest(
        path=task.path,
        address=task.address,
        player=player,
        with_=copied(task.with_),
        has_with=task.has_with,
        prompt=task.prompt,
        output=task.guard.output,
        attempt=n,
        parameters={},
        idempotency_key=key
        or _idempotency_key(stage.context.run, task.path, player, [task.with_, *task.arguments]),
        arguments=tuple(copied(value) for value in task.arguments),
    )
    told = FREE
    task.purse.reserve(part.cost)
    try:
        answer = await attempt(found, request, limits, stage.clock)
        told = _told_cost(answer)
    finally:
        task.purse.settle(part.cost, told)
    return answer


def _told_cost(answer: Success | StandardError) -> Price:
    """What the player told of the cost of its attempt."""
    if isinstance(answer, Success):
        return Price(answer.usd, answer.tokens)
    cost = answer.detail.get("cost", {})
    return Price(cost.get("usd", 0.0), cost.get("tokens", 0))


def _accept(
    task: Performance, answer: Success | StandardError, stage: Stage
) -> Success | StandardError:
    """Validate an answer, fill in its absent optional fields, and check the gate."""
    if isinstance(answer, StandardError):
        return answer
    try:
        output = admit(answer.output, task.guard.output, stage.evaluator)
    except StepFault as fault:
        return fault.error
    if output is not answer.output:
        answer = replace(answer, output=output)
    return _gated(task, answer, stage)


def _gated(task: Performance, answer: Success, stage: Stage) -> Success | StandardError:
    error = gate_error(task.guard, answer.output, task.env, task.path, stage)
    return answer if error is None else error


@dataclass(frozen=True, slots=True)
class _Tried:
    """How far a performance has come."""

    part: Part
    failures: int
    """Of this player."""
    n: int
    others: list[Part]


def _decide(
    task: Performance, error: StandardError, tried: _Tried, limits: Limits, stage: Stage
) -> Decision:
    guard, context = task.guard, stage.context
    written = guard.policy.retry.jitter
    return decide(
        Situation(
            error=error,
            failures=tried.failures,
            alternatives=tuple(other.player for other in tried.others),
            retry=guard.policy.retry,
            importance=guard.importance,
            on_failure=written_ladder(guard, error),
            gap_accepted=guard.gap_accepted and not task.in_map,
            effects_once=tried.part.effects_once,
            time_left_s=limits.left(stage.clock.now()),
            jitter=written or (Jitter.NONE if context.scripted else Jitter.FULL),
            rng=rng_for(context.seed or context.run, task.path, tried.n),
            on_exceeded=guard.policy.on_exceeded,
            cheaper=_cheaper(tried, error),
        )
    )


def _cheaper(tried: _Tried, error: StandardError) -> str | None:
    others = tuple((other.player, other.cost) for other in tried.others)
    return cheaper(tried.part.cost, others, error.policy_limit or "") if others else None


def _idempotency_key(run: str, path: str, player: str, inputs: list[Any]) -> str:
    """Equal across retries of the same call; new for another player or other inputs (spec 3)."""
    head = f"{run}\x00{path}\x00{player}\x00".encode()
    return hashlib.sha256(head + canonical_json(inputs)).hexdigest()
