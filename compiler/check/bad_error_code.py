"""MEL228: ``fail`` with an error that is no code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.check.subject import Subject
from compiler.check.suggestion import rewrite
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
"""Words with dots between them, as in ``review.rejected``."""
OTHER = re.compile(r"[^a-z0-9_.]+", re.ASCII)
LONGEST = 80


def bad_error_code(subject: Subject) -> Iterator[Diagnostic]:
    """Codes are compared and listed; free text goes into ``message``."""
    for symbol in subject.symbols.steps:
        verb = symbol.step.verb
        if not isinstance(verb, syntax.Fail):
            continue
        error = verb.error
        if CODE.fullmatch(error.value) and len(error.value) <= LONGEST:
            continue
        code = OTHER.sub("_", error.value.strip().lower()).strip("_.")[:40]
        good = code if CODE.fullmatch(code) else "review.rejected"
        yield diagnose(
            "MEL228",
            f"`{error.value[:LONGEST]}` is no error code: codes are lower-case words with dots",
            error.span,
            help=f"write `error: {good}`; text for people is `message`",
            fix=rewrite(error.span, code) if good is code else None,
        )
