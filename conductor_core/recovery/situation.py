"""The situation a performance is in after a failure, as the ladder wants to see it."""

from __future__ import annotations

from conductor_core.failure.breaker import Refusal
from conductor_core.failure.purse import cheaper
from conductor_core.failure.renewal import renewals
from conductor_core.failure.rules import matching
from conductor_core.failure.situation import Candidate, Situation
from conductor_core.failure.vary import varied
from conductor_core.gate import written_ladder
from conductor_core.performance import Going, Part
from conductor_core.pipeline.breaking import breaker_to
from conductor_core.ports import rng_for
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Jitter


def situation(going: Going, error: StandardError) -> Situation:
    """Everything the decision about this failure may depend on."""
    task, progress, stage = going.task, going.progress, going.stage
    guard, policy, context = task.guard, task.guard.policy, stage.context
    reconstruction = task.reconstruction
    usd, tokens = task.purse.left()
    alone = _refusal(going, progress.part)
    written_as, rungs = written_ladder(guard, error)
    return Situation(
        error=error,
        failures=progress.failures,
        alternatives=tuple(_candidate(going, part) for part in progress.others),
        rules=policy.rules,
        by_rule=tuple(progress.by_rule[k] for k in range(len(policy.rules))),
        importance=guard.importance,
        on_failure=rungs,
        written_as=written_as,
        recovery=policy.recovery,
        gap_accepted=guard.gap_accepted and not task.in_map,
        effects_once=progress.part.effects_once,
        time_left_s=progress.limits.left(stage.clock.now()),
        jitter=Jitter.NONE if context.scripted else Jitter.FULL,
        rng=rng_for(context.seed or context.run, task.path, progress.n),
        on_exceeded=policy.on_exceeded,
        cheaper=_cheaper(going, error),
        varied=_changes(going, error),
        refreshes_left=_refreshes_left(going, error),
        retry_token=progress.retry_token,
        breaker_open=alone is not None,
        breaker_left_s=None if alone is None else alone.retry_after_s,
        routes=tuple(_candidate(going, part) for part in task.peers(task.parts[0], progress.asked)),
        reconstructable=reconstruction is not None and reconstruction.possible(),
        human=task.ask is not None and context.people.present(f"{task.path}~escalate"),
        error_tolerance=policy.error_tolerance,
        price=progress.part.cost,
        money_left_usd=usd,
        tokens_left=tokens,
        struck=dict(progress.struck),
    )


def _candidate(going: Going, part: Part) -> Candidate:
    current = going.progress.part
    return Candidate(
        part.player,
        part.cost,
        breaker_open=_refusal(going, part) is not None,
        same_credential=current.target.shares_credential(part.target),
        history=going.stage.context.history.get(part.player, Candidate(part.player).history),
    )


def _refusal(going: Going, part: Part) -> Refusal | None:
    breaker = breaker_to(part.target, going.task.guard.policy, going.stage)
    return None if breaker is None else breaker.refusal()


def _refreshes_left(going: Going, error: StandardError) -> int:
    progress = going.progress
    return 0 if progress.part.refresh is None else max(0, renewals(error) - progress.refreshes)


def _changes(going: Going, error: StandardError) -> bool:
    policy, tries = going.task.guard.policy, going.progress.tries
    rule = matching(policy.rules, error)
    return rule is not None and bool(varied(policy, tries + 1, policy.rules[rule]))


def _cheaper(going: Going, error: StandardError) -> str | None:
    others = tuple((other.player, other.cost) for other in going.progress.others)
    if not others:
        return None
    return cheaper(going.progress.part.cost, others, error.policy_limit or "")
