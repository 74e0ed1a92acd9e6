"""``model`` players: one chat completion, by the client that the framework's people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.emitter.code import Code, literal
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.players.asked import Asked, Piece, Template, arguments_of
from workflow_ir.players import AgentPlayer, Model, ModelPlayer
from workflow_ir.values import LiteralValue, Value
from workflow_ir.workflow import WorkflowIR

OFFLINE: Final = Model(model="offline/basic")

CLIENTS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "native": {"anthropic": ("anthropic>=2,<3",), "": ("openai>=2,<3",)},
    "langgraph": {
        "anthropic": ("langchain>=1.2,<2", "langchain-anthropic>=1,<2"),
        "": ("langchain>=1.2,<2", "langchain-openai>=1,<2"),
    },
    "crewai": {"anthropic": ("crewai[anthropic]>=1.15.30,<1.16",), "": ()},
}
"""By target and provider: what its client needs; the empty one is any that speaks OpenAI's way."""


def model(asked: Asked) -> Piece:
    """Ask the model that the alias stands for."""
    player = asked.player
    assert isinstance(player, ModelPlayer)
    alias = model_of(asked.ir, player.model)
    template = Template()
    view = {
        "model": literal(alias.model),
        "base_url": None if alias.base_url is None else literal(alias.base_url),
        "system": said(player.system, template),
        "parameters": arguments_of({**alias.parameters, **player.parameters}),
        "lead": template.lead,
    }
    return Piece("model.jinja", view, ("models",), clients(asked.target, alias), template.called)


def model_of(ir: WorkflowIR, alias: str) -> Model:
    """What an alias stands for; ``offline`` is known everywhere (spec 8, Text)."""
    return ir.models.get(alias) or (OFFLINE if alias == "offline" else Model(model=alias))


def said(value: Value | None, template: Template) -> Code | None:
    """A text for a model, computed or not."""
    if isinstance(value, LiteralValue):
        return text_literal(value.value)
    return None if value is None else template.value(value)


def clients(target: str, alias: Model) -> tuple[str, ...]:
    """What the client of a model needs."""
    provider = provider_of(alias)
    if provider == "offline":
        return ()
    known: Mapping[str, Any] = CLIENTS[target]
    found: tuple[str, ...] = known.get(provider, known[""])
    return found


def keys_of(asked: Asked) -> tuple[str, ...]:
    """The variables of the environment that hold the keys of a player's models."""
    if not isinstance(asked.player, ModelPlayer | AgentPlayer):
        return ()
    provider = provider_of(model_of(asked.ir, asked.player.model))
    return () if provider == "offline" else (f"{provider.upper()}_API_KEY",)


def provider_of(alias: Model) -> str:
    """Who is asked: what stands before the slash."""
    return alias.model.partition("/")[0]
