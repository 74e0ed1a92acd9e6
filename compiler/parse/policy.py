"""``policy``: bounds and habits after failures (spec 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable

from compiler.parse.atoms import boolean, integer, number, text, texts, word_of
from compiler.parse.packs import is_of_a_pack, with_packs
from compiler.parse.quantities import share, size, time_limit
from compiler.parse.reading import Reading
from compiler.parse.recovery import escalation, recovery, rungs
from compiler.parse.retry import RETRY, retry
from compiler.parse.safeguards import breaker, hedge, throttle
from compiler.parse.syntax import Budget, ErrorTolerance, Gate, OnStepFailure, Policy, Spanned
from compiler.parse.tree import MapNode, Node
from compiler.parse.values import condition
from workflow_ir.span import Span

OF_A_STEP = (
    "use",
    "retry",
    "recovery",
    "timeout",
    "total_timeout",
    "budget",
    "on_exceeded",
    "memory",
    "cpu",
    "breaker",
    "hedge",
    "throttle",
    "escalation",
    "notify",
    "may_degrade",
    "error_tolerance",
)
OF_A_MELODY = (*OF_A_STEP, "wall", "concurrency", "on_step_failure")
OF_A_PACK = tuple(key for key in OF_A_MELODY if key not in ("use", "wall"))
"""Beside its ``description``."""
NOT_IN_A_PACK = {
    "use": "a pack uses no other packs: name them all where it is used",
    "wall": "the wall is the project's alone: write it in its `policy`",
    "policy": "the keys stand at the top of a pack, without `policy:` round them",
}

on_step_failure: Callable[[Reading, Node, str], Spanned[OnStepFailure] | None] = word_of(
    "cancel", "finish_independent"
)
error_tolerance: Callable[[Reading, Node, str], Spanned[ErrorTolerance] | None] = word_of(
    "minimal", "moderate"
)


def step_policy(reading: Reading, node: Node, at: Span) -> Policy | None:
    """The policy of one step."""
    return _policy(reading, node, at, OF_A_STEP)


def run_policy(reading: Reading, node: Node, at: Span) -> Policy | None:
    """The policy of a Melody or a project: also holds for the run."""
    return _policy(reading, node, at, OF_A_MELODY)


def packed(reading: Reading, node: Node) -> Node:
    """A policy, or the changes of one, with its packs in it, as a tree."""
    return with_packs(reading, node, _pack)


def _policy(reading: Reading, node: Node, at: Span, keys: tuple[str, ...]) -> Policy | None:
    """What packs say of a whole run is nothing at a step, and left out there."""
    whole = packed(reading, node)
    if whole is not node and isinstance(whole, MapNode):
        entries = whole.entries
        kept = (one for one in entries if one[0].text in keys or not is_of_a_pack(one[0].span.file))
        whole = MapNode(tuple(kept), whole.span)
    return _read(
        reading,
        whole,
        at,
        keys,
        lambda key: (
            f"`{key}` stands in the `policy` of the Melody" if key in OF_A_MELODY else _help(key)
        ),
    )


def _pack(reading: Reading, node: MapNode) -> None:
    """Report what is wrong in a pack."""
    described = node.get("description")
    if described is not None:
        text(reading, described, "description")
    rest = tuple(entry for entry in node.entries if entry[0].text != "description")
    _read(
        reading,
        MapNode(rest, node.span),
        node.span,
        OF_A_PACK,
        lambda key: NOT_IN_A_PACK.get(key) or _help(key),
        name="this policy pack",
    )


def _read(
    reading: Reading,
    node: Node,
    at: Span,
    keys: tuple[str, ...],
    elsewhere: Callable[[str], str | None],
    *,
    name: str | None = None,
) -> Policy | None:
    fields = reading.fields(node, "policy", keys, at=at, name=name, elsewhere=elsewhere)
    if fields is None:
        return None
    return Policy(
        at.to(node.span),
        retry=fields.read_at("retry", retry),
        recovery=fields.read_all("recovery", recovery),
        timeout=fields.read("timeout", time_limit),
        total_timeout=fields.read("total_timeout", time_limit),
        wall=fields.read("wall", time_limit),
        budget=fields.read_at("budget", _budget),
        on_exceeded=fields.read("on_exceeded", word_of("fail", "skip", "cheaper")),
        memory=fields.read("memory", size),
        cpu=fields.read("cpu", share),
        breaker=fields.read_at("breaker", breaker),
        hedge=fields.read_at("hedge", hedge),
        throttle=fields.read_at("throttle", throttle),
        escalation=fields.read_at("escalation", escalation),
        notify=fields.read_all("notify", texts),
        may_degrade=fields.read("may_degrade", boolean),
        error_tolerance=fields.read("error_tolerance", error_tolerance),
        concurrency=fields.read("concurrency", integer(1)),
        on_step_failure=fields.read("on_step_failure", on_step_failure),
    )


def _help(key: str) -> str | None:
    if key in RETRY:
        return f"`{key}` stands inside `retry`"
    if key in ("on_failure", "importance", "priority", "fallback"):
        return f"`{key}` stands beside `policy`, not in it"
    return None


def _budget(reading: Reading, node: Node, at: Span) -> Budget | None:
    fields = reading.fields(node, "budget", ("usd", "tokens", "wall", "attempts"), at=at)
    if fields is None:
        return None
    return Budget(
        at.to(node.span),
        usd=fields.read("usd", number(0)),
        tokens=fields.read("tokens", integer(0)),
        wall=fields.read("wall", time_limit),
        attempts=fields.read("attempts", integer(1)),
    )


def gate(reading: Reading, node: Node, at: Span) -> Gate | None:
    """``gate``: ``check`` and/or ``score`` with ``at_least``."""
    fields = reading.fields(node, "gate", ("check", "score", "at_least", "on_fail"), at=at)
    if fields is None:
        return None
    if "check" not in fields and "score" not in fields:
        reading.report(
            "MEL113", "`gate` has no `check`", at, help="write `gate: {check: output.n > 0}`"
        )
        return None
    if ("score" in fields) != ("at_least" in fields):
        there, missing = ("score", "at_least") if "score" in fields else ("at_least", "score")
        reading.report(
            "MEL113", f"`gate` has `{there}` but no `{missing}`", fields.span(there),
            help=f"add `{missing}`",
        )  # fmt: skip
    return Gate(
        at.to(node.span),
        check=fields.read("check", condition),
        score=fields.read("score", condition),
        at_least=fields.read("at_least", number(0)),
        on_fail=fields.read("on_fail", rungs),
    )
