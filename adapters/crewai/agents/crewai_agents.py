"""The agents of this backend; importing this imports no framework."""

from __future__ import annotations

from adapters.crewai.silence import load
from conductor_core.agents.port import Brief, Dialogue

_MACHINERY = "adapters.crewai.agents.machinery"


class CrewAIAgents:
    """Agents as ``crewai.Agent``; implements ``Agents``."""

    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        """See ``machinery.converse``.

        Raises:
            DiagnosticsError: MEL903: CrewAI is not installed.
            DialogueOver: As the dialogue did.
        """
        answer: str = await load(_MACHINERY).converse(brief, dialogue)
        return answer
