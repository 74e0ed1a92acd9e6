"""Melodies drawn by Hypothesis, with their sub-melodies and the script of what goes wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from melody.testing.conformance.case import Case, Expected
from tests.differential import behaviours
from tests.differential.modifiers import MODIFIERS, fitting
from tests.differential.sketch import Draw, Here, Sketch, Step, text
from tests.differential.verbs import FLAT, NESTED, NUMBER, VERBS, melody

SIZES = (1, 4, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24)
"""Steps that a Melody may have; where a scope must have one there may be more."""
_DEEPEST = 3
_WIDEST = 8


@st.composite
def cases(draw: Draw) -> Case:
    """One Melody with all that it needs; nothing is expected of it."""
    sketch = Sketch(
        draw,
        size=draw(st.sampled_from(SIZES)),
        chained=draw(st.sampled_from([False, True])),
        calm=draw(st.sampled_from([True, False, False])),
    )
    steps, result = _scope(sketch, Here("", ("inputs.n",), (), 0))
    tree = melody(sketch, "drawn", steps, result)
    policy = _run_policy(sketch)
    if policy:
        tree["policy"] = policy
    script: dict[str, Any] = {"seed": 1, "default": behaviours.ECHO, "steps": sketch.script}
    if sketch.health:
        script["health"] = sketch.health
    return Case(
        name="drawn",
        about="drawn at random",
        melody=text(tree),
        expected=Expected("", {}),
        script=script,
        files=sketch.files,
        allow={"python": ("band",), "command": ("tool",)},
    )


def _run_policy(sketch: Sketch) -> dict[str, Any]:
    """What holds for the whole run; mostly nothing."""
    policy: dict[str, Any] = {}
    if sketch.rarely(1, 5):
        policy["on_step_failure"] = "finish_independent"
    if sketch.rarely(1, 6):
        policy["concurrency"] = sketch.number(1, 3)
    if sketch.rarely(1, 8):
        policy["budget"] = sketch.one_of({"wall": "20s"}, {"usd": 4}, {"attempts": 9})
    if sketch.rarely(1, 8):
        policy["retry"] = {"max_attempts": 2, "backoff": "constant"}
    return policy


def _scope(sketch: Sketch, here: Here) -> tuple[dict[str, Step], str]:
    """Steps that read one another and what is round them, and the sum of what they give."""
    steps: dict[str, Step] = {}
    reads: list[str] = []
    while not steps or (len(steps) < _WIDEST and sketch.size > 0 and _goes_on(sketch, here)):
        name = sketch.new_id()
        inside = Here(here.prefix, (*here.seen, *reads), tuple(steps), here.depth)
        steps[name], read = _step(sketch, inside, name)
        reads.append(read)
    return steps, " + ".join(reads)


def _goes_on(sketch: Sketch, here: Here) -> bool:
    """The top scope takes most of what is left; the others leave something to it."""
    return sketch.rarely(2, 3) if here.depth else sketch.rarely(19, 20)


def _step(sketch: Sketch, here: Here, name: str) -> tuple[Step, str]:
    """A step, and an expression that gives an integer whatever comes of it."""
    nested = here.depth < _DEEPEST and sketch.size > 0 and sketch.rarely(2)
    verb = sketch.one_of(*(NESTED if nested else FLAT))
    if verb == "parallel" and sketch.chained and not sketch.rarely(1, 8):
        verb = "steps"
    address = here.prefix + name
    step = VERBS[verb](sketch, here, address, _scope)
    if verb == "wait" and "event" in step["wait"]:
        verb = "event"
    drawn = sketch.some(fitting(verb), 4 if sketch.calm else 6)
    for modifier, add in MODIFIERS.items():
        if modifier in drawn:
            add(sketch, here, step, verb, address)
    if sketch.chained and here.siblings:
        step["needs"] = list(dict.fromkeys([*step.get("needs", ()), here.siblings[-1]]))
    if "for_each" in step:
        return step, f"len(default(steps.{name}.output, []))"
    member = NUMBER.get(verb, "n")
    if not member or ("output" in step and verb != "play"):
        return step, f"steps.{name}.attempts"
    return step, f"default(steps.{name}.output.{member}, 0)"
