"""What a Melody uses, found in its IR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain
from typing import Final

from adapters.emitter.policy.alternatives import (
    fallback_order,
    managers,
    peers_of,
    performers,
    share_credentials,
)
from adapters.emitter.policy.habits import (
    USUAL_ATTEMPTS,
    WALL_S,
    allowance,
    initial,
    is_steep,
    leaves_gap,
    patience,
    rungs_of,
    written_rungs,
)
from adapters.emitter.policy.http_methods import SAFE_METHODS, method_of
from adapters.emitter.policy.strategies import Strategies
from workflow_ir.players import (
    AgentPlayer,
    CallPlayer,
    CommandPlayer,
    FrameworkPlayer,
    HttpPlayer,
    ModelPlayer,
)
from workflow_ir.policy import Backoff, Budget, Jitter, Policy, Retry, Rung
from workflow_ir.steps import (
    Approval,
    Guard,
    Layers,
    Play,
    Step,
    Wait,
    every_step,
    holds_scopes,
    layers,
)
from workflow_ir.workflow import WorkflowIR

_USUAL: Final = Retry()


def used_strategies(ir: WorkflowIR) -> Strategies:
    """Those that a Melody and its sub-melodies use."""
    melodies = (ir, *ir.modules.values())
    every = [(one, melody) for melody in melodies for one in _every_layers(melody)]
    found = [replace(_of_step(one, melody), timed=_is_timed(one)) for one, melody in every]
    used = Strategies(
        **{
            field.name: any(getattr(one, field.name) for one in found)
            for field in fields(Strategies)
        }
    )
    return _of_melodies(melodies, used).consistent()


def _every_layers(ir: WorkflowIR) -> Iterator[Layers]:
    """The layers of every step, and of what undoes one."""
    for step in every_step(ir.root):
        yield from _and_what_undoes(step)


def _and_what_undoes(step: Step) -> Iterator[Layers]:
    here = layers(step)
    yield here
    if here.guard is not None and here.guard.compensate is not None:
        yield layers(step.model_copy(update={"body": here.guard.compensate.body}))


def _is_timed(here: Layers) -> bool:
    """Whether it is waited for a condition, or a limit begins only after a wait."""
    policy = Policy() if here.guard is None else here.guard.policy
    limited = policy.timeout_s is not None or policy.budget is not None
    moved = here.window is not None and limited and holds_scopes(here.verb)
    return here.require is not None or moved


def _of_step(here: Layers, ir: WorkflowIR) -> Strategies:
    """What one step uses."""
    verb, guard = here.verb, here.guard
    asks = isinstance(verb, Approval) or (isinstance(verb, Wait) and verb.event is not None)
    if guard is None:
        return Strategies(people=asks)
    used = _of_guard(guard, verb_holds_scopes=holds_scopes(verb))
    if isinstance(verb, Play):
        used = _of_play(used, guard, verb, ir)
    elif guard.reconstruct is not None:
        used = replace(_of_players(used, _makers(guard), ir), plays=True, refresh=False)
    return replace(used, people=used.people or asks)


def _of_guard(guard: Guard, *, verb_holds_scopes: bool) -> Strategies:
    """What the guard of any step uses, whatever its verb."""
    policy, rungs = guard.policy, rungs_of(guard)
    gap = leaves_gap(guard)
    asked = policy.escalation
    escalates = Rung.ESCALATE in written_rungs(guard) or (
        asked != type(asked)() and (verb_holds_scopes or isinstance(guard.body, Play))
    )
    written_skip = Rung.SKIP in written_rungs(guard)
    unanswered = asked.on_timeout == "skip" and (written_skip or guard.gap_accepted)
    skips = written_skip or (gap and Rung.SKIP in rungs) or (escalates and unanswered)
    exceeded = policy.on_exceeded == "skip" and gap
    budget = policy.budget or Budget()
    return Strategies(
        on_failure=guard.on_failure is not None,
        on_gate=guard.gate is not None and guard.gate.on_fail is not None,
        # A person may say so, too.
        skip=skips or exceeded or escalates,
        gaps=gap and (Rung.SKIP in rungs or exceeded),
        reconstruct=guard.reconstruct is not None and Rung.RECONSTRUCT in rungs,
        escalate=escalates,
        people=escalates,
        skip_unanswered=escalates and unanswered,
        compensate=guard.compensate is not None,
        keys=guard.idempotency_key is not None,
        scope_timeout=policy.timeout_s is not None and not isinstance(guard.body, Play),
        budget_usd=budget.usd is not None,
        budget_tokens=budget.tokens is not None,
        budget_attempts=budget.attempts is not None,
        budget_wall=budget.wall_s is not None,
        on_exceeded_skip=exceeded,
    )


def _of_players(used: Strategies, names: Iterable[str], ir: WorkflowIR) -> Strategies:
    """What those use that may be asked at a step."""
    players = [ir.players[name] for name in names if name in ir.players]
    return replace(
        used,
        remote=any(not isinstance(player, CommandPlayer | CallPlayer) for player in players),
        schema=any(
            isinstance(player, AgentPlayer | FrameworkPlayer | ModelPlayer) for player in players
        ),
        refresh=any(player.refresh is not None for player in players),
        claims=any(player.timeout_s is not None for player in players),
        once=any(player.effects == "once" for player in players),
        grants=any((player.grant_attempts or 1) > 1 for player in players),
        credentials=(used.fallback or used.reroute) and share_credentials(players, ir.models),
    )


def _of_play(used: Strategies, guard: Guard, verb: Play, ir: WorkflowIR) -> Strategies:
    """What a step that a player performs uses besides."""
    policy, rungs = guard.policy, rungs_of(guard)
    orders = [fallback_order(ir, first) for first in performers(ir, verb)]
    longest, peers = max(map(len, orders)), peers_of(ir, verb)
    falls = longest > 1 and (Rung.FALLBACK in rungs or policy.on_exceeded == "cheaper")
    reroutes = Rung.REROUTE in rungs and len(peers) > 0
    used = replace(
        used,
        plays=True,
        fallback=falls,
        reroute=reroutes,
        routes=reroutes and verb.route is not None,
        provides=reroutes and verb.route is None,
        busy=verb.route is not None and verb.route.balance == "least_loaded",
        arguments=verb.arguments is not None,
        prompts=verb.prompt is not None,
        prices_count=(falls and longest > 2) or (reroutes and len(peers) > 1),
        timeout=policy.timeout_s is not None,
        total_timeout=policy.total_timeout_s is not None,
        wall=policy.wall_s != WALL_S,
        recovery=bool(policy.recovery),
        strict=used.gaps and policy.error_tolerance == "minimal",
        step_budget=policy.budget is not None,
        cheaper=policy.on_exceeded == "cheaper" and longest > 1,
        degrade=not policy.may_degrade,
        breaker=policy.breaker is not None,
        throttle=policy.throttle is not None,
        hedge=policy.hedge is not None,
        attempts=any(allowance(rule, guard) != USUAL_ATTEMPTS for rule in policy.rules),
    )
    names = [*chain.from_iterable(orders), *(peers if reroutes else ()), *managers(ir)]
    used = _of_players(used, [*names, *_makers(guard)], ir)
    again = any(allowance(rule, guard) > 1 for rule in policy.rules)
    retries = used.grants or (Rung.RETRY in rungs and again)
    # After a retry, or when a person wants it tried again.
    varies = (retries or used.escalate) and any(any(rule.vary) for rule in policy.rules)
    used = replace(used, vary=varies, refresh=used.refresh and retries)
    return _of_rules(used, guard) if retries else used


def _makers(guard: Guard) -> tuple[str, ...]:
    """Who makes a missing output."""
    return () if guard.reconstruct is None else (guard.reconstruct.player,)


def _of_rules(used: Strategies, guard: Guard) -> Strategies:
    """What the retry rules of a step use."""
    rules = guard.policy.rules
    plain = [rule for rule in rules if not isinstance(rule.backoff, tuple)]
    patient = any(patience(rule, guard) is not None for rule in rules)
    return replace(
        used,
        retry=True,
        rules=len(rules) > 1,
        on=any(rule.on for rule in rules),
        patience=patient and used.fallback,
        exponential=any(rule.backoff is Backoff.EXPONENTIAL for rule in rules),
        linear=any(rule.backoff is Backoff.LINEAR for rule in rules),
        constant=any(rule.backoff is Backoff.CONSTANT for rule in rules),
        delays=len(plain) < len(rules),
        initial=any(initial(rule) != 1.0 for rule in plain),
        multiplier=any(rule.multiplier != _USUAL.multiplier for rule in plain),
        steep=any(is_steep(rule, guard) for rule in plain),
        max_delay=any(rule.max_delay_s != _USUAL.max_delay_s for rule in rules),
        jitter=any(rule.jitter is not Jitter.NONE for rule in rules),
        jitter_written=any(rule.jitter is not None for rule in rules),
    )  # fmt: skip


def _of_melodies(melodies: tuple[WorkflowIR, ...], used: Strategies) -> Strategies:
    """What the Melodies as a whole use, and what their players do where they may be asked."""
    budgets = [melody.policy.budget or Budget() for melody in melodies]
    players = list(chain.from_iterable(melody.players.values() for melody in melodies))
    usd = used.budget_usd or any(budget.usd is not None for budget in budgets)
    tokens = used.budget_tokens or any(budget.tokens is not None for budget in budgets)
    attempts = used.budget_attempts or any(budget.attempts is not None for budget in budgets)
    wall = used.budget_wall or any(budget.wall_s is not None for budget in budgets)
    prices = {player.cost.usd for player in players if player.cost is not None}
    return replace(
        used,
        costs=any(player.cost is not None for player in players),
        prices_count=used.prices_count and any(price > 0 for price in prices),
        budget=usd or tokens or attempts,
        budget_usd=usd,
        budget_tokens=tokens,
        budget_attempts=attempts,
        budget_wall=wall,
        changes=any(isinstance(one, HttpPlayer) and method_of(one) not in SAFE_METHODS
                    for one in players),
        manager=any(melody.process is not None for melody in melodies),
        concurrency=any(one.limits is not None and one.limits.concurrency is not None
                        for one in players),
        per_minute=any(one.limits is not None and one.limits.per_minute is not None
                       for one in players),
        paused_time=wall and used.people,
    )  # fmt: skip
