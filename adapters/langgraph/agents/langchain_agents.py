"""The agents of this backend; importing this imports no framework."""

from __future__ import annotations

from adapters.langgraph.framework_needed import framework_needed
from conductor_core.agents.port import Brief, Dialogue


class LangChainAgents:
    """Agents as graphs of ``langchain.agents.create_agent``; implements ``Agents``."""

    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        """See ``machinery.converse``.

        Raises:
            DiagnosticsError: MEL903: LangChain is not installed.
            DialogueOver: As the dialogue did.
        """
        with framework_needed():
            from adapters.langgraph.agents.machinery import converse
        return await converse(brief, dialogue)
