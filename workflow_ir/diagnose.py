"""Make a diagnostic whose severity comes from the one table of codes."""

from __future__ import annotations

from workflow_ir.codes import CODES
from workflow_ir.diagnostics import Diagnostic, Fix, Note
from workflow_ir.span import Span
from workflow_ir.visible import visible


def diagnose(
    code: str,
    message: str,
    span: Span | None,
    *,
    label: str | None = None,
    help: str | None = None,
    notes: tuple[Note, ...] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """A problem of a listed code; control characters of its message become escapes.

    Raises:
        KeyError: The code is not in ``CODES``; a bug in Melody.
    """
    return Diagnostic(
        code=code,
        message=visible(message),
        span=span,
        severity=CODES[code].severity,
        notes=notes,
        help=help,
        label=label,
        fix=fix,
    )
