"""Drawing what stands beside the verb of a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.differential.sketch import Here, Sketch, Step, value
from tests.differential.verbs import NUMBER

Modifier = Callable[[Sketch, Here, Step, str, str], None]
"""Adds itself to the step; with the verb's name and the step's address."""


def number_of(verb: str) -> str:
    """Where the integer of an output stands: ``output.n``; empty: nowhere."""
    member = NUMBER.get(verb, "n")
    return f"output.{member}" if member else ""


def when(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """A condition over what can be read."""
    step["when"] = f"(inputs.n + {sketch.read(here)}) % 3 != 0"


def needs(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Order without data."""
    if here.siblings:
        step["needs"] = [sketch.one_of(*reversed(here.siblings))]


def for_each(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Up to three items, with what goes with them."""
    step["for_each"] = value(f"range({sketch.number(0, 3)})")
    step["as"] = f"of_{address.rpartition('.')[2].rpartition('/')[2]}"
    if sketch.chained and not sketch.rarely(1, 8):
        step["concurrency"] = 1
    elif sketch.rarely(2):
        step["concurrency"] = sketch.number(1, 2)
    if sketch.rarely(2):
        step["succeed_if"] = sketch.one_of("any", 1, "50%", "80%", 2)
    if sketch.rarely():
        step["barrier_timeout"] = f"{sketch.number(1, 6)}s"


def side_by_side(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """What goes with ``parallel``."""
    if "for_each" in step:
        return
    if sketch.rarely(2):
        step["succeed_if"] = sketch.one_of("any", 1, 2, "50%", "80%")
    else:
        step["barrier_timeout"] = f"{sketch.number(1, 9)}s"


def gate(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """A condition that most outputs meet."""
    asked = (
        f"(default({number_of(verb)}, 1) + inputs.n) % 5 {sketch.one_of('>= 0', '!= 3', '!= 1')}"
    )
    if verb == "parallel":
        asked = f"has({number_of(verb)})"
    step["gate"] = {"check": asked}
    if sketch.rarely(2):
        step["gate"]["on_fail"] = sketch.one_of(*_ladders(step))


def output(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """A type; sometimes one that the output does not meet."""
    types: list[Any] = ["json", "map[json]"]
    if verb not in ("run", "parallel"):  # the checker knows that they give no `n`
        types.append({"n": "integer"})
    step["output"] = sketch.one_of(*types)


def on_failure(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Any of the ladders."""
    step["on_failure"] = sketch.one_of(*_ladders(step))
    if "escalate" in step["on_failure"] and not sketch.rarely():
        answer = sketch.one_of("skip", "retry", "fail")
        if answer == "skip" and step.get("importance") in ("high", "critical"):
            answer = "fail"
        sketch.script[f"{address}~escalate"] = {"sleep": "1s", "answer": {"choice": answer}}


def _ladders(step: Step) -> list[Any]:
    """``skip`` is refused where much depends on a step."""
    ladders: list[Any] = [
        "skip", ["retry", "fallback", "skip"], ["reroute", "fail"], ["escalate", "skip"],
        ["retry", "reroute", "escalate"], ["fallback", "fail"], ["retry", "escalate", "skip"],
        ["reroute", "fallback", "escalate"],
    ]  # fmt: skip
    if "reconstruct" in step:
        ladders = [["reconstruct", "skip"], ["retry", "reconstruct", "fail"], "reconstruct"]
    if step.get("importance") in ("high", "critical"):
        return [each for each in ladders if "skip" not in each]
    return ladders


def limits(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Time limits; of a step that holds others they hold for all of it."""
    key = sketch.one_of("timeout", "timeout", "total_timeout")
    _policy(step)[key] = f"{sketch.number(1, 12)}s"


def retry(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """How the same player tries again."""
    rule: dict[str, Any] = {"max_attempts": sketch.number(1, 3)}
    if sketch.rarely(2):
        rule["backoff"] = sketch.one_of("constant", "linear", "exponential", ["1s", "3s"])
    if sketch.rarely():
        rule["jitter"] = "full"
    if sketch.rarely():
        rule["vary"] = [{"temperature": 0.5}, {"temperature": 0}]
    if sketch.rarely():
        rule["on"] = ["transient_network"]
    _policy(step)["retry"] = rule


def budget(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Money, attempts or time of this step alone."""
    bound: dict[str, Any] = {"attempts": sketch.number(1, 4)}
    policy = _policy(step)
    policy["budget"] = sketch.one_of(
        bound, {"usd": sketch.number(1, 3)}, {"wall": f"{sketch.number(2, 9)}s"}
    )
    if sketch.rarely() and step.get("importance") not in ("high", "critical"):
        policy["on_exceeded"] = sketch.one_of("skip", "cheaper")


def safeguards(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """What keeps a target from being asked too often."""
    bounds: dict[str, Any] = {
        "hedge": {"delay": "2s"},
        "breaker": {"calls": 2},
        "throttle": {"tokens": 2},
    }
    for key in [sketch.one_of(*bounds), *sketch.some(list(bounds), 2)]:
        _policy(step)[key] = bounds[key]


def recovery(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """A ladder for one class of errors."""
    key = sketch.one_of("permanent", "backend_failure", "orchestration")
    _policy(step)["recovery"] = {key: sketch.one_of(["fallback", "fail"], ["retry", "fail"])}


def reconstruct(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """From a step that stands before it; often an independent one."""
    if here.siblings:
        source = sketch.one_of(*reversed(here.siblings))
        made = value(f"default(steps.{source}.output, 1)")
        step["reconstruct"] = {"from": made, "play": "spare"}
        sketch.script[f"{address}~reconstruct"] = {"sleep": "1s", "return": {"n": 8}}
        if sketch.rarely(2):
            on_failure(sketch, here, step, verb, address)


def require(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Of a service that may be down, or of the machine."""
    if sketch.rarely():
        step["require"] = "host.memory_free > 1000"
        return
    step["require"] = 'health("hand")'
    if sketch.rarely() and not sketch.calm:
        sketch.health["hand"] = sketch.one_of([False, True], [True, False, True])
    if verb != "fail":
        _policy(step).setdefault("total_timeout", "9s")


def window(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """The clock begins at midnight."""
    begins = sketch.one_of("00:00", "00:01", "22:00")
    step["window"] = {"from": begins, "to": "06:00"}


def priority(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Who starts first."""
    step["priority"] = sketch.one_of("high", "low", "critical")


def importance(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """How much it matters; drawn before what depends on it."""
    step["importance"] = sketch.one_of("low", "high", "critical")


def compensate(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """What undoes it."""
    undo: dict[str, Any] = {"set": {"undone": value("output")}}
    if sketch.rarely(2):
        undo = {"play": "spare", "with": {"n": 1}}
    step["compensate"] = undo


def idempotency_key(sketch: Sketch, here: Here, step: Step, verb: str, address: str) -> None:
    """Made of what can be read."""
    step["idempotency_key"] = f"key-{value(sketch.read(here))}"


MODIFIERS: dict[str, Modifier] = {
    "importance": importance, "when": when, "needs": needs, "for_each": for_each,
    "side_by_side": side_by_side, "output": output, "reconstruct": reconstruct,
    "on_failure": on_failure, "limits": limits, "retry": retry, "gate": gate, "budget": budget,
    "safeguards": safeguards, "recovery": recovery, "require": require, "window": window,
    "priority": priority, "compensate": compensate, "idempotency_key": idempotency_key,
}  # fmt: skip
"""By name, in the order in which they are drawn: some look at those before them."""
_RARE = ("on_failure", "for_each", "reconstruct", "safeguards", "budget")
_OF_A_FAIL = frozenset({"when", "needs", "require", "window", "priority", "importance"})
_OF_A_RESULT = frozenset({"output", "gate", "reconstruct"})


def fitting(verb: str) -> list[str]:
    """The modifiers that say something beside a verb (MEL224); the rarer ones twice."""
    wrong = {
        "side_by_side": verb != "parallel",
        "idempotency_key": verb not in ("play", "run"),
        "output": verb == "approval",
    }
    fits = [name for name in (*MODIFIERS, *_RARE) if not wrong.get(name)]
    if verb == "fail":
        return [name for name in fits if name in _OF_A_FAIL]
    return [name for name in fits if verb != "wait" or name not in _OF_A_RESULT]


def _policy(step: Step) -> dict[str, Any]:
    policy: dict[str, Any] = step.setdefault("policy", {})
    return policy
