"""The canonical order of keys, noun by noun; what people name themselves keeps its order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from compiler.parse.allow import ALLOW
from compiler.parse.melody import KEYS as MELODY_KEYS
from compiler.parse.models import KEYS as MODEL_KEYS
from compiler.parse.player_kinds import AGENT, HTTP, MCP
from compiler.parse.process import KEYS as PROCESS_KEYS
from compiler.parse.project import KEYS as PROJECT_KEYS
from compiler.parse.recovery import ESCALATION
from compiler.parse.retry import RETRY
from compiler.parse.safeguards import BREAKER, HEDGE, THROTTLE
from compiler.parse.sampling import SAMPLING
from compiler.parse.windows import KEYS as WINDOW
from workflow_ir.types.model import JsonValue

Nesting = Literal["one", "named", "listed", "several"]
"""``several``: one, or a list of them."""


_SEVERAL = frozenset({"window"})
"""Nouns of which there may be a list wherever there is one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands at a place: a noun, a map of them by name, a list of them."""

    noun: str
    nesting: Nesting = "one"

    def item(self) -> Shape:
        """The shape of what is in the map or list."""
        by_name = self.nesting == "named" and self.noun in _SEVERAL
        return Shape(self.noun, "several" if by_name else "one")


@dataclass(frozen=True, slots=True)
class Noun:
    """A map with known keys."""

    order: tuple[str, ...]
    inner: Mapping[str, Shape]
    """Shapes below its keys; a key without one holds data."""


BODIES = ("steps", "branch", "parallel", "repeat")
"""Verbs with steps of their own: what goes before them is read first, because they are long."""

_VERBS = ("play", "run", "set", "call", "approval", "wait", "fail")
_OF_A_MAP = ("for_each", "as", "concurrency", "succeed_if", "barrier_timeout")
_BEFORE = ("needs", "require", "window")
_GIVEN = (
    "with", "prompt", "parse", "stdin", "env", "show", "form", "assignees", "expires",
    "on_timeout", "on_reject", "max_depth",
)  # fmt: skip
_AFTER = (
    "output", "gate", "policy", "on_failure", "reconstruct", "compensate", "priority", "importance",
    "task_type", "idempotency_key",
)  # fmt: skip
_OF_A_STEP = {
    "play": Shape("capability"),
    "steps": Shape("step", "named"),
    "branch": Shape("arm", "listed"),
    "parallel": Shape("lane", "named"),
    "repeat": Shape("loop"),
    "wait": Shape("moment"),
    "fail": Shape("failure"),
    "gate": Shape("gate"),
    "policy": Shape("policy"),
    "reconstruct": Shape("reconstruct"),
    "compensate": Shape("step"),
    "window": Shape("window", "several"),
}
_STEPS = {"steps": Shape("step", "named")}
_OF_A_FILE = {
    "models": Shape("model", "named"),
    "players": Shape("player", "named"),
    "policy": Shape("policy"),
}

_OF_A_POLICY = (
    "use", "timeout", "total_timeout", "wall", "retry", "recovery", "budget", "on_exceeded",
    "memory", "cpu", "breaker", "hedge", "throttle", "escalation", "notify", "may_degrade",
    "error_tolerance", "concurrency", "on_step_failure",
)  # fmt: skip
_IN_A_POLICY = {
    "retry": Shape("retry", "several"),
    "throttle": Shape("throttle"),
    "escalation": Shape("escalation"),
    "budget": Shape("budget"),
    "breaker": Shape("breaker"),
    "hedge": Shape("hedge"),
}

NOUNS: Mapping[str, Noun] = {
    "melody": Noun(MELODY_KEYS, {**_OF_A_FILE, "process": Shape("process"), **_STEPS}),
    "process": Noun(PROCESS_KEYS, {}),
    "project": Noun(
        PROJECT_KEYS,
        {
            **_OF_A_FILE,
            "allow": Shape("allow"),
            "profiles": Shape("project", "named"),
            "windows": Shape("window", "named"),
        },
    ),
    "allow": Noun(ALLOW, {}),
    "model": Noun(MODEL_KEYS, {}),
    "player": Noun(
        (
            "description", "python", "command", "agent", "model", "http", "mcp", "call", "plugin",
            "framework", "tool", "system", *SAMPLING, "tools", "max_turns", "stdin", "parse", "env",
            "input", "output", "provides", "fallback", "importance", "effects", "isolation", "cost",
            "limits", "timeout", "grant", "refresh", "enabled", "requires", "preload",
        ),
        {
            "http": Shape("http"),
            "agent": Shape("agent"),
            "mcp": Shape("mcp"),
            "cost": Shape("cost"),
            "limits": Shape("limits"),
        },
    ),
    "http": Noun(HTTP, {}),
    "agent": Noun(AGENT, {}),
    "mcp": Noun(MCP, {}),
    "cost": Noun(("usd", "tokens"), {}),
    "limits": Noun(("concurrency", "per_minute", "memory", "cpu", "output"), {}),
    "step": Noun(
        ("label", *_OF_A_MAP, *_VERBS, "when", *_GIVEN, *_BEFORE, *_AFTER, *BODIES, "result"),
        _OF_A_STEP,
    ),
    "scope": Noun(
        ("label", "when", *_BEFORE, *_OF_A_MAP, *_VERBS, *_GIVEN, *_AFTER, *BODIES, "result"),
        _OF_A_STEP,
    ),
    "capability": Noun(("provides", "prefer", "balance"), {}),
    "arm": Noun(("name", "when", "else", "steps", "result"), _STEPS),
    "lane": Noun(("steps", "result"), _STEPS),
    "loop": Noun(("max", "on_max", "while", "until", "steps", "result"), _STEPS),
    "moment": Noun(("until", "event"), {}),
    "failure": Noun(("error", "message"), {}),
    "gate": Noun(("check", "score", "at_least", "on_fail"), {}),
    "window": Noun(WINDOW, {}),
    "reconstruct": Noun(("from", "play"), {}),
    "policy": Noun(_OF_A_POLICY, _IN_A_POLICY),
    "pack": Noun(
        ("description", *(key for key in _OF_A_POLICY if key not in ("use", "wall"))), _IN_A_POLICY
    ),
    "breaker": Noun(BREAKER, {}),
    "hedge": Noun(HEDGE, {}),
    "throttle": Noun(THROTTLE, {}),
    "escalation": Noun(ESCALATION, {}),
    "retry": Noun(RETRY, {}),
    "budget": Noun(("usd", "tokens", "wall", "attempts"), {}),
}  # fmt: skip
MELODY = Shape("melody")
PROJECT = Shape("project")
PACK = Shape("pack")
_HEAD = ("melody", "name", "version", "description")
"""Keys of a file that stay above the author's own ones: what those name, the rest may use."""


def noun_of(shape: Shape | None, keys: Collection[str]) -> Noun | None:
    """The noun that a map at a place is; None where it is data or names."""
    if shape is None or shape.nesting not in ("one", "several"):
        return None
    if shape.noun == "step" and any(body in keys for body in BODIES):
        return NOUNS["scope"]
    return NOUNS[shape.noun]


def below(shape: Shape | None, noun: Noun | None, key: str | int) -> Shape | None:
    """The shape of the value at a key or index."""
    if noun is not None:
        return noun.inner.get(str(key))
    if shape is None:
        return None
    of_its_kind = ("listed", "several") if isinstance(key, int) else ("named",)
    return shape.item() if shape.nesting in of_its_kind else None


def sorted_keys(noun: Noun, keys: Collection[str]) -> list[str]:
    """Keys in canonical order; unknown ones and the author's own (``x-…``) come last."""
    place = {key: number for number, key in enumerate(noun.order)}
    is_file = "melody" in place
    own = sum(key in _HEAD for key in noun.order) if is_file else len(place) + 1

    def rank(key: str) -> float:
        return own - 0.5 if key.startswith("x-") or key == "<<" else place.get(key, len(place))

    return sorted(keys, key=rank)  # stable: of one rank in written order


def in_order(data: JsonValue, shape: Shape | None = MELODY) -> JsonValue:
    """Data with its keys in canonical order."""
    if isinstance(data, dict):
        noun = noun_of(shape, data)
        keys = list(data) if noun is None else sorted_keys(noun, data)
        return {key: in_order(data[key], below(shape, noun, key)) for key in keys}
    if isinstance(data, list):
        return [in_order(item, below(shape, None, number)) for number, item in enumerate(data)]
    return data
