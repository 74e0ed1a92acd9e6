"""The places of a Melody whose outcome may depend on who starts its steps, by rules in order."""

from __future__ import annotations

from workflow_ir.schedule_dependence.place import Place
from workflow_ir.schedule_dependence.rules import RULES
from workflow_ir.schedule_dependence.spots import Score
from workflow_ir.workflow import WorkflowIR


def schedule_dependence(ir: WorkflowIR) -> tuple[Place, ...]:
    """Every such place, by reason; none: each start mode gives the same outcome.

    Pure. In doubt a place is named: that a step cannot fail must be seen in the Melody itself.

    Args:
        ir: A checked Melody.

    Returns:
        The places, each once. What a door adds, ``--have`` say, is not looked at.
    """
    score = Score(ir)
    return tuple(place for rule in RULES for place in rule(score))
