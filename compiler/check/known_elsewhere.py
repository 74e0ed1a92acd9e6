"""What is said of a name that exists in the language, but not where it was written."""

from __future__ import annotations

from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import Use
from compiler.parse import syntax

Told = tuple[str, str, str | None]
"""Code, message and help."""


def known_elsewhere(use: Use, name: str) -> Told | None:
    """None for a name that stands nowhere in the language."""
    match name:
        case "secrets":
            return _secret(use)
        case "outputs":
            fact = "`outputs` is what the whole Melody gives, which no expression can read"
            return "MEL206", fact, "read the step that gives it: `steps.ID.output`"
        case "env":
            fact = "no expression reads the environment"
            help_ = "write `${{ secrets.NAME }}` in the `with` or `env` of a step, or add an input"
            return "MEL206", fact, help_
        case "host":
            fact = "`host` tells of the machine, and is known in `require` only"
            return "MEL206", fact, "write `require: host.memory_free > …`"
        case "iteration" | "previous":
            fact = f"`{name}` is known inside `repeat` only"
            return "MEL206", fact, "let it stand in a step, `until`, `while` or `result` of a loop"
        case "output" if use.step is not None:
            fact = "`output` is known in `gate` and `compensate` only"
            return "MEL206", fact, "write `steps.ID.output`, with the id of the step that gave it"
        case "with" if use.player is None:
            fact = "`with` is known in the definition of a player only"
            return "MEL206", fact, "read the step or input itself: `steps.ID.output`, `inputs.NAME`"
        case "steps" | "inputs" if use.player is not None:
            fact = f"a player knows `with` only, and not `{name}`"
            return "MEL206", fact, "pass it: `with: {name: …}` at the step, `with.name` here"
    return _of_items(use, name)


def _secret(use: Use) -> Told:
    if use.field == "prompt":
        help_ = "pass it to the player that needs it by `with`"
        return "MEL404", "a prompt is sent and recorded, so no secret may stand in it", help_
    if use.player is not None:
        fact = "in a player, a secret may stand in headers and env only"
        return "MEL404", fact, "let the step pass it by `with`, or write it in `env` or `headers`"
    fact = "a secret may stand in `with` and `env` only: everything else is recorded"
    return "MEL404", fact, "pass it to the player that needs it by `with`"


def _of_items(use: Use, name: str) -> Told | None:
    if use.step is None or use.in_item:
        return None
    step: StepSymbol = use.step
    each: syntax.ForEach | None = step.step.for_each
    if each is None:
        return None
    item = "item" if each.as_ is None else each.as_.value
    if name not in (item, "index", f"{item}_index"):
        return None
    fact = f"there is no name `{name}` here"
    return "MEL206", fact, f"`{use.field}` is asked once, before there are items"
