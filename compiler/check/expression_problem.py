"""MEL201, 204-206, 209-216: what is wrong inside an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.analysis.doubt import Doubt
from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import Use
from compiler.check.subject import Subject
from compiler.check.suggestion import did_you_mean, listed, rewrite
from compiler.check.wording import as_phrase, repeats
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Fix, Note
from workflow_ir.expressions.problem import Problem
from workflow_ir.expressions.references import Reference
from workflow_ir.span import Span

PLAIN = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)
"""What can be written into any scalar as it stands."""


def expression_problem(subject: Subject) -> Iterator[Diagnostic]:
    """Everything the type checker finds, at its place in the file."""
    for use in subject.uses:
        computed = _computed(use)
        for reference in computed:
            yield _computed_step(use.expr.at(reference.start, reference.end))
        for problem in subject.typing.check(use).problems:
            told = any(one.start in range(problem.start, problem.end) for one in computed)
            if not told and not _may_follow(problem, use, subject.doubt):
                yield _diagnostic(problem, use)


def _computed(use: Use) -> list[Reference]:
    """Reads of ``steps`` that do not name the step."""
    if use.field == "player":
        return []
    return [one for one in use.expr.expression.references if one.path == ("steps",)]


def _computed_step(span: Span) -> Diagnostic:
    """Dependencies are known before the run, so the text must name each step that is read."""
    return diagnose(
        "MEL210",
        "a step must be named here: what waits for what is known before the run",
        span,
        help="write `steps.ID`, with the step's own id",
    )


def _may_follow(problem: Problem, use: Use, doubt: Doubt) -> bool:
    """Whether the problem may be gone once everything can be read."""
    name = _text(problem, use)
    match problem.code:
        case "MEL201":
            return doubt.hides("steps", name)
        case "MEL213":
            return doubt.hides("inputs", name)
        case "MEL206" | "MEL209" | "MEL211":
            return doubt.blurs(use.step)
        case _:
            return False


def _text(problem: Problem, use: Use) -> str:
    return use.expr.source[problem.start : problem.end].strip("\"'")


def _diagnostic(problem: Problem, use: Use) -> Diagnostic:
    span = use.expr.at(problem.start, problem.end)
    code, message = problem.code, as_phrase(problem.message)
    help_ = None if problem.help is None else as_phrase(problem.help)
    if problem.suggestion is not None and repeats(help_, problem.suggestion):
        help_ = None
    notes: list[Note] = []
    step = _step_read(problem, use)
    if step is not None and code == "MEL209" and _lacks_else(step):
        code = "MEL211"
        message = f"branch `{step.id}` has no `else`, so it may give no value"
        help_ = "add an arm with `else: true`, or read it through `default(…, …)`"
    elif code == "MEL201" and help_ is None and problem.suggestion is None:
        others = (one for one, symbol in use.scope.visible().items() if symbol is not use.step)
        help_ = listed(others, what="steps")
    elif code == "MEL206":
        code, message, help_ = _unknown_name(use, _text(problem, use), message, help_)
    if step is not None and code in ("MEL204", "MEL209", "MEL211"):
        notes.extend(_where_declared(step, code))
    label = did_you_mean(problem.suggestion) if problem.suggestion else None
    fix = _fix(problem, use, span)
    return diagnose(code, message, span, label=label, help=help_, notes=tuple(notes), fix=fix)


def _unknown_name(
    use: Use, name: str, message: str, help_: str | None
) -> tuple[str, str, str | None]:
    """Names that exist, but not here."""
    if name == "secrets" and use.field == "prompt":
        help_ = "pass it to the player that needs it by `with`"
        return "MEL404", "a prompt is sent and recorded, so no secret may stand in it", help_
    if name == "secrets":
        help_ = "let the player read it from its own environment"
        return "MEL130", "`secrets` is not run by this version yet", help_
    each = None if use.step is None else use.step.step.for_each
    if each is not None and not use.in_item and use.step is not None:
        item = "item" if each.as_ is None else each.as_.value
        if name in (item, "index", f"{item}_index"):
            help_ = f"`{use.field}` is asked once, before there are items"
    return "MEL206", message, help_


def _fix(problem: Problem, use: Use, span: Span) -> Fix | None:
    """The suggestion as an edit, if the place is exact and nothing needs quoting there."""
    wanted, written = problem.suggestion, use.expr.source[problem.start : problem.end]
    if wanted is None or not PLAIN.fullmatch(wanted):
        return None
    source = use.expr.scalar.source
    start = source.offset(span.line, span.column)
    if source.text[start : source.offset(span.end_line, span.end_column)] != written:
        return None
    return rewrite(span, wanted)


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
