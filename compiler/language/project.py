"""The project file ``melody.project.yaml``: what is allowed, and what its Melodies share."""

from __future__ import annotations

from dataclasses import replace

from compiler.language.melody import MODELS_KEY, PLAYERS_KEY
from compiler.language.noun import Key, Noun, Schema, ref
from compiler.language.value import ANY_MAP, TEXT, TEXT_OR_NUMBER, TEXTS, map_of
from compiler.parse.allow import ALLOW
from compiler.parse.atoms import PLAYER_NAME
from compiler.parse.melody import LANGUAGE
from compiler.parse.project import KEYS, OF_A_PROFILE, OF_A_USER

_MCP: Schema = {
    "type": "array",
    "items": {**TEXT, "type": ["string", "array"], "items": TEXT},
    "errorMessage": "Write a list of commands, each a list, or of URLs.",
}

ALLOW_NOUN = Noun(
    "allow",
    "What Melodies may import, start and reach on this machine. Everything else is refused.",
    ALLOW,
    {
        "python": Key(TEXTS, "Modules, by pattern.", (["players.*"],)),
        "command": Key(TEXTS, "Programs, by name.", (["git", "ruff"],)),
        "http": Key(TEXTS, "Hosts, by pattern.", (["api.example.com"],)),
        "mcp": Key(
            _MCP,
            "MCP servers: the exact command, as a list, or the URL.",
            ([["mcp-files", "--root", "."]],),
        ),
        "plugin": Key(TEXTS, "Plugins, by pattern.", (["acme-*"],)),
        "private_addresses": Key(
            TEXTS, "Addresses of this machine or its network.", (["127.0.0.1"],)
        ),
    },
)

PROJECT = Noun(
    "project",
    "What is allowed beside or below this file, and what the Melodies there share.",
    KEYS,
    {
        "melody": Key(TEXT_OR_NUMBER, "The version of the language.", (LANGUAGE,)),
        "name": Key(TEXT, "The name of the project.", ("docs",)),
        "description": Key(TEXT, "What it is about.", ("Our release tools.",)),
        "allow": Key(
            ref(ALLOW_NOUN.name),
            "What Melodies may import, start and reach on this machine.",
            ({"python": ["players.*"], "command": ["git"]},),
        ),
        "models": MODELS_KEY,
        "players": PLAYERS_KEY,
        "policy": Key(
            ref("policy"),
            "Bounds of every run; a Melody can only tighten them.",
            ({"wall": "10m", "budget": {"usd": 5}},),
        ),
        "profiles": Key(
            map_of(ref("profile"), PLAYER_NAME, "a profile"),
            "Changes of this file that `--profile NAME` chooses; `null` takes a value away.",
            ({"production": {"policy": {"budget": {"usd": 1}}}},),
        ),
        "stores": Key(ANY_MAP, "Where runs and artifacts are kept.", ({"runs": ".melody/runs"},)),
        "task_types": Key(
            {
                "type": "object",
                "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
                "errorMessage": "Write `task_types: {finance: 1.5}`.",
            },
            "By kind of task, what the score of a step's priority is multiplied by.",
            ({"finance": 1.5, "video_generation": 0.8},),
        ),
        "teams": Key(ANY_MAP, "How a team's steps recover; no effect yet.", ({"gateway": {}},)),
        "windows": Key(
            map_of(ref("times"), PLAYER_NAME, "a window"),
            "Times of the week by name, for `window` of steps.",
            ({"night": {"from": "22:00", "to": "06:00"}},),
        ),
    },
)
USER = Noun(
    "user",
    "Your own file for all projects: what you share between them, and what holds where neither a "
    "project nor a Melody says anything.",
    OF_A_USER,
    {key: value for key, value in PROJECT.keys.items() if key in OF_A_USER}
    | {
        "policy": Key(
            ref("policy"),
            "What holds where nobody else says anything. These are no bounds.",
            ({"timeout": "2m"},),
        ),
    },
)


def _patch(key: Key, value: Schema | None = None) -> Key:
    """A change: any map, or null. Editors offer what may stand in it."""
    hints = [key.value] if "$ref" in key.value else []
    return replace(key, value=value or {"anyOf": [*hints, {"type": ["object", "null"]}]})


PROFILE = Noun(
    "profile",
    "Changes of the file: maps are merged, everything else is replaced, `null` takes away. Bounds "
    "of the project can only become tighter.",
    OF_A_PROFILE,
    {
        key: _patch(value, {**TEXT, "type": ["string", "null"]} if key == "description" else None)
        for key, value in PROJECT.keys.items()
        if key in OF_A_PROFILE
    },
)
