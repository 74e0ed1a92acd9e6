"""The failure policy of a generated project, and policies of its steps as source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.environment import environment, render
from adapters.emitter.imports import globals_given, globals_read, imports
from adapters.emitter.policy.habits import (
    USUAL_ATTEMPTS,
    WALL_S,
    allowance,
    initial,
    leaves_gap,
    patience,
)
from adapters.emitter.policy.strategies import Strategies
from conductor_core.failure.ladder import CLASS_LADDERS
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
from workflow_ir.taxonomy import TAXONOMY, Effects, ErrorClass, FaultDomain, Retryable

PolicyOf = Callable[[Guard, Step], Code | None]
"""A policy as source; None: it is the usual one."""

# --- the modules ----------------------------------------------------------------------------------

ABOUT: Final[Mapping[str, str]] = {
    "failures": "kinds of failures, and which of them an exception stands for",
    "policies": "what holds for a step when something fails, and whom it is for",
    "attempts": "what is done when something fails: who is asked, how often, and how a step ends",
}
"""The modules of ``policy``, in the order of their imports, and what each holds."""
PUBLIC: Final = (
    "EXCEPTIONS", "EXPIRED", "NOBODY", "Answer", "Budget", "Call", "Escalation", "Failure",
    "Hedge", "Managed", "Player", "Policy", "Price", "Purse", "Question", "Reply", "Retry",
    "Rules", "Settled", "Silence", "Throttle", "classify", "fitting", "lineup", "now", "perform",
    "settle_failure",
)  # fmt: skip
"""What the rest of a project imports of ``policy``, and its players may; as linters sort."""

_MODULES: Final[tuple[str, ...]] = ("asyncio", "copy", "errno", "math", "operator", "random", "re")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "collections": ("Counter", "deque"),
    "collections.abc": (
        "AsyncIterator", "Awaitable", "Callable", "Iterator", "Mapping", "Sequence",
    ),
    "contextlib": (
        "AbstractAsyncContextManager", "asynccontextmanager", "contextmanager", "suppress",
    ),
    "dataclasses": ("dataclass", "field", "replace"),
    "datetime": ("UTC", "datetime"),
    "enum": ("Enum", "auto"),
    "fractions": ("Fraction",),
    "heapq": ("heappop", "heappush"),
    "itertools": ("count",),
    "typing": ("Any", "Final", "NamedTuple", "Protocol", "TypeVar"),
    "uuid": ("uuid4",),
    "weakref": ("WeakKeyDictionary",),
}  # fmt: skip
_OF_PLAYERS: Final = ("http.", "transport.", "auth.", "resource.", "player.", "breaker.", "output.")
"""Codes that nobody else brings about; but for schemas of outputs."""
_WIDTH: Final = 97
"""Of a line without its quotes and what follows."""


def policy_modules(melody: Code, uses: Strategies) -> tuple[tuple[str, Code], ...]:
    """``policy``: its modules by name, and what makes it a package. It needs nothing but Python.

    Args:
        melody: The name of the Melody, as it may stand in a comment.
        uses: What the Melody uses.
    """
    made, view = environment(), {"uses": uses, **_view(uses)}
    given: dict[str, frozenset[str]] = {}
    texts: dict[str, Code] = {}
    for name, about in ABOUT.items():
        body = Code(render(made, f"policy/{name}.jinja", **view).lstrip())
        texts[name] = render(
            made,
            "module.py.jinja",
            melody=melody,
            about=Code(about[0].upper() + about[1:]),
            imports=_imports(body, given),
            body=body,
        )
        given[f".{name}"] = globals_given(body)
    names = [name for name in PUBLIC if any(name in one for one in given.values())]
    init = render(
        made,
        "policy/__init__.jinja",
        melody=melody,
        imports=Code("\n".join(imports(given, names))),
        names=tuple(map(literal, names)),
    )
    return (("__init__", init), *texts.items())


def _imports(body: Code, ours: Mapping[str, Collection[str]]) -> Code:
    """Import what the text names, and nothing else."""
    used = globals_read(body)
    plain = [f"import {module}" for module in _MODULES if module in used]
    blocks = ([*plain, *imports(_NAMES, used)], imports(ours, used))
    return Code("\n\n".join("\n".join(block) for block in blocks if block))


def _view(uses: Strategies) -> dict[str, Any]:
    """What the templates are filled in with."""
    rows = [row for row in TAXONOMY.values() if uses.plays or _without_players(row.code)]
    takers = [f'"{rung}"' for rung in ("fallback", "reroute") if getattr(uses, rung)]
    return {
        "codes": [
            {
                "class": literal(of.value),
                "lines": _wrapped([row.code for row in some], " ", before=len(of.value) + 12),
            }
            for of in ErrorClass
            if (some := [row for row in rows if row.error_class is of])
        ],
        "worth_a_retry": _wrapped(
            [
                row.code
                for row in rows
                if row.retryable in (Retryable.YES, Retryable.AFTER)
                and row.error_class not in (ErrorClass.TRANSIENT, ErrorClass.BACKEND)
            ],
            " ",
        ),
        "without_effects": _wrapped([r.code for r in rows if r.effects is Effects.NONE], " "),
        "no_other_player": _wrapped([row.code for row in rows if not row.fallback], " "),
        "faults": [
            {
                "where": literal(where.value),
                "lines": _wrapped(
                    [row.code for row in rows if row.domain is where], " ", before=len(where) + 12
                ),
            }
            for where in FaultDomain
            if where not in (FaultDomain.PROVIDER, FaultDomain.TASK)
        ],
        "ladders": [
            {"class": literal(of.value), "rungs": literal(left)}
            for of, rungs in CLASS_LADDERS.items()
            if (left := tuple(rung.value for rung in rungs if _in_use(rung, uses)))
        ],
        "ways": list(_ways(uses)),
        "taking_over": Code(" | ".join(takers)),
    }


def _without_players(code: str) -> bool:
    return code == "output.schema" or not code.startswith(_OF_PLAYERS)


def _in_use(rung: Rung, uses: Strategies) -> bool:
    if rung is Rung.SKIP:
        return uses.gaps
    return bool(getattr(uses, rung.value))


def _ways(uses: Strategies) -> Iterator[dict[str, Code]]:
    """How delays are computed: each way with its condition; the last one needs none."""
    first = "rule.initial_s" if uses.initial else "1.0"
    base = "rule.multiplier" if uses.multiplier else "2.0"
    grown = f"power({base}, failures - 1)" if uses.steep else f"{base} ** (failures - 1)"
    if uses.initial:
        grown = (
            f"rule.initial_s and rule.initial_s * {grown}" if uses.steep else f"{first} * {grown}"
        )
    ways = {
        "delays": ("rule.delays", "rule.delays[min(failures, len(rule.delays)) - 1]"),
        "linear": ('rule.backoff == "linear"', f"{first} * failures"),
        "constant": ('rule.backoff == "constant"', first),
        "exponential": ("True", grown),
    }
    test = "if"
    for name, (when, delay) in ways.items():
        if getattr(uses, name):
            yield {"test": Code(test), "when": Code(when), "delay": Code(delay)}
            test = "elif"


def _wrapped(words: Sequence[str], between: str, *, before: int = 4) -> tuple[Code, ...]:
    """Words as one text, in lines of source that Python puts together.

    Args:
        words: Our own.
        between: What stands between them.
        before: What stands before the first line.
    """
    lines: list[str] = []
    line, room = "", _WIDTH - before
    for place, word in enumerate(words, 1):
        piece = word if place == len(words) else word + between
        if line and len(line) + len(piece) > room:
            lines.append(line)
            line, room = "", _WIDTH - 8
        line += piece
    return tuple(literal(one) for one in (*lines, line))


# --- policies -------------------------------------------------------------------------------------


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
