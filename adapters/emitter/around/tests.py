"""What the tests of a generated project say: only what is known from the Melody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from adapters.emitter.around.example import example
from adapters.emitter.around.outage import CODE, outage
from adapters.emitter.code import Code, joined, literal
from adapters.emitter.naming.names import Names
from adapters.emitter.package import Package
from adapters.emitter.policy.alternatives import fallback_order
from workflow_ir.ids import natural_key
from workflow_ir.players import CommandPlayer, Player
from workflow_ir.steps import Play, every_step, layers
from workflow_ir.workflow import WorkflowIR

_OF_ANOTHER_TYPE: Final = {
    "string": 0,
    "integer": "text",
    "number": "text",
    "boolean": "text",
    "object": "text",
    "array": "text",
}
"""By the type of an input: what does not fit it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a player gives in the tests."""

    name: Code
    answer: Code


@dataclass(frozen=True, slots=True)
class Wrong:
    """Inputs that are refused, and what is wrong with them."""

    inputs: Code
    problem: Code


@dataclass(frozen=True, slots=True)
class Down:
    """Players of a step that are down."""

    step: Code
    code: Code
    players: Code
    attempts: Code
    """Whom the step asks, an entry for each attempt."""


def tests_of(ir: WorkflowIR, made: Package, target: str) -> dict[str, Any]:
    """What the templates of the tests are filled in with besides the rest."""
    plays, has = made.uses.plays, made.has
    casts = [module.cast for module in reversed(made.modules) if module.ir.players]
    found = outage(ir, made.uses) if plays else None
    return {
        "steps": tuple(literal(str(step.id)) for step in ir.root.steps),
        "outputs": tuple(map(literal, _outputs(ir))),
        "casts": tuple(casts) if plays else (),
        "imported_casts": tuple(sorted(casts, key=natural_key)) if plays else (),
        "players": tuple(_answers(ir)) if plays else (),
        "wrong": tuple(_wrong(ir)),
        "wall_clock": has.now or has.moments or has.windows,
        "threads": target == "crewai",
        "down": None
        if found is None
        else Down(
            literal(found.step),
            literal(CODE),
            joined([literal(name) for name, _ in found.asked], ", "),
            joined([_times(name, often) for name, often in found.asked], " + "),
        ),
    }


def _outputs(ir: WorkflowIR) -> tuple[str, ...]:
    return tuple(getattr(ir.root.result, "entries", ()))


def _times(name: str, often: int) -> Code:
    one = Code("[") + literal(name) + Code("]")
    return one if often == 1 else one + Code(f" * {often}")


def _wrong(ir: WorkflowIR) -> Iterator[Wrong]:
    """One of each kind that there is."""
    if any(one.required for one in ir.inputs.values()):
        yield Wrong(Code("{}"), literal("missing"))
    for name, one in ir.inputs.items():
        kind = one.schema_.get("type")
        if isinstance(kind, str) and kind in _OF_ANOTHER_TYPE:
            yield _with(name, _OF_ANOTHER_TYPE[kind], "of another type")
            break
    yield _with(str(Names(ir.inputs).of("unknown", "unknown")), None, "unknown")


def _with(name: str, value: Any, problem: str) -> Wrong:
    entry = joined([literal(name), literal(value)], ": ")
    return Wrong(Code("{**INPUTS, ") + entry + Code("}"), literal(problem))


def _usual(player: Player | None) -> Any:
    """What a player gives where nothing is said of its output."""
    if isinstance(player, CommandPlayer):
        parsed = {"text": "text", "lines": [], "json": {}}
        return parsed.get(str(player.parse), {"exit_code": 0, "stdout": "", "stderr": ""})
    return {}


def _answers(ir: WorkflowIR) -> Iterator[Answer]:
    """For each player, something that the first step that may ask it takes for an output."""
    found: dict[str, Any] = {}
    for melody in (ir, *ir.modules.values()):
        for step in every_step(melody.root):
            parts = layers(step)
            if isinstance(parts.verb, Play):
                output = None if parts.guard is None else parts.guard.output
                for first in parts.verb.players():
                    for name in fallback_order(melody, first):
                        usual = _usual(melody.players.get(name))
                        found.setdefault(name, usual if output is None else example(output))
    for name, answer in found.items():
        yield Answer(literal(name), literal(answer))
