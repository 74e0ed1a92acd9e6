"""How a failure travels inside the conductor, and what a backend sees of it."""

from __future__ import annotations

from workflow_ir.outcome import StandardError


class ScopeFailed(Exception):
    """A scope ended by the failure of one of its steps; everything in it was awaited."""

    def __init__(self, path: str, error: StandardError) -> None:
        super().__init__(f"{path}: {error.code}")
        self.path = path
        self.error = error


class RunPaused(Exception):
    """Nothing can happen until somebody answers; everything that went on was awaited."""


class StepFault(Exception):
    """A step failed by its own expressions or data, or by a step inside of it.

    Args:
        error: What its ladder decides about.
        inside: Run path of the step inside that failed; None: it is the step's own fault.
    """

    def __init__(self, error: StandardError, *, inside: str | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.inside = inside


class RegionEnded(Exception):
    """Entering this node is of no use: its graph failed or was cancelled, all of it awaited.

    A backend lets it pass; it stops the framework's own graph.
    """

    def __init__(self, region: str, path: str | None, error: StandardError | None) -> None:
        text = "cancelled" if error is None else f"{path}: {error.code}: {error.message}"
        super().__init__(text)
        self.region = region
        self.path = path
        self.error = error


class HostFault(Exception):
    """A backend broke the contract: a bug of an adapter or of a framework, never the user's.

    Codes: MEL951 a node was entered before its inputs had settled; MEL952 a node of an arm that
    was not taken; MEL953 the framework's graph ended without entering every node, or entered one
    more than once.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
