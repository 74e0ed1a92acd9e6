"""MEL130: modifiers that this version does not apply to ``set`` and ``branch``."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import StepSymbol
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span


def modifier_not_run(subject: Subject) -> Iterator[Diagnostic]:
    """Nothing that is written is dropped in silence."""
    for symbol in subject.symbols.steps:
        match symbol.step.verb:
            case syntax.Set():
                if symbol.step.gate is not None:
                    help_ = "test the value with a `branch` or with `when` of the next step"
                    yield _refused("gate", "set", symbol.step.gate.span, help_)
            case syntax.Branch():
                for name, span in _of_a_branch(symbol):
                    help_ = f"write `{name}` at the steps inside its arms"
                    yield _refused(name, "branch", span, help_)
            case _:
                pass


def _of_a_branch(symbol: StepSymbol) -> Iterator[tuple[str, Span]]:
    step = symbol.step
    if step.output is not None:
        yield "output", step.output.span
    if step.gate is not None:
        yield "gate", step.gate.span
    if step.policy is not None:
        yield "policy", step.policy.span
    if step.on_failure:
        yield "on_failure", step.on_failure[0].span


def _refused(name: str, verb: str, span: Span, help_: str) -> Diagnostic:
    return diagnose(
        "MEL130", f"`{name}` beside `{verb}` is not run by this version yet", span, help=help_
    )
