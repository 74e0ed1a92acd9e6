"""Where the outcome of a run may depend on who starts its steps (spec 1, start modes)."""

from __future__ import annotations

from workflow_ir.schedule_dependence.place import Place, Reason
from workflow_ir.schedule_dependence.schedule_dependence import schedule_dependence

__all__ = ["Place", "Reason", "schedule_dependence"]
