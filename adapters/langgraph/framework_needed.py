"""What is said where the extra of this backend is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError

_FRAMEWORK = {"langchain", "langchain_core", "langgraph", "langsmith"}
"""What the extra installs."""


@contextmanager
def framework_needed() -> Iterator[None]:
    """Tell which extra is missing.

    Raises:
        DiagnosticsError: MEL903.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _FRAMEWORK:
            raise
        problem = diagnose(
            "MEL903",
            "the backend 'langgraph' needs LangGraph, which is not installed",
            None,
            help="pip install 'melody-compiler[langgraph]'",
        )
        raise DiagnosticsError([problem]) from missing
