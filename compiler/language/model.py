"""Models: aliases of ``provider/name``, and their sampling."""

from __future__ import annotations

from compiler.language.noun import Key, Noun, Schema, described, ref
from compiler.language.value import TEXT, URL_OF_SERVER, integer, number
from compiler.parse.models import KEYS, MODEL, OFFLINE

_TARGET: Schema = {
    "type": "string",
    "pattern": f"^(?:{MODEL.pattern}|{'|'.join(OFFLINE)})$",
    "errorMessage": "Write `provider/name`, for example `offline/basic`.",
}

SAMPLING: dict[str, Key] = {
    "temperature": Key(number(0), "How varied the answers are; 0 is the least.", (0, 0.7)),
    "top_p": Key(
        {**number(0), "maximum": 1},
        "Only the likeliest words that together have this share.",
        (0.9,),
    ),
    "max_tokens": Key(integer(1), "The answer has at most so many tokens.", (1000,)),
    "seed": Key(
        {"type": "integer"}, "The same seed gives the same answer, where the provider can.", (7,)
    ),
    "stop": Key(
        {**TEXT, "type": ["string", "array"], "items": TEXT},
        "The answer ends before this text, or one of these.",
        ("END", ["END"]),
    ),
    "presence_penalty": Key({"type": "number"}, "Above 0: new subjects are preferred.", (0.5,)),
    "frequency_penalty": Key({"type": "number"}, "Above 0: words are repeated less.", (0.5,)),
    "reasoning_effort": Key(TEXT, "How long the model thinks first.", ("low", "medium", "high")),
}
"""What a model and the players that use one may say; a player's word goes before its model's."""

MODEL_NOUN = Noun(
    "model_settings",
    "A model with its sampling.",
    KEYS,
    {
        "model": Key(
            _TARGET,
            "The model: `provider/name`. `offline/basic` needs no key and makes synthetic text.",
            ("openai/gpt-5", "anthropic/claude-sonnet-4-5", "offline/basic"),
        ),
        **SAMPLING,
        "base_url": Key(
            URL_OF_SERVER,
            "Where an OpenAI-compatible server is. In a Melody its host must be allowed.",
            ("http://localhost:11434/v1",),
        ),
        "description": Key(TEXT, "What this model is good for.", ("Fast and cheap.",)),
    },
    required=("model",),
)

DEFINITIONS: dict[str, Schema] = {
    "model": {
        **described("A model: `provider/name`, or a map with its sampling."),
        **_TARGET,
        "type": ["string", "object"],
        "if": {"type": "object"},
        "then": ref(MODEL_NOUN.name),
        "examples": ["openai/gpt-5", {"model": "openai/gpt-5-mini", "temperature": 0}],
    },
}
