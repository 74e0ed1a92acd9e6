"""Secrets of a run: each is a variable of the environment, and all are there before it starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.expressions import parse
from workflow_ir.players import AgentPlayer
from workflow_ir.span import Span, span_at
from workflow_ir.steps import Play, Reconstruct
from workflow_ir.values import ExprValue
from workflow_ir.workflow import WorkflowIR


def secret_values(
    ir: WorkflowIR, environment: Mapping[str, str], *, scripted: bool = False
) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The values of all secrets that a run may read, by name, and those that are missing (MEL601).

    Args:
        ir: The Melody.
        environment: Variables of the process.
        scripted: Players are played by a script, which sees no secret: one that is not set is
            empty then.
    """
    values: dict[str, str] = {}
    problems: dict[str, Diagnostic] = {}
    for module in (ir, *ir.modules.values()):
        for name, place in _read_in(module):
            value = environment.get(name, "")
            if not value and not scripted:
                problems.setdefault(name, _missing(name, place))
            values[name] = value
    return values, tuple(problems.values())


def _missing(name: str, place: Span | None) -> Diagnostic:
    return diagnose(
        "MEL601",
        f"secret `{name}` is not set",
        place,
        help=f"set the environment variable `{name}`, then run again",
    )


def _read_in(module: WorkflowIR) -> Iterator[tuple[str, Span | None]]:
    """The secrets that steps read, then those of the players that they name."""
    named: dict[str, None] = {}
    for part in _parts(module.root):
        match part:
            case ExprValue():
                place = None
                if module.file is not None and part.at is not None:
                    place = span_at(module.file, part.at)
                yield from ((name, place) for name in _secrets_of(part))
            case Play():
                named |= dict.fromkeys(part.players())
            case Reconstruct():
                named[part.player] = None
    ahead, seen = list(named), set[str]()
    while ahead:
        name = ahead.pop(0)
        player = module.players.get(name)
        if player is None or name in seen:
            continue
        seen.add(name)
        tools = player.tools if isinstance(player, AgentPlayer) else ()
        ahead += [*player.fallback, *tools]
        ahead += [] if player.refresh is None else [player.refresh]
        for part in _parts(player):
            if isinstance(part, ExprValue):
                # A player may stand in the project file, so its place is not told.
                yield from ((secret, None) for secret in _secrets_of(part))


def _secrets_of(expression: ExprValue) -> Iterator[str]:
    if "secrets" not in expression.source:
        return
    for reference in parse(expression.source).references:
        if reference.path[0] == "secrets" and len(reference.path) > 1:
            yield str(reference.path[1])


def _parts(part: object) -> Iterator[object]:
    """Every model inside a part of the IR, and the part itself."""
    match part:
        case BaseModel():
            yield part
            for field in type(part).model_fields:
                yield from _parts(getattr(part, field))
        case tuple() | list():
            for item in part:
                yield from _parts(item)
        case dict():
            for item in part.values():
                yield from _parts(item)
