"""The project file ``melody.project.yaml``: what is allowed, and what its Melodies share."""

from __future__ import annotations

from compiler.language.melody import MODELS_KEY, PLAYERS_KEY
from compiler.language.noun import Key, Noun, Schema, ref
from compiler.language.value import ANY, TEXT, TEXTS
from compiler.parse.melody import LANGUAGE
from compiler.parse.project import ALLOW, KEYS

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
        "melody": Key(ANY, "The version of the language.", (LANGUAGE,)),
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
            ANY,
            "Changes of this file that `--profile NAME` chooses.",
            ({"production": {"policy": {"budget": {"usd": 1}}}},),
        ),
        "stores": Key(ANY, "Where runs and artifacts are kept.", ({"runs": ".melody/runs"},)),
        "task_types": Key(
            ANY,
            "Kinds of tasks, for `task_type` of steps.",
            ({"code_generation": {"importance": "high"}},),
        ),
        "teams": Key(
            ANY, "How a team's steps recover.", ({"gateway": {"policy": {"timeout": "10s"}}},)
        ),
    },
)

NOUNS = (ALLOW_NOUN, PROJECT)
