"""From a model alias to a model that answers, or to the reason why none does."""

from __future__ import annotations

import os
from collections.abc import Mapping

from conductor_core.models.offline import OfflineModel
from conductor_core.models.port import ChatModel
from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError
from workflow_ir.players import Model

OFFLINE_ALIAS = "offline"
"""The built-in alias of ``offline/basic`` (spec 8, Text)."""

KEYS: Mapping[str, str] = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
}
"""Provider → the variable that holds its key."""

_INSTEAD = "or run with --offline, which answers without any model"


def find_model(
    alias: str, models: Mapping[str, Model], *, offline: bool = False
) -> tuple[ChatModel, Model] | StandardError:
    """The model behind an alias and its parameters.

    Args:
        alias: A name of ``models``, ``offline``, or ``provider/name`` itself.
        models: The Melody's and the project's aliases.
        offline: Every model of the run is replaced by ``offline/basic`` (``--offline``).
    """
    known = {OFFLINE_ALIAS: Model(model="offline/basic"), **models}
    model = known.get(alias) or (Model(model=alias) if "/" in alias else None)
    if model is None:
        meant = nearest(alias, known)
        hint = f"did you mean {meant!r}?" if meant else f"write it under `models:`, {_INSTEAD}"
        return _cannot(f"there is no model {alias!r}; {hint}")
    if offline:
        return OfflineModel(), model
    provider, _, name = model.model.partition("/")
    if provider == "offline":
        if name == "basic":
            return OfflineModel(), model
        return _cannot(f"{model.model!r} is unknown; the one offline model is 'offline/basic'")
    if provider not in KEYS:
        meant = nearest(provider, [*KEYS, "offline"])
        hint = f"did you mean {meant!r}? Correct it" if meant else "write a known one"
        fact = f"{provider!r} of model {model.model!r} is no known provider"
        return _cannot(f"{fact}; {hint}, {_INSTEAD}")
    if not os.environ.get(KEYS[provider]):
        return _cannot(f"model {model.model!r} needs a key; set {KEYS[provider]}, {_INSTEAD}")
    return _cannot(
        f"model {model.model!r} cannot be asked by this version, {KEYS[provider]} is not used yet;"
        " run with --offline, which answers without any model"
    )


def _cannot(message: str) -> StandardError:
    return StandardError.of("config.model", message, origin="model")
