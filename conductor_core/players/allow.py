"""The allow-list at run time: a refusal as a ``StandardError`` (spec 4: a fault of policy)."""

from __future__ import annotations

from workflow_ir.allow import Refusal
from workflow_ir.outcome import StandardError


def refused(refusal: Refusal | None) -> StandardError | None:
    """``policy.not_allowed`` with the exact line to add, or None if nothing was refused."""
    if refusal is None:
        return None
    return StandardError.of(
        "policy.not_allowed",
        f"the project does not allow {refusal.what}; add `{refusal.line}` to"
        f" melody.project.yaml, or run with `{refusal.option}`",
        origin="conductor",
        detail={"allow": {refusal.kind: refusal.name}},
    )
