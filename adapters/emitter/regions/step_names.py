"""What generated code calls a step and what belongs to it, and which names are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.expressions.written import RESERVED
from adapters.emitter.naming.names import Names
from workflow_ir.policy import Policy, SucceedIf
from workflow_ir.steps import Branch, Layers, Parallel, Play, Step, layers, scopes_of
from workflow_ir.workflow import WorkflowIR

USED: Final = frozenset({
    "Any", "Failure", "MELODY", "Place", "Policy", "Region", "SKIPPED", "Scope", "Step",
    "USUAL_POLICY", "annotations", "meets", "schemas", "step",
})  # fmt: skip
"""Names that a file of steps uses itself."""
USUAL: Final = Policy()
"""What holds where nothing is written."""
SOMETIMES: Final[Mapping[str, Callable[[Layers], bool]]] = {
    "ANY": lambda step: _threshold(step) is not None,
    "AtLeast": lambda step: _threshold(step) is not None,
    "Budget": lambda step: step.guard is not None and step.guard.policy.budget is not None,
    "Escalation": lambda step: _policy(step).escalation != USUAL.escalation,
    "Hedge": lambda step: _policy(step).hedge is not None,
    "Retry": lambda step: step.guard is not None,
    "Rules": lambda step: _policy(step).breaker is not None,
    "Throttle": lambda step: _policy(step).throttle is not None,
    "Branch": lambda step: isinstance(step.verb, Branch),
    "Opening": lambda step: step.window is not None,
    "Percent": lambda step: _threshold(step) is not None,
    "Reconstruct": lambda step: step.guard is not None and step.guard.reconstruct is not None,
    "Route": lambda step: isinstance(step.verb, Play) and step.verb.route is not None,
}
"""Likewise, where a step asks for it."""


@dataclass(frozen=True, slots=True)
class StepNames:
    """What is called how of one step; each name is used where there is such a thing."""

    step: Code
    """The object in its region: a step, or a branch."""
    item: Code
    """Of a map: what is performed for one item."""
    branch: Code
    """The branch inside a step that is a map or may fail as a whole."""
    judge: Code
    """Says whether an output is good enough."""
    arm: Code
    """Chooses the arm."""
    result: Code
    """The value of the arm taken."""
    begin: Code
    """What a branch waits for before it chooses."""
    round: Code
    """Reads what a round of a loop has come to."""
    again: Code
    """Says whether a loop has another round."""
    undo: Code
    """The step that undoes it."""
    source: Code
    """What it may be reconstructed from."""
    inside: Code
    """The region inside."""
    sides: Mapping[str, Code]
    """By name: what performs a side."""
    insides: Mapping[str, Code]
    """By name: the region of a side."""


def reserved(ir: WorkflowIR, steps: Iterable[Step]) -> tuple[str, ...]:
    """Names that the file of steps of a Melody uses itself.

    Args:
        ir: The Melody.
        steps: All of its steps.
    """
    parts = [layers(step) for step in steps]
    asked = [name for name, uses in SOMETIMES.items() if any(map(uses, parts))]
    if ir.policy.budget is not None:
        asked.append("Budget")
    if ir.process is not None:
        asked.append("Manager")
    return (*sorted(USED | RESERVED), *asked)


def step_names(names: Names, step: Step, wish: str) -> StepNames:
    """Hand out the names of one step.

    Args:
        names: The namespace of the file.
        step: The step.
        wish: What it is called if that is free.
    """
    *_, each, _, verb = layers(step)

    def name(kind: str, suffix: str | None = None) -> Code:
        key = (kind, suffix, step.address)
        return names.of(key, f"{wish}_{suffix or kind}")

    def constant(kind: str, suffix: str | None = None) -> Code:
        return Code(name(kind, suffix).upper())

    sides = [side for side, _ in scopes_of(verb) if side and not isinstance(verb, Branch)]
    return StepNames(
        step=names.of(("step", step.address), wish),
        item=name("item", "item" if each is None else each.as_),
        branch=name("branch"),
        judge=name("judge"),
        arm=name("arm"),
        result=name("result"),
        begin=name("begin"),
        round=name("round"),
        again=name("again"),
        undo=names.of(("step", f"{step.address}~compensate"), f"{wish}_undo"),
        source=name("source"),
        inside=constant("steps"),
        sides={side: name("side", side) for side in sides},
        insides={side: constant("steps", f"{side}_steps") for side in sides},
    )


def _policy(step: Layers) -> Policy:
    return USUAL if step.guard is None else step.guard.policy


def _threshold(step: Layers) -> SucceedIf | None:
    """What is said of several performances; None: all of them have to succeed."""
    several = step.each or (step.verb if isinstance(step.verb, Parallel) else None)
    return None if several is None or several.succeed_if.kind == "all" else several.succeed_if
