"""MEL201, 204-206, 209-216: what is wrong inside an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.analysis.doubt import Doubt
from compiler.analysis.symbols import StepSymbol
from compiler.analysis.uses import Use
from compiler.check.known_elsewhere import known_elsewhere
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
LONGEST_SHOWN = 60
"""Characters of an expression that a hint repeats."""


def expression_problem(subject: Subject) -> Iterator[Diagnostic]:
    """Everything the type checker finds, at its place in the file."""
    for use in subject.uses:
        computed = _computed(use)
        for reference in computed:
            yield _computed_step(use.expr.at(reference.start, reference.end))
        for problem in subject.typing.check(use).problems:
            told = any(one.start in range(problem.start, problem.end) for one in computed)
            if not told and not _is_fine(problem, use, subject.doubt):
                yield _diagnostic(problem, use)


def _computed(use: Use) -> list[Reference]:
    """Reads of ``steps`` that do not name the step."""
    if use.player is not None:
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


def _is_fine(problem: Problem, use: Use, doubt: Doubt) -> bool:
    """Whether the place copes with it, or it may be gone once everything can be read."""
    name = _text(problem, use)
    match problem.code:
        case "MEL209" if use.field == "reconstruct":
            return True  # what there is to take is seen when it is needed (spec 8, Verbs)
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


def _shown(problem: Problem, use: Use) -> str:
    text = _text(problem, use)
    return text if len(text) <= LONGEST_SHOWN and "\n" not in text else "…"


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
        through = f"`default({_shown(problem, use)}, y)`"
        help_ = f"add an arm with `else: true`, or read it through {through}"
    elif code == "MEL201" and help_ is None and problem.suggestion is None:
        others = (one for one, symbol in use.scope.visible().items() if symbol is not use.step)
        help_ = listed(others, what="steps")
    elif step is not None and code == "MEL210" and _lacks_result(step, problem, use):
        message = f"`{step.id}` has no `result`, so it gives nothing to read"
        help_ = "add `result: …` to it, with what its steps give"
    elif step is not None and code == "MEL204" and _looks_inside(step, problem, use):
        help_ = (
            f"steps inside `{step.id}` are not seen; read its `result` as `steps.{step.id}.output`"
        )
        return diagnose(code, message, span, notes=tuple(_where_declared(step, code)), help=help_)
    elif code == "MEL206":
        told = known_elsewhere(use, _text(problem, use))
        if told is not None:
            return diagnose(told[0], told[1], span, help=told[2])
    elif code == "MEL216" and step is not None and _takes_no_rejection(step):
        help_ = "a rejection fails the approval; write `on_reject: continue` to go on with it"
    if step is not None and code in ("MEL204", "MEL209", "MEL211"):
        notes.extend(_where_declared(step, code))
    label = did_you_mean(problem.suggestion) if problem.suggestion else None
    fix = _fix(problem, use, span)
    return diagnose(code, message, span, label=label, help=help_, notes=tuple(notes), fix=fix)


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


def _lacks_result(step: StepSymbol, problem: Problem, use: Use) -> bool:
    """Whether the output of a group or a loop is read that was never given one."""
    verb = step.step.verb
    return (
        isinstance(verb, syntax.Group | syntax.Repeat)
        and verb.scope.result is None
        and step.step.for_each is None
        and _text(problem, use).startswith((f"steps.{step.id}.output.", f"steps.{step.id}.output["))
    )


def _looks_inside(step: StepSymbol, problem: Problem, use: Use) -> bool:
    """Whether `steps.ID.steps`, or the id of a step inside, stands where a fact of it may."""
    name = _text(problem, use)
    before = use.expr.source[: problem.start].rstrip()
    return (
        bool(step.inner)
        and before.endswith(f"steps.{step.id}.")
        and (name == "steps" or any(name in scope.steps for scope in step.inner))
    )


def _takes_no_rejection(step: StepSymbol) -> bool:
    verb = step.step.verb
    if not isinstance(verb, syntax.Approval):
        return False
    return verb.on_reject is None or verb.on_reject.value != "continue"


def _where_declared(step: StepSymbol, code: str) -> Iterator[Note]:
    written = step.step
    if code == "MEL204" and written.output is not None:
        yield Note(f"`{step.id}` declares its output", written.output.span)
    elif code == "MEL209" and written.when is not None:
        yield Note(f"the `when` that may skip `{step.id}` stands", written.when.span)
    else:
        yield Note(f"`{step.id}` is defined", written.id.span)
