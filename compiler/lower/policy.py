"""Policies as written to policies of the IR."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.parse import syntax
from compiler.parse.syntax_values import literal_of
from workflow_ir.policy import Breaker, Budget, Hedge, Policy, Retry, RunPolicy

LIMITS = {
    "timeout": "timeout_s",
    "total_timeout": "total_timeout_s",
    "wall": "wall_s",
    "memory": "memory_bytes",
    "cpu": "cpu",
}
"""Bounds of one attempt or player, and what they are called in the IR."""
BUDGET = {"usd": "usd", "tokens": "tokens", "wall": "wall_s", "attempts": "attempts"}

Layers = Iterable[syntax.Policy | None]


def lower_policy(layers: Layers, *, defaults: syntax.Policy | None = None) -> Policy:
    """One policy from its layers, outermost first: bounds take the least, habits the innermost.

    Attempts are not bounded here: that needs the importance of the step (``bound_policy``). The
    budget is that of the innermost layer, since a step's is its own and a run's is in `RunPolicy`.

    Args:
        layers: As written; absent ones count for nothing.
        defaults: The user's: where no layer writes a value.
    """
    given = tuple(layers)
    own = given[-1] if given else None
    written = [layer for layer in given if layer is not None]
    fields: dict[str, Any] = {}
    for name, lowered in LIMITS.items():
        values = [value.value for layer in written if (value := getattr(layer, name)) is not None]
        default: Any = getattr(defaults, name, None)
        if values or default is not None:
            fields[lowered] = min(values) if values else default.value
    habits = [layer for layer in (defaults, *written) if layer is not None]
    for layer in habits:
        if layer.on_exceeded is not None:
            fields["on_exceeded"] = layer.on_exceeded.value
        if layer.breaker is not None:
            fields["breaker"] = _breaker(layer.breaker)
        if layer.hedge is not None:
            fields["hedge"] = _hedge(layer.hedge)
    return Policy(
        retry=lower_retry(layer.retry for layer in habits),
        budget=lower_budget([own.budget]) if own is not None else None,
        **fields,
    )


def lower_run_policy(layers: Layers, *, defaults: syntax.Policy | None = None) -> RunPolicy:
    """What holds for the whole run; arguments as of ``lower_policy``."""
    written = [layer for layer in layers if layer is not None]
    fields: dict[str, Any] = {}
    for policy in (defaults, *written):
        if policy is None:
            continue
        if policy.concurrency is not None:
            fields["concurrency"] = policy.concurrency.value
        if policy.on_step_failure is not None:
            fields["on_step_failure"] = policy.on_step_failure.value
    budget = lower_budget(
        [layer.budget for layer in written], defaults=None if defaults is None else defaults.budget
    )
    return RunPolicy(budget=budget, **fields)


def lower_budget(
    layers: Iterable[syntax.Budget | None], *, defaults: syntax.Budget | None = None
) -> Budget | None:
    """The least of each value; None without any."""
    written = [layer for layer in layers if layer is not None]
    fields: dict[str, Any] = {}
    for name, lowered in BUDGET.items():
        values = [value.value for layer in written if (value := getattr(layer, name)) is not None]
        default: Any = getattr(defaults, name, None)
        if values or default is not None:
            fields[lowered] = min(values) if values else default.value
    return Budget(**fields) if fields else None


def lower_retry(layers: Iterable[syntax.Retry | None]) -> Retry:
    """The innermost layer that writes a field decides it."""
    fields: dict[str, Any] = {}
    for layer in layers:
        if layer is None:
            continue
        if layer.max_attempts is not None:
            fields["max_attempts"] = layer.max_attempts.value
        if layer.backoff is not None:
            fields["backoff"] = layer.backoff.value
        if layer.initial is not None:
            fields["initial_s"] = layer.initial.value
        if layer.multiplier is not None:
            fields["multiplier"] = layer.multiplier.value
        if layer.max_delay is not None:
            fields["max_delay_s"] = layer.max_delay.value
        if layer.jitter is not None:
            fields["jitter"] = layer.jitter.value
        if layer.vary:
            fields["vary"] = tuple(literal_of(entry)[1] for entry in layer.vary)
        if layer.on:
            fields["on"] = tuple(code.value for code in layer.on)
    return Retry(**fields)


def _breaker(written: syntax.Breaker) -> Breaker:
    names = {"window": "window_s", "calls": "calls", "failures": "failures", "open": "open_s"}
    fields: dict[str, Any] = {
        lowered: value.value
        for name, lowered in names.items()
        if (value := getattr(written, name)) is not None
    }
    if written.state is not None:
        fields["state"] = written.state.value
    return Breaker(**fields)


def _hedge(written: syntax.Hedge) -> Hedge:
    most = {} if written.max is None else {"max": written.max.value}
    return Hedge(delay_s=written.delay.value, **most)
