"""Policies of steps as source: ``Policy(…)`` with what differs from the usual one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.policy.habits import (
    USUAL_ATTEMPTS,
    WALL_S,
    allowance,
    initial,
    leaves_gap,
    patience,
)
from adapters.emitter.policy.strategies import Strategies
from workflow_ir.policy import (
    Backoff,
    Breaker,
    Budget,
    Escalation,
    Jitter,
    Retry,
    Rung,
    Throttle,
)
from workflow_ir.steps import Guard, Play, Step

PolicyOf = Callable[[Guard, Step], Code | None]
"""A policy as source; None: it is the usual one."""


def policy_source(uses: Strategies) -> PolicyOf:
    """What writes the policies of a project's steps."""
    return partial(_policy_of_step, uses)


def _policy_of_step(uses: Strategies, guard: Guard, step: Step) -> Code | None:
    del step
    return policy_of(guard, uses)


def policy_of(guard: Guard, uses: Strategies) -> Code | None:
    """``Policy(…)`` with what differs from the usual one; None: nothing does."""
    facts = tuple(_facts(guard, uses))
    return _call("Policy", facts) if facts else None


def budget_of(budget: Budget | None, uses: Strategies) -> Code | None:
    """``Budget(…)`` with its bounds that something may reach; None: there are none."""
    written = budget or Budget()
    facts = {
        "usd": written.usd if uses.budget_usd else None,
        "tokens": written.tokens if uses.budget_tokens else None,
        "attempts": written.attempts if uses.budget_attempts else None,
        "wall_s": written.wall_s if uses.budget_wall else None,
    }
    bounds = [(name, literal(fact)) for name, fact in facts.items() if fact is not None]
    return _call("Budget", bounds) if bounds else None


def _facts(guard: Guard, uses: Strategies) -> Iterator[tuple[str, Code]]:
    """The arguments of ``Policy``, in the order of its fields."""
    policy = guard.policy
    plays = isinstance(guard.body, Play)
    if plays and uses.retry_fields:
        yield from _retry(guard, uses)
    if policy.timeout_s is not None:
        yield "timeout_s", literal(policy.timeout_s)
    if plays and policy.total_timeout_s is not None:
        yield "total_timeout_s", literal(policy.total_timeout_s)
    if plays and policy.wall_s != WALL_S:
        yield "wall_s", literal(policy.wall_s)
    if plays and policy.hedge is not None:
        usual = () if policy.hedge.max == 1 else (("max", literal(policy.hedge.max)),)
        yield "hedge", _call("Hedge", (("delay_s", literal(policy.hedge.delay_s)), *usual))
    yield from _ladders(guard, uses)
    if uses.escalate and policy.escalation != Escalation():
        yield from _escalation(guard, policy.escalation, uses)
    if (budget := budget_of(policy.budget, uses)) is not None:
        yield "budget", budget
    if policy.on_exceeded not in (None, "fail") and (uses.on_exceeded_skip or uses.cheaper):
        yield "on_exceeded", literal(policy.on_exceeded)
    if plays and not policy.may_degrade:
        yield "may_degrade", literal(False)  # noqa: FBT003 - a value of the Melody
    if plays and policy.breaker is not None:
        yield "breaker", _breaker(policy.breaker)
    if plays and policy.throttle is not None and uses.throttle:
        yield "throttle", _throttle(policy.throttle)


def _ladders(guard: Guard, uses: Strategies) -> Iterator[tuple[str, Code]]:
    policy, on_gate = guard.policy, None if guard.gate is None else guard.gate.on_fail
    if guard.on_failure is not None:
        yield "on_failure", _rungs(guard.on_failure, uses)
    if on_gate is not None:
        yield "on_gate", _rungs(on_gate, uses)
    if policy.recovery and uses.recovery:
        rows = ", ".join(
            f"{literal(key)}: {_rungs(rungs, uses)}" for key, rungs in policy.recovery.items()
        )
        yield "recovery", Code("{" + rows + "}")
    if uses.gaps and leaves_gap(guard):
        yield "gap", literal(True)  # noqa: FBT003 - a value of the Melody
        if uses.strict and policy.error_tolerance == "minimal":
            yield "strict", literal(True)  # noqa: FBT003


def _rungs(rungs: Iterable[Rung], uses: Strategies) -> Code:
    """A ladder up to its end, without rungs that are out of the question everywhere."""
    left: list[str] = []
    for rung in rungs:
        if rung is Rung.FAIL:
            break
        if rung is Rung.SKIP or getattr(uses, rung.value):
            left.append(rung.value)
    return literal(tuple(left))


def _retry(guard: Guard, uses: Strategies) -> Iterator[tuple[str, Code]]:
    rules = guard.policy.rules if uses.rules else guard.policy.rules[:1]
    written = [tuple(_rule(rule, guard, uses)) for rule in rules]
    if not any(written) and len(written) == 1:
        return
    calls = [_call("Retry", facts) for facts in written]
    yield "retry", _tuple(calls) if uses.rules else calls[0]


def _rule(rule: Retry, guard: Guard, uses: Strategies) -> Iterator[tuple[str, Code]]:
    usual = "exponential" if uses.exponential else "linear"
    if uses.attempts and allowance(rule, guard) != USUAL_ATTEMPTS:
        yield "max_attempts", literal(allowance(rule, guard))
    limit = patience(rule, guard)
    if uses.patience and limit is not None:
        yield "patience", literal(limit)
    if isinstance(rule.backoff, tuple):
        if uses.delays:
            yield "delays", literal(rule.backoff)
    else:
        if uses.shapes > 1 and rule.backoff.value != usual:
            yield "backoff", literal(rule.backoff.value)
        if uses.initial and initial(rule) != 1.0:
            yield "initial_s", literal(initial(rule))
        if uses.multiplier and rule.multiplier != 2.0 and rule.backoff is Backoff.EXPONENTIAL:
            yield "multiplier", literal(rule.multiplier)
    if uses.max_delay and rule.max_delay_s != 60.0:
        yield "max_delay_s", literal(rule.max_delay_s)
    if uses.jitter_written and rule.jitter is not None:
        yield "jitter", literal(rule.jitter is Jitter.FULL)
    if uses.vary and rule.vary:
        yield "vary", literal(rule.vary)
    if uses.on and rule.on:
        yield "on", literal(rule.on)


def _escalation(guard: Guard, asked: Escalation, uses: Strategies) -> Iterator[tuple[str, Code]]:
    facts: list[tuple[str, Code]] = []
    if asked.assignees:
        facts.append(("assignees", literal(asked.assignees)))
    if asked.expires_s != Escalation().expires_s:
        facts.append(("expires_s", literal(asked.expires_s)))
    written = Rung.SKIP in (guard.on_failure or ())
    if uses.skip_unanswered and asked.on_timeout == "skip" and (written or guard.gap_accepted):
        facts.append(("skip_unanswered", literal(True)))  # noqa: FBT003 - a value of the Melody
    if facts:
        yield "escalation", _call("Escalation", facts)


def _breaker(breaker: Breaker) -> Code:
    return _call("Rules", _differences(breaker, Breaker()))


def _throttle(throttle: Throttle) -> Code:
    return _call("Throttle", _differences(throttle, Throttle()))


def _differences(one: Breaker | Throttle, usual: Breaker | Throttle) -> list[tuple[str, Code]]:
    return [
        (name, literal(value))
        for name in type(one).model_fields
        if (value := getattr(one, name)) != getattr(usual, name)
    ]


def _call(name: str, facts: Iterable[tuple[str, Code]]) -> Code:
    written = joined([Code(f"{key}={fact}") for key, fact in facts], ", ")
    return Code(f"{name}({written})")


def _tuple(items: list[Code]) -> Code:
    return Code(f"({joined(items, ', ')},)" if len(items) == 1 else f"({joined(items, ', ')})")
