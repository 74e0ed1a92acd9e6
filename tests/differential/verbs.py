"""Drawing the verb of a step, and what can be read of the step afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.differential import behaviours
from tests.differential.sketch import Here, Sketch, Step, text, value

Scope = Callable[[Sketch, Here], tuple[dict[str, Step], str]]
"""Draws the steps of a scope; gives them and an expression over what they came to."""
Verb = Callable[[Sketch, Here, str, Scope], Step]
"""Draws a verb of the step with that address."""


def play(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """A player by name or by capability."""
    who: Any = sketch.one_of("hand", "hand", "keen", "worker", "capable")
    if who == "capable":
        balance = sketch.one_of("priority", "round_robin", "least_loaded", "random")
        who = {"provides": "work", "balance": balance}
        if sketch.rarely():
            who["prefer"] = ["keen"]
    if sketch.rarely(3, 5):
        sketch.script[address] = behaviours.of_a_player(sketch)
    return {"play": who, "with": {"n": value(sketch.read(here))}, "output": {"n": "integer"}}


def run(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """A command; the script plays it."""
    sketch.script[address] = behaviours.of_a_command(sketch)
    return {"run": ["tool", value(sketch.read(here))]}


def set_(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """Data."""
    late = "{} if now() < '2000-01-01T00:00:03' else 1"
    drawn = sketch.one_of("{}", "{}", "1 + {}", "7 // {}", late)
    return {"set": {"n": value(drawn.format(sketch.read(here)))}}


def group(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """Steps in a scope of their own."""
    steps, result = scope(sketch, here.below(address))
    return {"steps": steps, "result": {"n": value(result)}}


def branch(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """One to three arms; the last may be the one for everything else."""
    arms: list[dict[str, Any]] = []
    for name in ("one", "two", "three")[: sketch.number(1, 3)]:
        steps, result = scope(sketch, here.below(f"{address}.{name}"))
        when = f"(inputs.n + {sketch.read(here)}) % 2 == {sketch.number(0, 1)}"
        arms.append({"name": name, "when": when, "steps": steps, "result": {"n": value(result)}})
    if sketch.rarely(2):
        del arms[-1]["when"]
        arms[-1]["else"] = True
    return {"branch": arms}


def parallel(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """Two or three sides."""
    sides: dict[str, Any] = {}
    for name in ("left", "right", "middle")[: sketch.number(2, 3)]:
        steps, result = scope(sketch, here.below(f"{address}.{name}"))
        sides[name] = {"steps": steps, "result": {"n": value(result)}}
    return {"parallel": sides}


def repeat(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """At most three iterations."""
    inside = here.below(address, seen=(*here.seen, "iteration", "default(previous.n, 0)"))
    steps, result = scope(sketch, inside)
    last = f"(inputs.n + {sketch.number(0, 3)}) % 4"
    loop: dict[str, Any] = {"max": sketch.number(1, 3), "steps": steps}
    if sketch.rarely(2, 5):
        loop["while"] = f"iteration < {last}"
    else:
        loop["until"] = f"iteration == {last}"
    loop["on_max"] = "accept" if sketch.calm else sketch.one_of("accept", "fail")
    loop["result"] = {"n": value(f"{result} % 100")}
    return {"repeat": loop}


def call(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """A sub-melody of its own."""
    name = f"part_{address.rpartition('.')[2].rpartition('/')[2]}"
    steps, result = scope(sketch, here.below(address, seen=("inputs.n",), sign="/"))
    file = f"{name}.melody.yaml"
    sketch.files[file] = text(melody(sketch, name, steps, result))
    return {"call": f"./{file}", "with": {"n": value(sketch.read(here))}}


def approval(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """A question with one field."""
    choice = "approve" if sketch.calm else sketch.one_of("approve", "approve", "approve", "reject")
    sketch.script[address] = behaviours.of_somebody(sketch, {"choice": choice, "n": 3})
    step: Step = {"approval": "Good?", "form": {"n": {"type": "integer"}}}
    if not sketch.rarely(1, 8):
        step |= {"expires": "5s", "on_timeout": sketch.one_of("fail", "reject", "approve")}
        if step["on_timeout"] == "approve":
            step["form"]["n"]["default"] = 2
    if sketch.rarely():
        step["on_reject"] = "continue"
    return step


def wait(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """A time, or a moment: the clock begins at midnight of 2000-01-01."""
    if sketch.rarely():
        return {"wait": {"until": f"2000-01-01T00:00:0{sketch.number(0, 9)}Z"}}
    return {"wait": f"{sketch.number(1, 4)}s"}


def event(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """Something from outside; rarely it does not come."""
    here_it_is = {"sleep": sketch.one_of("1s", "3s"), "return": {"n": 4}}
    sketch.script[address] = {"hang": "20s"} if sketch.rarely(1, 12) else here_it_is
    return {"wait": {"event": "news"}}


def fail(sketch: Sketch, here: Here, address: str, scope: Scope) -> Step:
    """Only under a condition: a Melody that always fails shows little."""
    step: Step = {"fail": {"error": "drawn.failure"}}
    modulus = 7 if sketch.calm else 4
    return {**step, "when": f"(inputs.n + {sketch.read(here)}) % {modulus} == 1"}


VERBS: dict[str, Verb] = {
    "play": play, "set": set_, "run": run, "wait": wait, "event": event, "approval": approval,
    "fail": fail, "steps": group, "branch": branch, "parallel": parallel, "repeat": repeat,
    "call": call,
}  # fmt: skip
"""By name; ``event`` is ``wait: {event: …}``."""
FLAT = ("play", "set", "play", "run", "wait", "event", "approval", "play", "fail")
NESTED = ("steps", "parallel", "branch", "repeat", "call")
NUMBER = {"run": "exit_code", "wait": "", "fail": "", "parallel": "left.n"}
"""Where the integer of a verb's output stands; ``n`` of the others, empty: nowhere."""


def melody(sketch: Sketch, name: str, steps: dict[str, Step], result: str) -> dict[str, Any]:
    """A Melody of these steps, with the players of every drawn Melody."""
    players: dict[str, Any] = {
        "hand": {"python": "band:hand", "fallback": ["spare"]},
        "keen": {"python": "band:keen", "provides": ["work"], "cost": {"usd": 1}},
        "worker": {"python": "band:worker", "provides": ["work"], **_limits(sketch)},
        "spare": {"python": "band:spare"},
    }
    asked = set(_words(steps))
    if "work" in asked:
        asked |= {"keen", "worker"}
    if "hand" in asked:
        asked.add("spare")
    return {
        "melody": "v1",
        "name": name,
        "inputs": {"n": {"type": "integer", "default": sketch.number(0, 9)}},
        "players": {name: players[name] for name in players if name in asked},
        "steps": steps,
        "outputs": {"n": value(result)},
    }


def _words(tree: Any) -> Iterator[str]:
    """Every text in it that may name a player."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from _words(one)


def _limits(sketch: Sketch) -> dict[str, Any]:
    if not sketch.rarely():
        return {}
    return {"limits": sketch.one_of({"concurrency": 1}, {"per_minute": 2})}
