"""The table of fault scripts: each error class, at each rung of the ladder, under each backoff.

A step writes ``on_failure: [retry, RUNG]``: what may be tried again is tried again with the
step's backoff first, and the rung is taken when the allowance is used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import cycle
from typing import Any

from tests.equivalence.oracle import ONCE_ONLY, Step
from tests.equivalence.stage import Scene

CODES = {
    "transient_network": (
        "transport.connect", "transport.read", "timeout.attempt", "http.408", "http.409",
        "http.425", "http.429",
    ),
    "backend_failure": ("http.500", "http.502", "http.503", "http.504", "http.529"),
    "authentication": ("http.401", "auth.expired", "auth.denied"),
    "resource_constraint": ("resource.memory", "resource.disk", "resource.quota", "http.402"),
    "permanent": (
        "http.404", "output.refused", "player.bug", "player.crash", "player.tool", "http.403",
        "config.model",
    ),
    "orchestration": (
        "output.format", "output.schema", "gate.failed", "output.truncated",
        "unable_to_complete", "policy.memory", "output.context",
    ),
    "cancelled": ("cancelled",),
}  # fmt: skip
RUNGS = ("retry", "fallback", "reconstruct", "reroute", "skip", "escalate", "fail")
BACKOFFS = ("exponential", "linear", "constant", "list of delays", "Retry-After", "full jitter")

EXCLUDED = {
    ("cancelled", rung): "a cancellation is never recovered (spec 4, StandardError)"
    for rung in RUNGS
    if rung != "fail"
}
"""Class and rung that the contract keeps apart, with the reason."""

SHAPELESS = {
    "authentication": "tried again only after its credential was renewed, and then at once",
    "permanent": "likewise for the one refresh of a 403; all others fail fast",
}
"""Classes whose retries have no delay to be shaped: the backoff is written and must not act."""

WANTED = {
    (of, rung, backoff)
    for of in CODES
    for rung in RUNGS
    for backoff in BACKOFFS
    if (of, rung) not in EXCLUDED
}
"""What the recorded decisions must show between them."""

_A_SCENE = 3
"""Steps of one Melody."""
_ANSWERS = ("skip", "answer", "retry", "fail")


@dataclass
class Sheet:
    """A scene with what the oracle has to know of its steps."""

    melody: dict[str, Any]
    script: dict[str, Any]
    steps: dict[str, Step] = field(default_factory=dict)
    backoffs: dict[str, str] = field(default_factory=dict)
    """By step."""

    @cached_property
    def scene(self) -> Scene:
        """What is run; ask for it when all steps are there."""
        return Scene(self.melody["name"], self.melody, self.script)


@cache
def sheets() -> dict[str, Sheet]:
    """Every script of the grid, by name."""
    found: dict[str, Sheet] = {}
    for of, codes in CODES.items():
        for rung in RUNGS:
            if (of, rung) in EXCLUDED:
                continue
            code, answer = cycle(_fit(codes, of, rung)), cycle(_ANSWERS)
            for first in range(0, len(BACKOFFS), _A_SCENE):
                name = f"{of} {rung} {1 + first // _A_SCENE}"
                some = BACKOFFS[first : first + _A_SCENE]
                rows = [(backoff, next(code), next(answer)) for backoff in some]
                found[name] = _sheet(name.replace(" ", "_"), rung, rows)
    return found


def _fit(codes: tuple[str, ...], of: str, rung: str) -> tuple[str, ...]:
    if rung != "retry":
        return codes
    if of == "permanent":
        return ("http.403",)
    return tuple(c for c in codes if c not in ONCE_ONLY or of == "authentication")


def _sheet(name: str, rung: str, rows: list[tuple[str, str, str]]) -> Sheet:
    melody: dict[str, Any] = {
        "melody": "v1",
        "name": name,
        "players": {},
        "policy": {"on_step_failure": "finish_independent"},
        "steps": {},
    }
    script: dict[str, Any] = {"seed": 11, "players": {}, "steps": {}}
    sheet = Sheet(melody, script)
    for number, row in enumerate(rows, 1):
        _add(sheet, f"s{number}", rung, row)
    if rung == "reconstruct":
        melody["players"]["scribe"] = {"python": "band:scribe"}
        melody["steps"]["later"] = {"play": "scribe", "output": {"text": "string"}}
        script["players"]["scribe"] = {"sleep": "2s", "return": {"text": "kept"}}
    return sheet


def _add(sheet: Sheet, name: str, rung: str, row: tuple[str, str, str]) -> None:
    backoff, code, answer = row
    lead, spare, key = f"lead_{name}", f"spare_{name}", f"key_{name}"
    again = code not in ONCE_ONLY
    refresh = code in (*CODES["authentication"], "http.403")
    before = 3 if again else {"http.403": 2}.get(code, 3 if refresh else 1)
    bad, good = {"error": code}, {"return": {"n": 1}}
    fails: list[dict[str, Any]] = [bad] * before
    if backoff == "Retry-After":
        fails[0] = {**bad, "retry_after": 7}
    acts: dict[str, Any] = {
        lead: fails,
        spare: [bad, good] if again else [good],
        key: [good],
    }
    retry, shape = _retry(backoff)
    step: dict[str, Any] = {
        "play": lead,
        "output": {"n": "integer"},
        "policy": {"retry": {"max_attempts": 3, **retry}},
        "on_failure": ["retry"] if rung == "retry" else ["retry", rung],
    }
    players = sheet.melody["players"]
    players[lead] = {"python": f"band:{lead}", "provides": [f"part_{name}"]}
    told: dict[str, Any] = {"players": (lead,), "ladder": tuple(step["on_failure"])}
    if refresh:
        players[lead]["refresh"] = key
        players[key] = {"python": f"band:{key}"}
    match rung:
        case "retry":
            acts[lead] = [*fails[:-1], good]
        case "fallback":
            players[lead]["fallback"] = [spare]
            players[spare] = {"python": f"band:{spare}"}
            told["players"] = (lead, spare)
        case "reroute":
            players[spare] = {"python": f"band:{spare}", "provides": [f"part_{name}"]}
            told["peers"] = (spare,)
        case "reconstruct":
            players[spare] = {"python": f"band:{spare}"}
            acts[spare] = [good]
            step["reconstruct"] = {"from": "${{ steps.later.output }}", "play": spare}
            told["maker"] = spare
        case "escalate":
            said = {"choice": answer, **({"output": {"n": 3}} if answer == "answer" else {})}
            sheet.script["steps"][f"{name}~escalate"] = {"answer": said}
            told["answer"] = answer
            if answer == "retry":
                acts[lead] = [*fails, good]
    sheet.melody["steps"][name] = step
    for player, entries in acts.items():
        if player in players:
            sheet.script["players"][player] = entries
    sheet.steps[name] = Step(acts=acts, attempts=3, refresh=refresh, **shape, **told)
    sheet.backoffs[name] = backoff


def _retry(backoff: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a step writes, and what the oracle is told."""
    match backoff:
        case "list of delays":
            return {"backoff": ["3s", "500ms"]}, {"backoff": (3.0, 0.5)}
        case "Retry-After":
            return {"backoff": "exponential"}, {}
        case "full jitter":
            return {"initial": "10s", "jitter": "full"}, {"initial": 10.0, "jitter": True}
    return {"backoff": backoff}, {"backoff": backoff}


def lacking(seen: set[tuple[str, str, str]]) -> Iterator[str]:
    """Combinations that were never met."""
    yield from (" ".join(one) for one in sorted(WANTED - seen))
