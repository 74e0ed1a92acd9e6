"""Policies as written to policies of the IR."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.parse import syntax
from compiler.parse.syntax_values import literal_of
from workflow_ir.policy import (
    Breaker,
    Budget,
    Escalation,
    Hedge,
    Policy,
    Retry,
    Rung,
    RunPolicy,
    Throttle,
)

LIMITS = {
    "timeout": "timeout_s",
    "total_timeout": "total_timeout_s",
    "wall": "wall_s",
    "memory": "memory_bytes",
    "cpu": "cpu",
}
"""Bounds of one attempt or player, and what they are called in the IR."""
BUDGET = {"usd": "usd", "tokens": "tokens", "wall": "wall_s", "attempts": "attempts"}

BREAKER = {
    "window": "window_s",
    "calls": "calls",
    "failures": "failures",
    "open": "open_s",
    "max_open": "max_open_s",
    "probes": "probes",
    "state": "state",
}

Rules = syntax.Retry | tuple[syntax.Retry, ...]
Layers = Iterable[syntax.Policy | None]


def lower_policy(
    layers: Layers,
    *,
    defaults: syntax.Policy | None = None,
    bounds: syntax.Policy | None = None,
) -> Policy:
    """One policy from its layers, outermost first: bounds take the least, habits the innermost.

    Of the habits ``recovery`` is merged by error, and ``notify`` adds up. ``may_degrade: false``
    and ``error_tolerance: minimal`` hold wherever they stand.

    Attempts are not bounded here: that needs the importance of the step (``bound_policy``). The
    budget is that of the innermost layer, since a step's is its own and a run's is in `RunPolicy`.

    Args:
        layers: As written; absent ones count for nothing.
        defaults: The user's: where no layer writes a value.
        bounds: Another layer, of which the bounds alone count.
    """
    given = tuple(layers)
    own = given[-1] if given else None
    written = [layer for layer in given if layer is not None]
    fields: dict[str, Any] = {}
    for name, lowered in LIMITS.items():
        binding = written if bounds is None else [bounds, *written]
        values = [value.value for layer in binding if (value := getattr(layer, name)) is not None]
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
        if layer.throttle is not None:
            fields["throttle"] = _throttle(layer.throttle)
        if layer.escalation is not None:
            fields["escalation"] = _escalation(layer.escalation)
    return Policy(
        retry=lower_retry(layer.retry for layer in habits),
        recovery=_recovery(habits),
        budget=lower_budget([own.budget]) if own is not None else None,
        **_together(written, defaults),
        **fields,
    )


def _together(layers: list[syntax.Policy], defaults: syntax.Policy | None) -> dict[str, Any]:
    """What a lower level adds to and cannot take back; the user's where no layer says it."""
    usual = [] if defaults is None else [defaults]
    notified = [layer for layer in layers if layer.notify] or usual
    told = dict.fromkeys(name.value for layer in notified for name in layer.notify)
    said = (layer.may_degrade for layer in layers)
    degrades = [one for one in said if one] or [one.may_degrade for one in usual if one.may_degrade]
    said_too = (layer.error_tolerance for layer in layers)
    tolerates = [one for one in said_too if one] or [
        one.error_tolerance for one in usual if one.error_tolerance
    ]
    minimal = any(one.value == "minimal" for one in tolerates)
    return {
        "notify": tuple(told),
        "may_degrade": all(one.value for one in degrades),
        "error_tolerance": "minimal" if minimal else "moderate",
    }


def _recovery(habits: list[syntax.Policy]) -> dict[str, tuple[Rung, ...]]:
    """By error, sorted: the ladder of the innermost layer that names it."""
    found = {
        one.error.value: tuple(rung.value for rung in one.rungs)
        for layer in habits
        for one in layer.recovery
    }
    return dict(sorted(found.items()))


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


def lower_retry(layers: Iterable[Rules | None]) -> Retry | tuple[Retry, ...]:
    """The innermost layer that writes a field decides it; a list of rules stands for itself."""
    maps: list[syntax.Retry] = []
    rules: tuple[Retry, ...] = ()
    for layer in layers:
        if isinstance(layer, tuple):
            maps, rules = [], tuple(_rule([rule]) for rule in layer)
        elif layer is not None:
            maps, rules = [*maps, layer], ()
    return rules or _rule(maps)


def _rule(layers: Iterable[syntax.Retry]) -> Retry:
    fields: dict[str, Any] = {}
    for layer in layers:
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
    fields: dict[str, Any] = {
        lowered: value.value
        for name, lowered in BREAKER.items()
        if (value := getattr(written, name)) is not None
    }
    if written.ramp is not None:
        fields["ramp"] = tuple(share for share in written.ramp.value if share < 1)
    longest = Breaker().max_open_s
    if written.max_open is None and written.open is not None and written.open.value > longest:
        fields["max_open_s"] = written.open.value
    return Breaker(**fields)


def _hedge(written: syntax.Hedge) -> Hedge:
    most = {} if written.max is None else {"max": written.max.value}
    return Hedge(delay_s=written.delay.value, **most)


def _throttle(written: syntax.Throttle) -> Throttle:
    fields: dict[str, Any] = {
        name: float(value.value)
        for name in ("tokens", "ratio")
        if (value := getattr(written, name)) is not None
    }
    return Throttle(**fields)


def _escalation(written: syntax.Escalation) -> Escalation:
    fields: dict[str, Any] = {"assignees": tuple(name.value for name in written.assignees)}
    if written.expires is not None:
        fields["expires_s"] = written.expires.value
    if written.on_timeout is not None:
        fields["on_timeout"] = written.on_timeout.value
    return Escalation(**fields)
