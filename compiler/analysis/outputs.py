"""What steps give, as far as their own words tell."""

from __future__ import annotations

from compiler.analysis.symbols import StepSymbol
from compiler.parse import syntax
from workflow_ir.policy import Rung
from workflow_ir.types import (
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    ListOf,
    Null,
    Number,
    Object,
    String,
    Type,
    join,
)

COMMAND_RESULT = Object(
    {"exit_code": Field(Integer()), "stdout": Field(String()), "stderr": Field(String())}
)
"""What a command gives without ``parse``, and with ``parse: exit``."""


def command_output(parse: str | None) -> Type:
    """What a command gives (spec 6, spec 8)."""
    match parse:
        case "text":
            return String()
        case "lines":
            return ListOf(String())
        case "json":
            return Json()
        case _:
            return COMMAND_RESULT


def leaves_gap(step: syntax.Step) -> bool:
    """Its failure may be skipped in writing, so a gap may stand for its output."""
    rungs = list(step.on_failure or ())
    if step.gate is not None and step.gate.on_fail is not None:
        rungs.extend(step.gate.on_fail)
    return any(rung.value is Rung.SKIP for rung in rungs)


def may_be_absent(step: StepSymbol) -> bool:
    """There may be no output to read although the step has settled."""
    written = step.step
    if written.when is not None:
        return True
    if written.for_each is not None:
        return False
    return leaves_gap(written) or may_take_no_arm(step)


def may_take_no_arm(step: StepSymbol) -> bool:
    """A branch without `else` is skipped where no condition holds."""
    verb = step.step.verb
    return isinstance(verb, syntax.Branch) and not any(arm.is_else for arm in verb.arms)


def type_of_data(data: object) -> Type:
    """The type of a constant.

    >>> type_of_data([1, 2])
    ListOf(item=Integer(minimum=None, maximum=None))
    """
    match data:
        case None:
            return Null()
        case bool():
            return Boolean()
        case int():
            return Integer()
        case float():
            return Number()
        case str():
            return Enum((data,))
        case list():
            return ListOf(join([_widened(type_of_data(item)) for item in data]))
        case dict():
            return Object({str(key): Field(type_of_data(item)) for key, item in data.items()})
        case _:
            return Json()


def _widened(type_: Type) -> Type:
    return String() if isinstance(type_, Enum) else type_
