"""A backend that runs Melodies and generates no code."""

from __future__ import annotations

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError


def no_code(backend: str) -> DiagnosticsError:
    """MEL304, for ``emit`` to raise."""
    others = [name for name in ("native", "langgraph", "crewai") if name != backend]
    return DiagnosticsError(
        [
            diagnose(
                "MEL304",
                f"the backend {backend!r} generates no code",
                None,
                help=f"compile to another backend: {', '.join(others)}",
            )
        ]
    )
