"""MEL226: a form that nobody can fill in, or whose answer could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span
from workflow_ir.types import NO_DEFAULT, Json, Object, describe
from workflow_ir.types.model import stripped


def bad_form(subject: Subject) -> Iterator[Diagnostic]:
    """The output of an approval is the form's fields and ``choice`` (spec 8, Verbs)."""
    for symbol in subject.symbols.steps:
        verb = symbol.step.verb
        if isinstance(verb, syntax.Approval) and verb.form is not None:
            yield from _form(verb, verb.form)


def _form(verb: syntax.Approval, form: syntax.TypeNode) -> Iterator[Diagnostic]:
    type_ = stripped(form.type)
    if isinstance(type_, Json) and form.source != "json":
        return  # it could not be read
    if not isinstance(type_, Object):
        yield diagnose(
            "MEL226",
            f"a form has fields, and this is {describe(type_)}",
            form.span,
            help="write `form: {field: type}`",
        )
        return
    if "choice" in type_.fields:
        yield diagnose(
            "MEL226",
            "`choice` of an approval is what the person chose, so no field may have that name",
            form.span,
            help="give the field another name",
        )
    late = verb.on_timeout
    if late is not None and late.value == "approve":
        yield from _approved_unread(type_, late.span)


def _approved_unread(form: Object, span: Span) -> Iterator[Diagnostic]:
    """Nobody has filled in what is approved by time alone."""
    empty = [
        f"`{name}`"
        for name, field in form.fields.items()
        if field.required and field.default is NO_DEFAULT
    ]  # fmt: skip
    if empty:
        yield diagnose(
            "MEL226",
            f"when nobody answers, nobody fills in {' and '.join(empty)}",
            span,
            help="give each field a default or a type like `string?`, or let `on_timeout` fail",
        )
