"""What steps give, as far as their own words tell."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import StepSymbol
from compiler.parse import syntax
from compiler.parse.packs import is_of_a_pack
from workflow_ir.expressions import EvaluationError
from workflow_ir.expressions import compile as compile_expression
from workflow_ir.policy import Rung
from workflow_ir.span import Span
from workflow_ir.types import (
    NO_DEFAULT,
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    ListOf,
    Null,
    Nullable,
    Number,
    Object,
    String,
    Type,
    join,
)
from workflow_ir.types.model import may_be_null, stripped

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
    written = any(skips_of(step.policy))
    return written or any(rung.value is Rung.SKIP for rung in rungs)


def skips_of(policy: syntax.Policy | None) -> Iterator[Span]:
    """Where ``skip`` is written in the policy of a step; a pack's is not written at the step."""
    if policy is None:
        return
    timeout = None if policy.escalation is None else policy.escalation.on_timeout
    words = (policy.on_exceeded, timeout)
    places = [word.span for word in words if word is not None and word.value == "skip"]
    rungs = (rung for one in policy.recovery for rung in one.rungs)
    places += [rung.span for rung in rungs if rung.value is Rung.SKIP]
    yield from (place for place in places if not is_of_a_pack(place.file))


def may_be_absent(step: StepSymbol) -> bool:
    """There may be no output to read although the step has settled."""
    written = step.step
    return written.when is not None or (written.for_each is None and may_give_nothing(step))


def may_give_nothing(step: StepSymbol) -> bool:
    """One performance, of the step or of an item of its map, may end without output."""
    return leaves_gap(step.step) or may_take_no_arm(step) or may_not_iterate(step)


def may_take_no_arm(step: StepSymbol) -> bool:
    """A branch without `else` is skipped where no condition holds."""
    verb = step.step.verb
    return isinstance(verb, syntax.Branch) and not any(arm.is_else for arm in verb.arms)


def may_not_iterate(step: StepSymbol) -> bool:
    """A loop with ``while`` is skipped where its condition does not hold at first (spec 8, Verbs).

    A condition about ``iteration`` and ``previous`` alone is tried with their first values.
    """
    verb = step.step.verb
    if not isinstance(verb, syntax.Repeat) or verb.while_ is None:
        return False
    condition = verb.while_.expression
    first: dict[str, object] = {"iteration": 1, "previous": None}
    if any(one.path[0] not in first for one in condition.references):
        return True
    try:
        return compile_expression(condition)(first) is not True
    except EvaluationError:
        return True


def form_output(verb: syntax.Approval) -> Type:
    """What a person gives: the form's fields, and ``choice`` (spec 8, Verbs)."""
    rejectable = verb.on_reject is not None and verb.on_reject.value == "continue"
    form = None if verb.form is None else stripped(verb.form.type)
    if form is not None and not isinstance(form, Object):
        return Json()  # which is reported
    fields = {} if form is None else {name: _filled(one) for name, one in form.fields.items()}
    if rejectable:
        fields = {name: Field(_left_open(field)) for name, field in fields.items()}
    choices = ("approve", "reject") if rejectable else ("approve",)
    return Object({**fields, "choice": Field(Enum(choices))})


def _filled(field: Field) -> Field:
    """A field with a default is always there."""
    return field if field.default is NO_DEFAULT else Field(field.type, default=field.default)


def _left_open(field: Field) -> Type:
    """Of a form that was rejected: the default, else null."""
    dynamic = isinstance(stripped(field.type), Json)
    if field.default is not NO_DEFAULT or may_be_null(field.type) or dynamic:
        return field.type
    return Nullable(field.type)


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
