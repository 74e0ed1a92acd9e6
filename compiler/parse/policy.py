"""``policy``: bounds and habits after failures (spec 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable

from compiler.parse.atoms import integer, member_of, number, texts, word_of, words_of
from compiler.parse.models import parameters
from compiler.parse.quantities import duration, part, share, size, time_limit
from compiler.parse.reading import Fields, Reading
from compiler.parse.sampling import SAMPLING
from compiler.parse.syntax import (
    Breaker,
    BreakerState,
    Budget,
    Gate,
    Hedge,
    OnStepFailure,
    Policy,
    Retry,
    Spanned,
)  # fmt: skip
from compiler.parse.syntax_values import Map
from compiler.parse.tree import ListNode, Node, ScalarNode
from compiler.parse.values import condition
from workflow_ir.diagnostics import Note
from workflow_ir.policy import Backoff, Jitter, Rung
from workflow_ir.span import Span

OF_A_STEP = (
    "retry",
    "timeout",
    "total_timeout",
    "budget",
    "on_exceeded",
    "memory",
    "cpu",
    "breaker",
    "hedge",
)
OF_A_MELODY = (*OF_A_STEP, "wall", "concurrency", "on_step_failure")
RETRY = (
    "max_attempts",
    "max_retries",
    "backoff",
    "initial",
    "multiplier",
    "max_delay",
    "jitter",
    "vary",
    "on",
)
VARIED = ("model", *SAMPLING)
BREAKER = ("window", "calls", "failures", "open", "state")
HEDGE = ("delay", "max")

on_step_failure: Callable[[Reading, Node, str], Spanned[OnStepFailure] | None] = word_of(
    "cancel", "finish_independent"
)
breaker_state: Callable[[Reading, Node, str], Spanned[BreakerState] | None] = word_of(
    "automatic", "forced_open", "disabled"
)


def step_policy(reading: Reading, node: Node, at: Span) -> Policy | None:
    """The policy of one step."""
    return _policy(reading, node, at, OF_A_STEP)


def run_policy(reading: Reading, node: Node, at: Span) -> Policy | None:
    """The policy of a Melody or a project: also holds for the run."""
    return _policy(reading, node, at, OF_A_MELODY)


def _policy(reading: Reading, node: Node, at: Span, keys: tuple[str, ...]) -> Policy | None:
    fields = reading.fields(
        node,
        "policy",
        keys,
        at=at,
        elsewhere=lambda key: (
            f"`{key}` stands in the `policy` of the Melody" if key in OF_A_MELODY else _help(key)
        ),
    )
    if fields is None:
        return None
    return Policy(
        at.to(node.span),
        retry=fields.read_at("retry", _retry),
        timeout=fields.read("timeout", time_limit),
        total_timeout=fields.read("total_timeout", time_limit),
        wall=fields.read("wall", time_limit),
        budget=fields.read_at("budget", _budget),
        on_exceeded=fields.read("on_exceeded", word_of("fail", "skip", "cheaper")),
        memory=fields.read("memory", size),
        cpu=fields.read("cpu", share),
        breaker=fields.read_at("breaker", _breaker),
        hedge=fields.read_at("hedge", _hedge),
        concurrency=fields.read("concurrency", integer(1)),
        on_step_failure=fields.read("on_step_failure", on_step_failure),
    )


def _help(key: str) -> str | None:
    if key in RETRY:
        return f"`{key}` stands inside `retry`"
    if key in ("on_failure", "importance", "priority", "fallback"):
        return f"`{key}` stands beside `policy`, not in it"
    return None


def _retry(reading: Reading, node: Node, at: Span) -> Retry | None:
    fields = reading.fields(node, "retry", RETRY, at=at)
    if fields is None:
        return None
    return Retry(
        at.to(node.span),
        max_attempts=_max_attempts(fields),
        backoff=fields.read("backoff", _backoff),
        initial=fields.read("initial", duration),
        multiplier=fields.read("multiplier", number(1)),
        max_delay=fields.read("max_delay", duration),
        jitter=fields.read("jitter", member_of(Jitter)),
        vary=fields.read_all("vary", _vary),
        on=fields.read_all("on", texts),
    )


def _max_attempts(fields: Fields) -> Spanned[int] | None:
    attempts = fields.read("max_attempts", integer(1))
    retries = fields.read("max_retries", integer(0))
    if "max_attempts" in fields and "max_retries" in fields:
        fields.reading.report(
            "MEL117",
            "`max_attempts` and `max_retries` say the same in two ways",
            fields.span("max_retries"),
            notes=(Note("`max_attempts` is written", fields.span("max_attempts")),),
            help="keep `max_attempts`; it counts the first attempt too",
        )
    if attempts is None and retries is not None:
        return Spanned(retries.value + 1, retries.span)
    return attempts


def _backoff(
    reading: Reading, node: Node, name: str
) -> Spanned[Backoff | tuple[float, ...]] | None:
    if isinstance(node, ListNode) and node.items:
        delays = [duration(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items)]
        found = tuple(delay.value for delay in delays if delay is not None)
        return Spanned(found, node.span) if len(found) == len(delays) else None
    if isinstance(node, ScalarNode):
        word = member_of(Backoff)(reading, node, name)
        return None if word is None else Spanned(word.value, word.span)
    words = ", ".join(f"`{kind.value}`" for kind in Backoff)
    reading.wrong_shape(node, name, f"{words} or a list of delays")
    return None


def _vary(reading: Reading, node: Node, name: str) -> tuple[Map, ...] | None:
    if not isinstance(node, ListNode):
        reading.wrong_shape(node, name, "a list of maps", help="write `vary: [{temperature: 0.2}]`")
        return None
    found = (_varied(reading, item, f"{name}[{k}]") for k, item in enumerate(node.items))
    return tuple(item for item in found if item is not None)


def _varied(reading: Reading, node: Node, name: str) -> Map | None:
    fields = reading.fields(node, "vary", VARIED, at=None, name=name)
    if fields is None:
        return None
    return parameters(fields, VARIED) or Map((), node.span)


def _breaker(reading: Reading, node: Node, at: Span) -> Breaker | None:
    fields = reading.fields(node, "breaker", BREAKER, at=at)
    if fields is None:
        return None
    return Breaker(
        at.to(node.span),
        window=fields.read("window", time_limit),
        calls=fields.read("calls", integer(1)),
        failures=fields.read("failures", part),
        open=fields.read("open", time_limit),
        state=fields.read("state", breaker_state),
    )


def _hedge(reading: Reading, node: Node, at: Span) -> Hedge | None:
    fields = reading.fields(node, "hedge", HEDGE, at=at, required=("delay",))
    if fields is None:
        return None
    delay, most = fields.read("delay", time_limit), fields.read("max", integer(1))
    return Hedge(at.to(node.span), delay, most) if delay else None


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


_RUNGS_ELSEWHERE = {"continue": "skip", "ignore": "skip"}
"""Words of other tools for going on without the output."""


def rungs(reading: Reading, node: Node, name: str) -> tuple[Spanned[Rung], ...] | None:
    """``on_failure`` and ``on_fail``: ways to go on, in order."""
    return words_of(Rung, _RUNGS_ELSEWHERE)(reading, node, name)


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
