"""The functions that the ``code`` actions of a compiled flow refer to.

They are imported by CrewAI by name, so their names are part of the compiled form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adapters.crewai.flow import MelodyFlow


async def run_step(flow: MelodyFlow, node: str, labels: Mapping[str, str] | None = None) -> Any:
    """Enter one node of the plan and wait for what it stands for.

    Args:
        flow: The flow whose method this is.
        node: Address of the node.
        labels: Of a router: the event to send for each label of the plan.

    Returns:
        Of a router the event to send, else the step's record as plain JSON.

    Raises:
        RegionEnded: The run failed; this ends the flow.
        HostFault: MEL951 to MEL953: the flow is not the plan.
    """
    return await flow.enter(node, labels)


async def pass_on(flow: MelodyFlow, *outcome: Any) -> None:
    """A relay: let what listens to it begin."""
