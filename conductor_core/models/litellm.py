"""Models of the LiteLLM library, as ``litellm/PROVIDER/NAME``; imported when one is asked."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conductor_core.failure.classify import classify
from conductor_core.failure.http_status import from_status
from conductor_core.failure.told import said_by
from conductor_core.models.exchange import Server
from conductor_core.models.openai_compatible import reply_of, request_of
from conductor_core.models.port import NO_PARAMETERS, Message, Reply, ToolSpec
from conductor_core.models.providers import key_name
from conductor_core.models.unready import Unready
from conductor_core.players.own_thread import own_thread
from conductor_core.ports import Grant
from workflow_ir.outcome import StandardError
from workflow_ir.players import Schema


@dataclass(frozen=True, slots=True)
class LiteLLMModel:
    """LiteLLM knows where the provider answers and which variable holds its key."""

    name: str
    """``PROVIDER/NAME``."""

    @classmethod
    def of(cls, name: str) -> LiteLLMModel | Unready:
        """The model, if LiteLLM is installed."""
        if importlib.util.find_spec("litellm") is None:
            cure = "install it: pip install 'melody-compiler[litellm]'"
            return Unready(f"'litellm/{name}' needs the package litellm", cure)
        return cls(name)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        json_schema: Schema | None = None,
        parameters: Mapping[str, Any] = NO_PARAMETERS,
        grant: Grant | None = None,
    ) -> Reply | StandardError:
        """One ``acompletion`` without retries; its request and answer are those of OpenAI."""
        del grant
        key = os.environ.get(key_name(self.name.partition("/")[0]), "").strip()
        server = Server(f"litellm/{self.name}", "LiteLLM", key)
        body, around = request_of(self.name, messages, tools, json_schema, parameters)
        try:
            litellm = await own_thread(_library)
            answer = await litellm.acompletion(**body, num_retries=0, max_retries=0)
            tree = answer.model_dump()
        except Exception as error:  # noqa: BLE001 - whatever the provider's client raises
            return server.masked(_failure(error).replace(origin="model", target=server.model))
        return reply_of(server, tree, messages, unwrap=around)


def _library() -> Any:
    """LiteLLM, without the prices that it would fetch from the network when it is imported."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm = importlib.import_module("litellm")
    litellm.suppress_debug_info = True  # type: ignore[attr-defined] # it prints to stdout
    return litellm


def _failure(error: Exception) -> StandardError:
    """What its exception stands for; the headers are not where other clients have them."""
    found = classify(error)
    headers = said_by(error, "litellm_response_headers")
    if found.http_status is None or not isinstance(headers, Mapping):
        return found
    told = from_status(found.http_status, found.message, headers=headers)
    return told.replace(cause_type=found.cause_type, cause_chain=found.cause_chain)
