"""Drawn Melodies: one step that a player performs, with whatever a failure policy may say of it."""

from __future__ import annotations

import random
from typing import Any, Final

from tests.equivalence.grid import CODES
from tests.equivalence.stage import Scene

CODES_DRAWN: Final = (
    *(code for codes in CODES.values() for code in codes),
    "http.507", "http.418", "http.400", "input.invalid", "rate_limited",
)  # fmt: skip
OFTEN: Final = (
    "transport.connect", "http.503", "http.429", "gate.failed", "unable_to_complete",
    "auth.expired", "http.403",
)  # fmt: skip
NAMED: Final = (
    "transient_network", "backend_failure", "orchestration", "resource_constraint", "http.503",
    "http.404", "player.bug", "output.refused",
)  # fmt: skip
FEATURES: Final = (
    "breaker", "budget", "claims", "costs", "escalate", "exceeded", "fallback", "grants", "hedge",
    "limits", "maps", "once", "reconstruct", "recovery", "refresh", "reroute", "rules",
    "step_budget", "throttle", "timeout", "told", "tolerance", "total", "vary",
)  # fmt: skip


class Drawing:
    """One Melody and the script of its players, out of a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._has = {name: self._chance(0.35) for name in FEATURES}
        self._players: dict[str, Any] = {}
        self._acts: dict[str, Any] = {}
        self._answers: dict[str, Any] = {}
        self._seed = seed

    def scene(self) -> Scene:
        """The Melody as data, with its script; it may be one that the compiler refuses."""
        top: dict[str, Any] = {"on_step_failure": "finish_independent", **self._for_all()}
        steps: dict[str, Any] = {"s": self._step()}
        steps |= self._readers(steps["s"])
        if self._has["reconstruct"]:
            self._player("scribe", acts=[{"sleep": "2s", "return": {"t": 1}}])
            steps["later"] = {"play": "scribe"}
        if self._has["refresh"]:
            renewed: dict[str, Any] = {"return": {}}
            self._players["key"] = {"python": "band:key"}
            self._acts["key"] = renewed if self._chance(0.7) else {"error": "http.503"}
        melody: dict[str, Any] = {
            "melody": "v1", "name": "drawn", "players": self._players, "policy": top,
            "steps": steps,
        }  # fmt: skip
        script: dict[str, Any] = {"seed": self._seed + 1, "players": self._acts}
        script["steps"] = self._answers
        return Scene(f"drawn{self._seed}", melody, script)

    # --- draws ------------------------------------------------------------------------------------

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _one(self, *options: Any) -> Any:
        return self._random.choice(options)

    def _some(self, options: dict[str, Any], usual: str, share: float = 0.5) -> dict[str, Any]:
        """Some of these, at least the usual one."""
        drawn = {key: value for key, value in options.items() if self._chance(share)}
        return drawn or {usual: options[usual]}

    def _mine(self, feature: str, share: float) -> bool:
        return self._has[feature] and self._chance(share)

    # --- players ----------------------------------------------------------------------------------

    def _player(self, name: str, acts: list[Any] | None = None, **facts: Any) -> str:
        spec: dict[str, Any] = {"python": f"band:{name}", **facts}
        number = self._random.randint
        if self._mine("claims", 0.4):
            spec["timeout"] = self._one("1s", "4s", "2h")
        if self._mine("once", 0.5):
            spec["effects"] = self._one("once", "none")
        if self._mine("costs", 0.6):
            price = {"usd": self._one(0.01, 0.05, 0.1, 0.2), "tokens": self._one(1, 10)}
            spec["cost"] = self._some(price, "usd", 0.7)
        if self._mine("grants", 0.5):
            spec["grant"] = {"attempts": number(1, 3)}
        if self._mine("limits", 0.5):
            limits = {"concurrency": number(1, 2), "per_minute": number(1, 3)}
            spec["limits"] = self._some(limits, "concurrency", 0.6)
        if self._mine("refresh", 0.7):
            spec["refresh"] = "key"
        self._players[name] = spec
        self._acts[name] = acts or [self._act() for _ in range(number(1, 5))]
        return name

    def _act(self) -> dict[str, Any]:
        """What a player does once; it takes its own time, so that nothing falls together."""
        longest = 7000 if self._chance(0.5) else 400
        act: dict[str, Any] = {"sleep": f"{self._random.randint(1, longest)}ms"}
        kind = self._random.random()
        if kind < 0.25:
            act["return"] = {"n": self._random.randint(0, 9)}
        elif kind < 0.3:
            act["return"] = {"n": "bad"}
        elif kind < 0.33:
            return {"hang": self._one("2s", "1h")}
        elif kind < 0.36:
            act["return_text"] = "no"
        else:
            act["error"] = self._one(*(CODES_DRAWN if self._chance(0.5) else OFTEN))
            if self._chance(0.15):
                act["retry_after"] = self._one(1, 5, 130)
            if self._mine("once", 0.4):
                act["effects"] = self._one("none", "possible")
        if self._mine("told", 0.4):
            act["cost"] = {"usd": self._one(0.01, 0.04), "tokens": 3}
        return act

    # --- policies ---------------------------------------------------------------------------------

    def _for_all(self) -> dict[str, Any]:
        number = self._random.randint
        policy: dict[str, Any] = {}
        if self._has["budget"]:
            budget = {"usd": self._one(0.1, 0.3, 1), "tokens": self._one(20, 60)}
            more = {"wall": self._one("10s", "1m"), "attempts": self._one(3, 6)}
            policy["budget"] = self._some({**budget, **more}, "usd", 0.4)
        if self._has["breaker"]:
            policy["breaker"] = {
                "calls": number(1, 3), "failures": self._one(0.3, 0.5, 1.0),
                "open": self._one("3s", "10s"), "probes": number(1, 2),
                "ramp": self._one([], [0.5], [0.1, 0.5]), "window": self._one("5s", "60s"),
            }  # fmt: skip
        if self._has["throttle"]:
            policy["throttle"] = {"tokens": self._one(2, 4, 10), "ratio": self._one(0.1, 0.5)}
        return policy

    def _retry(self) -> dict[str, Any]:
        rule: dict[str, Any] = {}
        if self._chance(0.6):
            rule["max_attempts"] = self._random.randint(1, 5)
        if self._chance(0.5):
            kinds = ("exponential", "linear", "constant", ["1s", "2s"], ["500ms"])
            rule["backoff"] = self._one(*kinds)
        kind = rule.get("backoff", "exponential")
        if self._chance(0.3) and isinstance(kind, str):
            rule["initial"] = self._one("100ms", "2s")
        if self._chance(0.2) and kind == "exponential":
            rule["multiplier"] = self._one(1.5, 3)
        if self._chance(0.2):
            rule["max_delay"] = self._one("1s", "2m")
        if self._chance(0.3):
            rule["jitter"] = self._one("full", "none")
        if self._mine("vary", 0.4):
            rule["vary"] = self._one([{"temperature": 0.1}], [{"temperature": 0.1}, {}])
        return rule

    def _rule_for_some(self) -> dict[str, Any]:
        return {**self._retry(), "on": self._random.sample(NAMED, self._random.randint(1, 3))}

    def _rules(self) -> Any:
        if self._mine("rules", 0.5):
            return [self._rule_for_some(), self._retry()]
        return self._rule_for_some() if self._mine("rules", 0.4) else self._retry()

    def _ladder(self, *, skips: bool) -> list[str]:
        rungs = ["retry", "fallback", "reroute"]
        rungs += [name for name in ("reconstruct", "escalate") if self._has[name]]
        rungs += ["skip"] if skips else []
        drawn = [rung for rung in rungs if self._chance(0.45)]
        self._random.shuffle(drawn)
        return [*drawn, "fail"] if self._chance(0.15) or not drawn else drawn

    def _policy(self, *, skips: bool) -> dict[str, Any]:
        policy: dict[str, Any] = {"retry": self._rules()} if self._chance(0.6) else {}
        if self._mine("timeout", 0.5):
            policy["timeout"] = self._one("1s", "2500ms", "5s")
        if self._mine("total", 0.5):
            policy["total_timeout"] = self._one("2s", "6s", "12s")
        if self._mine("step_budget", 0.6):
            budget = {"usd": self._one(0.05, 0.1, 0.3), "tokens": self._one(5, 20)}
            more = {"wall": self._one("3s", "9s"), "attempts": self._random.randint(1, 3)}
            policy["budget"] = self._some({**budget, **more}, "attempts")
        if self._mine("exceeded", 0.6):
            words = ["fail", "cheaper", "cheaper", "skip"]
            policy["on_exceeded"] = self._one(*(words if skips else words[:3]))
        if self._mine("hedge", 0.6):
            policy["hedge"] = {
                "delay": self._one("500ms", "2s"), "max": self._random.randint(1, 2)
            }  # fmt: skip
        if self._mine("recovery", 0.6):
            keys = self._random.sample([*NAMED, "gate.failed", "permanent", "authentication"], 2)
            policy["recovery"] = {key: self._ladder(skips=skips) for key in keys}
        if self._mine("tolerance", 0.6):
            policy["error_tolerance"] = "minimal"
        return policy

    # --- steps ------------------------------------------------------------------------------------

    def _step(self) -> dict[str, Any]:
        self._player("lead")
        lead = self._players["lead"]
        if self._has["fallback"]:
            number = self._random.randint(1, 3)
            lead["fallback"] = [self._player(f"spare{k}") for k in range(number)]
        if self._has["reroute"]:
            lead["provides"] = ["part"]
            for k in range(self._random.randint(1, 2)):
                self._player(f"peer{k}", provides=["part"])
        step: dict[str, Any] = {"play": "lead", "output": {"n": "integer"}}
        if self._mine("reroute", 0.3):
            step["play"] = {"provides": "part"}
        if self._chance(0.4):
            step["importance"] = self._one("low", "normal", "high", "critical")
        skips = step.get("importance") not in ("high", "critical")
        if self._chance(0.4):
            step["on_failure"] = self._ladder(skips=skips)
        if self._chance(0.4):
            gates = ({"check": "output.n > 4"}, {"score": "output.n", "at_least": 5})
            step["gate"] = dict(self._one(*gates))
            if self._chance(0.5):
                step["gate"]["on_fail"] = self._ladder(skips=skips)
        step["policy"] = self._policy(skips=skips)
        if self._mine("reconstruct", 0.7):
            good = [{"sleep": "30ms", "return": {"n": self._random.randint(0, 9)}}]
            self._player("maker", acts=good if self._chance(0.6) else None)
            step["reconstruct"] = {"from": "${{ steps.later.output }}", "play": "maker"}
        self._people(step)
        if self._mine("maps", 0.5):
            step |= {"for_each": "${{ [1, 2] }}", "succeed_if": "1%"}
        return step

    def _people(self, step: dict[str, Any]) -> None:
        if self._mine("escalate", 0.4):
            step["policy"]["escalation"] = {
                "expires": self._one("5s", "61m"), "on_timeout": self._one("fail", "skip")
            }  # fmt: skip
        if "escalation" in step["policy"] or any("escalate" in one for one in ladders(step)):
            number = self._random.randint(1, 3)
            self._answers["s~escalate"] = [self._answer() for _ in range(number)]

    def _answer(self) -> dict[str, Any]:
        if self._chance(0.15):
            return {"hang": "2h"}
        choice = self._one("retry", "skip", "answer", "fail")
        filled = {"output": {"n": self._random.randint(0, 9)}} if choice == "answer" else {}
        waits = {"sleep": "2s"} if self._chance(0.5) else {}
        return {**waits, "answer": {"choice": choice, **filled}}

    def _readers(self, step: dict[str, Any]) -> dict[str, Any]:
        """Whether a gap is accepted is a matter of those who read."""
        if "for_each" in step:
            return {}
        exceeded = step["policy"].get("on_exceeded")
        gap = exceeded == "skip" or any("skip" in one for one in ladders(step))
        bare = "steps.s.output.n"
        read = f"default({bare}, 0)" if gap or self._chance(0.6) else bare
        return {"reader": {"set": {"n": f"${{{{ {read} }}}}"}}}


def ladders(step: dict[str, Any]) -> list[list[str]]:
    """All that a step writes."""
    recovery = step["policy"].get("recovery", {})
    written = [step.get("on_failure"), step.get("gate", {}).get("on_fail"), *recovery.values()]
    return [one for one in written if one]
