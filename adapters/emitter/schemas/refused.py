"""What a schema says and Python source cannot."""

from __future__ import annotations

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError


def refused(fact: str, help: str) -> DiagnosticsError:
    """MEL302, for the emitter to raise: nothing of a schema is dropped in silence."""
    return DiagnosticsError([diagnose("MEL302", fact, None, help=help)])
