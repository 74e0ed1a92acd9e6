"""The modules of ``policy``, the failure policy of a generated project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.emitter.code import Code, literal
from adapters.emitter.environment import environment, render
from adapters.emitter.imports import globals_given, globals_read, imports
from adapters.emitter.policy.strategies import Strategies
from conductor_core.failure.ladder import CLASS_LADDERS
from workflow_ir.policy import Rung
from workflow_ir.taxonomy import TAXONOMY, Effects, ErrorClass, FaultDomain, Retryable

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
