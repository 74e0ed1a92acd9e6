"""The sampling parameters that models, their players and ``vary`` take."""

from __future__ import annotations

SAMPLING = (
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "stop",
    "presence_penalty",
    "frequency_penalty",
    "reasoning_effort",
)
"""Names of the OpenAI wire format; a provider's port translates them."""
