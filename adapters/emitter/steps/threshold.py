"""``succeed_if``: how many of several performances have to succeed."""

from __future__ import annotations

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.writing import Writing
from workflow_ir.policy import SucceedIf


def threshold(writing: Writing, written: SucceedIf) -> Code | None:
    """As an argument; None: all of them, as usual."""
    match written:
        case SucceedIf(kind="any"):
            return writing.run("ANY")
        case SucceedIf(kind="count", count=int(count)):
            return Code(f"{writing.run('AtLeast')}({literal(count)})")
        case SucceedIf(kind="percent", percent=float(percent)):
            return Code(f"{writing.run('Percent')}({literal(percent)})")
        case _:
            return None
