"""What an output must meet: its schema, then the gate of its step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal, words
from adapters.emitter.regions.step_names import StepNames
from adapters.emitter.steps.pieces import Locals
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.spoken import argument
from adapters.emitter.steps.writing import Writing
from workflow_ir.steps import Guard, Step


@dataclass(frozen=True, slots=True)
class JudgeView:
    """The function that is given an output and gives it back, completed."""

    template: ClassVar[str] = "steps/judge.jinja"
    names: ClassVar[tuple[str, ...]] = ("Any", "Place")
    name: Code
    doc: Code
    schema: Code | None
    """Checks and completes it; None: it may be anything."""
    lead: tuple[Locals, ...]
    fails: Code | None
    """When it is not good enough; None: no condition is written."""
    problem: Code | None
    """What is said then."""
    score: Code | None
    """A number that has to be high enough."""
    at_least: Code | None
    too_low: Code | None
    """What is said if it is not."""


def judge(writing: Writing, step: Step, guard: Guard | None) -> JudgeView | None:
    """The judge of a step with a gate; None: it has none."""
    if guard is None or guard.gate is None:
        return None
    names: StepNames = writing.names(step)
    scene = Scene(writing, {"output": Code("output")}, made=("output", "score"))
    gate = guard.gate
    check, score = gate.check, gate.score
    writing.policy("Failure")
    fails = None if check is None else scene.unless(check)
    scored = None if score is None else scene.value(score)
    return JudgeView(
        name=names.judge,
        doc=Code(f"What an output of {words(step.id)} must meet."),
        schema=None if guard.output is None else writing.schema(guard.output, hint(step)),
        lead=scene.lead(),
        fails=fails,
        problem=None if check is None else argument(f"the gate does not hold: {check.source}"),
        score=scored,
        at_least=None if gate.at_least is None else literal(gate.at_least),
        too_low=None if gate.at_least is None else _too_low(gate.at_least),
    )


def _too_low(at_least: float) -> Code:
    """A text with the score in it: there is nothing but a number of the author's in it, too."""
    return Code(f'f"the gate wants at least {at_least:g} and got {{score:g}}"')


def judged_by(writing: Writing, step: Step, guard: Guard) -> Code | None:
    """What judges an output, as an argument; None: anything is good enough."""
    if guard.gate is not None:
        return writing.names(step).judge
    if guard.output is None:
        return None
    return Code(f"{writing.run('meets')}({writing.schema(guard.output, hint(step))})")


def hint(step: Step) -> str:
    """How the schema of a step's output may be called."""
    return f"{step.id}_output"
