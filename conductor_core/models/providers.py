"""The providers of models: where they answer, and which variable holds their key."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conductor_core.models.unready import Unready


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that is known by name."""

    key: str
    """Variable of its key."""
    address: str
    """Variable of another address than the usual one; trusted, as all of the environment is."""
    usual: str
    """Its usual address."""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider("OPENAI_API_KEY", "OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "anthropic": Provider("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
}
"""Those whose address need not be written; they are never asked without a key."""

OTHERS = ("offline", "scripted", "replay", "litellm")
"""What may stand before the slash beside them and the names of one's own servers."""


def address_of(provider: str, model: str, base_url: str | None) -> str | Unready:
    """Where a model answers, without a slash at its end."""
    known = PROVIDERS.get(provider)
    given = base_url or (known and (os.environ.get(known.address) or known.usual))
    if given:
        return given.rstrip("/")
    return Unready(
        f"where {model!r} answers is not known",
        "write its `base_url:`, like http://localhost:11434/v1",
    )


def key_name(provider: str) -> str:
    """The variable of a provider's key: of the name of any other server, ``NAME_API_KEY``.

    >>> key_name("openai"), key_name("openrouter")
    ('OPENAI_API_KEY', 'OPENROUTER_API_KEY')
    """
    known = PROVIDERS.get(provider)
    return known.key if known else f"{provider.upper()}_API_KEY"


def key_of(provider: str, model: str) -> str | Unready:
    """The key; empty where a server of one's own needs none."""
    name = key_name(provider)
    key = os.environ.get(name, "").strip()
    if not key and provider in PROVIDERS:
        return Unready(f"model {model!r} needs a key", f"set the environment variable {name!r}")
    if not (key.isascii() and key.isprintable()) or " " in key:
        fact = f"the environment variable {name!r} holds signs that no key has"
        return Unready(fact, "set it to the key alone")
    return key


def keys_in_use(models: Iterable[str]) -> dict[str, str]:
    """The keys that are set, by variable: those of providers that are known or used.

    Args:
        models: ``provider/name`` each; of ``litellm/provider/name`` both count.
    """
    providers = {*PROVIDERS, *(part for model in models for part in model.split("/")[:-1])}
    names = [key_name(provider) for provider in sorted(providers)]
    return {name: os.environ[name].strip() for name in names if os.environ.get(name)}
