"""Write a workflow once, as a Melody, and run it on any engine; this is all a program needs.

Nothing is imported before it is used (PEP 562), so that ``import melody`` costs nothing and the
order of imports does not matter.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conductor_core.ports import Grant, PlayRequest
    from melody.builder import Melody, fn
    from melody.comparing import Comparison
    from melody.python_api import check, compare, compile, load, native, run, run_async
    from melody.version import __version__
    from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, Severity
    from workflow_ir.outcome import Gap, StandardError, Success
    from workflow_ir.result import Attempt, RunResult, RunStatus, StepRecord, StepStatus
    from workflow_ir.workflow import WorkflowIR

__all__ = [
    "Attempt", "Comparison", "Diagnostic", "DiagnosticsError", "Gap", "Grant", "Melody",
    "PlayRequest", "RunResult", "RunStatus", "Severity", "StandardError", "StepRecord",
    "StepStatus", "Success", "WorkflowIR", "__version__", "check", "compare", "compile", "fn",
    "load", "native", "run", "run_async",
]  # fmt: skip

_HOMES = {
    "conductor_core.ports": ("Grant", "PlayRequest"),
    "melody.builder": ("Melody", "fn"),
    "melody.comparing": ("Comparison",),
    "melody.python_api": ("check", "compare", "compile", "load", "native", "run", "run_async"),
    "melody.version": ("__version__",),
    "workflow_ir.diagnostics": ("Diagnostic", "DiagnosticsError", "Severity"),
    "workflow_ir.outcome": ("Gap", "StandardError", "Success"),
    "workflow_ir.result": ("Attempt", "RunResult", "RunStatus", "StepRecord", "StepStatus"),
    "workflow_ir.workflow": ("WorkflowIR",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module 'melody' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
