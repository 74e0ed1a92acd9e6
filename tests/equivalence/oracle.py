"""What one step must come to, written from spec 4 and spec 8 and from nothing of the product.

One loop that plays a step's script and takes the first rung that the pages allow. It knows no
time limits, budgets or guards of a provider; cases of those are written by hand (``scenes``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

CLASS_OF = {
    "transport.connect": "transient_network", "transport.read": "transient_network",
    "timeout.attempt": "transient_network", "http.408": "transient_network",
    "http.409": "transient_network", "http.425": "transient_network",
    "http.429": "transient_network",
    "http.500": "backend_failure", "http.502": "backend_failure", "http.503": "backend_failure",
    "http.504": "backend_failure", "http.529": "backend_failure",
    "http.401": "authentication", "auth.expired": "authentication",
    "auth.denied": "authentication",
    "resource.memory": "resource_constraint", "resource.disk": "resource_constraint",
    "resource.quota": "resource_constraint", "http.402": "resource_constraint",
    "http.400": "permanent", "http.403": "permanent", "http.404": "permanent",
    "input.invalid": "permanent", "output.refused": "permanent", "player.bug": "permanent",
    "player.crash": "permanent", "player.tool": "permanent", "config.model": "permanent",
    "output.format": "orchestration", "output.schema": "orchestration",
    "output.truncated": "orchestration", "output.context": "orchestration",
    "gate.failed": "orchestration", "unable_to_complete": "orchestration",
    "policy.wall_time": "orchestration", "policy.memory": "orchestration",
    "cancelled": "cancelled",
}  # fmt: skip
"""By code (spec 8, Codes; the statuses from the mapping table of the failure research)."""

ONCE_ONLY = {
    "http.401", "auth.expired", "auth.denied", "resource.quota", "http.402", "http.400",
    "http.403", "http.404", "input.invalid", "output.refused", "player.bug", "player.crash",
    "player.tool", "config.model", "output.context", "policy.wall_time", "policy.memory",
    "cancelled",
}  # fmt: skip
"""The same player cannot do better with the same thing."""

NOBODY_CAN = {"http.400", "input.invalid"}
"""The fault is in the task: another player is not asked (spec 4, ``fault_in_task``)."""

CLASS_LADDERS = {
    "transient_network": ("retry", "fallback"),
    "backend_failure": ("fallback", "retry"),
    "authentication": ("retry", "fallback"),
    "resource_constraint": ("retry", "fallback"),
    "permanent": ("fallback",),
    "orchestration": (
        "retry", "fallback", "reconstruct", "reroute", "skip", "escalate",
    ),
    "cancelled": (),
}  # fmt: skip
"""Spec 4, Recovery ladder, and spec 8, ``on_failure``; each ends with ``fail``."""

ATTEMPTS = {"low": 1, "normal": 3, "high": 4, "critical": 5}


@dataclass(frozen=True, slots=True)
class Step:
    """One ``play`` step with everything that its recovery depends on."""

    players: tuple[str, ...]
    """The player and its fallbacks."""
    acts: Mapping[str, Sequence[Mapping[str, Any]]]
    """By player, in the words of a script; the last one repeats."""
    ladder: tuple[str, ...] | None = None
    """``on_failure``."""
    importance: str = "normal"
    attempts: int | None = None
    """``max_attempts``."""
    backoff: str | Sequence[float] = "exponential"
    initial: float | None = None
    jitter: bool = False
    """Then a delay is told as a pair: it lies between."""
    refresh: bool = False
    """Each player has somebody who renews its credential, and it works."""
    peers: tuple[str, ...] = ()
    """Players with the same capability, outside of the fallbacks."""
    maker: str | None = None
    """Who reconstructs; the source is there."""
    answer: str | None = None
    """What the person says who is asked; None: nobody is there."""
    gap_accepted: bool = False


class Told(NamedTuple):
    """One attempt: ``delay`` in seconds, or the bounds between which it was drawn."""

    n: int
    player: str
    error: str | None = None
    decision: str | None = None
    delay: float | tuple[float, float] = 0.0


@dataclass(slots=True)
class _Player:
    name: str
    failures: int = 0
    refreshes: int = 0


@dataclass(slots=True)
class _Story:
    """How far the step has come."""

    step: Step
    now: _Player
    waiting: list[str]
    peers: list[str]
    played: Counter[str] = field(default_factory=Counter)
    struck: set[str] = field(default_factory=set)

    def act(self, player: str) -> Mapping[str, Any]:
        acts = self.step.acts[player]
        self.played[player] += 1
        return acts[min(self.played[player], len(acts)) - 1]


def foretell(step: Step) -> tuple[list[Told], str]:
    """Its attempts in order, and its status."""
    first, *others = step.players
    story = _Story(step, _Player(first), others, list(step.peers))
    told: list[Told] = []
    while True:
        n, player = len(told) + 1, story.now.name
        act = story.act(player)
        if "error" not in act:
            told.append(Told(n, player))
            return told, "succeeded" if n == 1 else "recovered"
        story.now.failures += 1
        rung, delay = _decided(story, act)
        told.append(Told(n, player, f"{CLASS_OF[act['error']]} {act['error']}", rung, delay))
        match rung:
            case "retry":
                story.now.refreshes += _renewable(story, act["error"])
            case "fallback":
                story.now = _Player(story.waiting.pop(0))
            case "reroute":
                story.now = _Player(story.peers.pop(0))
            case "reconstruct":
                told.append(Told(n + 1, str(step.maker)))
                return told, "recovered"
            case "escalate" if step.answer != "retry":
                return told, {"answer": "recovered", "skip": "gap", "fail": "failed"}[
                    str(step.answer)
                ]
            case "skip":
                return told, "gap"
            case "fail":
                cancelled = act["error"] == "cancelled"
                return told, "cancelled" if cancelled else "failed"


def _decided(story: _Story, act: Mapping[str, Any]) -> tuple[str, float | tuple[float, float]]:
    for rung in _ladder(story, act["error"]):
        if _possible(rung, story, act):
            return rung, _delay(story, act) if rung == "retry" else 0.0
    return "fail", 0.0


def _ladder(story: _Story, code: str) -> tuple[str, ...]:
    if code == "cancelled":
        return ()  # never recovered
    if story.step.ladder is not None:
        return story.step.ladder
    rungs = CLASS_LADDERS[CLASS_OF[code]]
    unwritten = story.step.attempts is None
    if CLASS_OF[code] == "transient_network" and unwritten and story.now.failures >= 3:
        return (*rungs[1:], rungs[0])  # escalate after 3: the next rung is tried first
    return rungs


def _possible(rung: str, story: _Story, act: Mapping[str, Any]) -> bool:
    step, code = story.step, act["error"]
    written = step.ladder is not None
    match rung:
        case "retry":
            allowed = ATTEMPTS[step.importance] if step.attempts is None else step.attempts
            if story.now.failures >= allowed or act.get("retry_after", 0) > 120:
                return False
            if CLASS_OF[code] == "orchestration" and not written:
                return False  # the same parameters would give the same
            return code not in ONCE_ONLY or _renewable(story, code)
        case "fallback":
            ours = CLASS_OF[code] != "permanent" or code.startswith("player.")
            return bool(story.waiting) and code not in NOBODY_CAN and (written or ours)
        case "reroute":
            return bool(story.peers) and code not in NOBODY_CAN
        case "reconstruct":
            return step.maker is not None
        case "skip":
            return written or (step.gap_accepted and step.importance in ("low", "normal"))
        case "escalate":
            return step.answer is not None
    return True


def _renewable(story: _Story, code: str) -> bool:
    """A credential is renewed at most twice; of a 403 once, then it is permanent."""
    if not story.step.refresh or CLASS_OF[code] not in ("authentication", "permanent"):
        return False
    if CLASS_OF[code] == "permanent" and code != "http.403":
        return False
    return story.now.refreshes < (1 if code == "http.403" else 2)


def _delay(story: _Story, act: Mapping[str, Any]) -> float | tuple[float, float]:
    if _renewable(story, act["error"]):
        return 0.0  # the new credential is there
    if "retry_after" in act:
        return float(act["retry_after"])
    step, n = story.step, story.now.failures
    if not isinstance(step.backoff, str):
        delay = step.backoff[min(n, len(step.backoff)) - 1]
    elif step.backoff == "linear":
        delay = n * (5.0 if step.initial is None else step.initial)
    else:
        first = 1.0 if step.initial is None else step.initial
        delay = first * 2 ** (n - 1) if step.backoff == "exponential" else first
    delay = min(60.0, delay)
    return (0.0, delay) if step.jitter else delay
