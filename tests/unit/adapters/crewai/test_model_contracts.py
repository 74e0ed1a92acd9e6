"""What generated projects take for granted of CrewAI's models, unpromised; seen on bare ones.

A new release that breaks one of these breaks the template that the message names.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.crewai.silence import load
from tests.ejected import crewai_stage
from tests.ejected.ejected import environment
from tests.servers.openai_wire import OpenAIWire, Text

load("adapters.crewai.agents.machinery")

from crewai import LLM  # noqa: E402 - imported in silence first

_LEAK = "support/models_crewai.py.jinja: `counted` leaves connections open"


def test_a_model_leaves_the_client_it_has_asked_by_open_under_a_private_name() -> None:
    async def asked(url: str) -> tuple[str, bool, bool]:
        llm: Any = LLM(model="m", provider="openai", api_key="key", base_url=url, max_retries=0)
        said = str(await llm.acall([{"role": "user", "content": "Say it."}]))
        client = llm._async_client
        before = client.is_closed()
        await client.close()
        return said, before, client.is_closed()

    with OpenAIWire(Text("well")) as server, environment(crewai_stage.variables()):
        assert asyncio.run(asked(server.base_url)) == ("well", False, True), _LEAK


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_model_has_a_client_of_either_kind_that_can_be_closed(provider: str) -> None:
    async def closed() -> bool:
        llm: Any = LLM(model="m", provider=provider, api_key="key", max_retries=0)
        llm._client.close()
        await llm._async_client.close()
        return bool(llm._client.is_closed() and llm._async_client.is_closed())

    with environment(crewai_stage.variables()):
        assert asyncio.run(closed()), _LEAK
