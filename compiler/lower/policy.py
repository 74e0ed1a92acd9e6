"""Policies as written to policies of the IR."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.parse import syntax
from workflow_ir.policy import Policy, Retry


def lower_policy(layers: Iterable[syntax.Policy | None]) -> Policy:
    """One policy from its layers, outermost first: bounds take the least, habits the innermost.

    Attempts are not bounded here: that needs the importance of the step (``bound_policy``).
    """
    written = [layer for layer in layers if layer is not None]
    bounds: dict[str, Any] = {}
    for name in ("timeout", "total_timeout", "wall"):
        values = [value.value for layer in written if (value := getattr(layer, name)) is not None]
        if values:
            bounds[f"{name}_s"] = min(values)
    return Policy(retry=lower_retry(layer.retry for layer in written), **bounds)


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
        if layer.on:
            fields["on"] = tuple(code.value for code in layer.on)
    return Retry(**fields)
