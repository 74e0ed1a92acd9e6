"""MEL201, 204-206, 209-211, 213-216: what is wrong inside an expression."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import Use
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.expressions.problem import Problem


def expression_problem(subject: Subject) -> Iterator[Diagnostic]:
    """Everything the type checker finds, at its place in the file."""
    for use in subject.uses:
        for problem in subject.typing.check(use).problems:
            yield _diagnostic(problem, use)


def _diagnostic(problem: Problem, use: Use) -> Diagnostic:
    span = use.expr.at(problem.start, problem.end)
    code, message, help_ = problem.code, problem.message, problem.help
    notes: list[Note] = []
    step = _step_read(problem, use)
    if step is not None and code == "MEL209" and _lacks_else(step):
        code = "MEL211"
        message = f"branch `{step.id}` has no `else`, so it may give no value"
        help_ = "add an arm with `else: true`, or read it through `default(…, …)`"
    if step is not None and code in ("MEL204", "MEL209", "MEL211"):
        notes.extend(_where_declared(step, code))
    label = f"did you mean `{problem.suggestion}`?" if problem.suggestion else None
    return diagnose(code, message, span, label=label, help=help_, notes=tuple(notes))


def _step_read(problem: Problem, use: Use) -> StepSymbol | None:
    """The step whose view the problem is about, if it is about one."""
    for reference in use.expr.expression.references:
        path = reference.path
        inside = reference.start <= problem.start < reference.end
        if len(path) > 1 and path[0] == "steps" and inside:
            return use.scope.find(path[1])
    return None


def _lacks_else(step: StepSymbol) -> bool:
    verb = step.step.verb
    return (
        isinstance(verb, syntax.Branch)
        and step.step.when is None
        and not any(arm.is_else for arm in verb.arms)
    )


def _where_declared(step: StepSymbol, code: str) -> Iterator[Note]:
    written = step.step
    if code == "MEL204" and written.output is not None:
        yield Note(f"`{step.id}` declares its output", written.output.span)
    elif code == "MEL209" and written.when is not None:
        yield Note(f"`{step.id}` is skipped unless its `when` holds", written.when.span)
    else:
        yield Note(f"`{step.id}` is defined", written.id.span)
