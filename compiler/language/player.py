"""Players: who can perform, of which kind, and what every kind may say of itself (spec 6)."""

from __future__ import annotations

from typing import get_args

from compiler.language.model import SAMPLING
from compiler.language.noun import Key, Noun, Schema, at_most_one, exactly_one, partners, ref
from compiler.language.type import TYPE
from compiler.language.value import (
    ANY,
    ANY_MAP,
    BOOLEAN,
    COMMAND,
    SHARE,
    SIZE,
    TEXT,
    TEXTS,
    TIME_LIMIT,
    URL_OF_SERVER,
    WRITTEN,
    integer,
    number,
    words,
)
from compiler.parse.player_kinds import (
    AGENT,
    BESIDE,
    BODIES,
    HTTP,
    KINDS,
    MCP,
    METHODS,
    PLUGIN,
    SCHEME,
    TARGET,
)
from compiler.parse.players import COMMON
from compiler.parse.syntax_players import BodyAs, Effects, ParseAs
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance

_LETTERS = r"[0-9A-Za-z_\u00aa-\uffff]"
"""An editor's ``\\w`` knows ASCII alone."""
_TARGET: Schema = {
    "type": "string",
    "pattern": f"^{TARGET.pattern}$".replace(r"\w", _LETTERS),
    "errorMessage": 'Write "package.module:name".',
}

IMPORTANCE = words(
    (level.value for level in Importance),
    (f"{DEFAULT_ATTEMPTS[level]} attempts unless written." for level in Importance),
)
PARSE = Key(
    words(
        get_args(ParseAs),
        (
            "The text of stdout.",
            "The JSON of stdout.",
            "The lines of stdout.",
            "`{exit_code, stdout, stderr}`; no exit code is a failure.",
        ),
    ),
    "What the output becomes.",
)

_KIND: dict[str, Key] = {
    "python": Key(
        _TARGET,
        "A function, called with the step's `with` as keyword arguments: `module:callable`.",
        ("players.score:score",),
    ),
    "command": Key(
        COMMAND,
        "A program and its arguments. No shell is started; `${{ with.NAME }}` is one argument.",
        (["ruff", "format", "-"],),
    ),
    "model": Key(
        TEXT, "One chat completion by a model: an alias of `models`, or `offline`.", ("smart",)
    ),
    "agent": Key(
        ref("agent"),
        "An agent: a model that calls tools until it is done. It needs a `model` beside it.",
        ({"role": "Editor", "goal": "Clear docs", "backstory": "Ex-newspaper"},),
    ),
    "http": Key(
        ref("http"), "An HTTP request.", ({"method": "GET", "url": "https://example.com/search"},)
    ),
    "mcp": Key(
        ref("mcp"),
        "A tool of an MCP server, which is started by `command` or found at `url`.",
        ({"command": ["mcp-files", "--root", "."]},),
    ),
    "call": Key(TEXT, "Another Melody.", ("./other.melody.yaml",)),
    "plugin": Key(
        {"type": "string", "pattern": f"^{PLUGIN.pattern}$"},
        "A player that an installed package offers.",
        ("acme-search",),
    ),
    "framework": Key(
        _TARGET,
        "Something that exists in a framework already, such as a LangGraph graph or a Crew: "
        "`module:object`.",
        ("crews.research:crew",),
    ),
}
_BESIDE: dict[str, Key] = {
    "stdin": Key(ANY, "What a command reads.", ("${{ with.code }}",)),
    "parse": PARSE,
    "env": Key(ANY_MAP, "Environment variables.", ({"TOKEN": "${{ secrets.TOKEN }}"},)),
    "system": Key(ANY, "What the model is told first.", ("You write small, tested programs.",)),
    **SAMPLING,
    "tools": Key(TEXTS, "Players that the agent may call.", (["search", "fmt"],)),
    "max_turns": Key(integer(1), "Model calls of one attempt, at most.", (6,)),
    "tool": Key(TEXT, "The tool of the MCP server.", ("write_file",)),
}
_COMMON: dict[str, Key] = {
    "description": Key(TEXT, "What it does; agents read it.", ("Finds pages on the web.",)),
    "input": Key(TYPE, "The type of what it is given.", ({"q": "string"},)),
    "output": Key(TYPE, "The type of what it gives back.", ({"score": "number(0..1)"},)),
    "provides": Key(TEXTS, "Its capabilities, for `play: {provides: …}`.", (["code.score"],)),
    "fallback": Key(TEXTS, "Players that perform when it cannot, in order.", (["junior"],)),
    "importance": Key(IMPORTANCE, "How much its steps matter.", (), Importance.NORMAL.value),
    "effects": Key(
        words(
            get_args(Effects),
            ("It changes nothing.", "Doing it twice is like once.", "It must not be done twice."),
        ),
        "What a call does to the world; by default `none` for models and `GET`, else `idempotent`.",
    ),
    "isolation": Key(
        words(
            ("inline", "thread", "worker", "process"),
            (
                "In the runner itself.",
                "In a thread.",
                "In a process of its own that stays.",
                "In a fresh process for each call.",
            ),
        ),
        "Where it runs; by default `worker` for modules from outside the project.",
    ),
    "cost": Key(ref("cost"), "What one attempt costs.", ({"usd": 0.002},)),
    "limits": Key(ref("limits"), "What it may use.", ({"per_minute": 60, "memory": "2GB"},)),
    "timeout": Key(TIME_LIMIT, "How long it claims to need; a policy may be shorter.", ("1m",)),
    "grant": Key(ref("grant"), "What it may do by itself in one call.", ({"attempts": 2},)),
    "refresh": Key(
        TEXT, "The player that renews its credential when that has expired.", ("renew",)
    ),
    "enabled": Key(BOOLEAN, "Whether it performs at all.", (False,), default=True),
    "requires": Key(TEXTS, "Other players that it needs.", (["search"],)),
    "preload": Key(BOOLEAN, "Start its process before its step comes.", (True,), default=False),
}

_ORDER = tuple(dict.fromkeys((*KINDS, *(key for keys in BESIDE.values() for key in keys), *COMMON)))

PLAYER = Noun(
    "player",
    "Who can perform a step; exactly one kind key, and what every kind may say of itself.",
    _ORDER,
    _KIND | _BESIDE | _COMMON,
    rules=(
        *exactly_one(KINDS, "a kind of player", known=_ORDER, together=(("agent", "model"),)),
        *partners(BESIDE, KINDS, together=(("agent", "model"),)),
        {"dependencies": {"agent": ["model"], "mcp": ["tool"]}},
        {
            "if": {"required": ["http"]},
            "then": {"properties": {"parse": words(get_args(BodyAs))}},
        },
    ),
    examples=({"python": "players.score:score"}, {"model": "smart", "fallback": ["junior"]}),
    snippets=(
        {"label": "python", "description": "A function.", "body": {"python": "${1:module:name}"}},
        {"label": "command", "description": "A program.", "body": {"command": ["${1:program}"]}},
        {
            "label": "model",
            "description": "A model.",
            "body": {"model": "${1:offline}", "system": "$2"},
        },
    ),
)

HTTP_NOUN = Noun(
    "http",
    "An HTTP request; `${{ with.NAME }}` stands for what the step gives.",
    HTTP,
    {
        "method": Key(words(METHODS), "The method.", (), "GET"),
        "url": Key(
            {
                "type": "string",
                "pattern": rf"^(?:{SCHEME.pattern}|\$\{{\{{)",
                "errorMessage": "Write a URL: `https://api.example.com/search`.",
            },
            "Where it goes; its host must be allowed.",
            ("https://example.com/search",),
        ),
        "headers": Key(ANY_MAP, "Headers; secrets may stand here.", ({"Accept": "text/html"},)),
        "query": Key(ANY_MAP, "What follows the `?`.", ({"q": "${{ with.q }}"},)),
        "json": Key(ANY, "The body, as JSON.", ({"text": "${{ with.text }}"},)),
        "form": Key(ANY_MAP, "The body, as a form.", ({"text": "${{ with.text }}"},)),
        "body": Key(ANY, "The body, as text.", ("${{ with.text }}",)),
        "timeout": Key(TIME_LIMIT, "How long to wait for the answer.", ("10s",)),
    },
    required=("url",),
    rules=at_most_one(BODIES, "a body"),
)
AGENT_NOUN = Noun(
    "agent",
    "Whom the model plays.",
    AGENT,
    {
        "role": Key(ANY, "What it is.", ("Editor",)),
        "goal": Key(ANY, "What it wants.", ("Clear docs",)),
        "backstory": Key(ANY, "Where it comes from.", ("Ex-newspaper",)),
    },
    required=("role", "goal"),
)
MCP_NOUN = Noun(
    "mcp",
    "An MCP server; it must be allowed exactly as it is written.",
    MCP,
    {
        "command": Key(
            {"type": "array", "minItems": 1, "items": WRITTEN},
            "How it is started: a program and its arguments, none of them computed.",
            (["mcp-files", "--root", "."],),
        ),
        "url": Key(URL_OF_SERVER, "Where it is.", ("https://example.com/mcp",)),
        "env": Key(ANY_MAP, "Environment variables.", ({"TOKEN": "${{ secrets.TOKEN }}"},)),
        "headers": Key(ANY_MAP, "Headers.", ({"Authorization": "${{ secrets.KEY }}"},)),
    },
    rules=(
        *exactly_one(("command", "url"), "a way to the server"),
        {"dependencies": {"env": ["command"], "headers": ["url"]}},
    ),
)
COST = Noun(
    "cost",
    "What one attempt costs.",
    ("usd", "tokens"),
    {
        "usd": Key(number(0), "Money, in US dollars.", (0.002,)),
        "tokens": Key(integer(0), "Tokens.", (800,)),
    },
)
LIMITS = Noun(
    "limits",
    "What a player may use, over all runs of the process.",
    ("concurrency", "per_minute", "memory", "cpu", "output"),
    {
        "concurrency": Key(integer(1), "Calls at the same time.", (4,)),
        "per_minute": Key(integer(1), "Calls in a minute.", (60,)),
        "memory": Key(SIZE, "Memory.", ("2GB",)),
        "cpu": Key(SHARE, "Share of one processor.", ("80%",)),
        "output": Key(SIZE, "Size of its output.", ("1MiB",)),
    },
)
GRANT = Noun(
    "grant",
    "What a player may do by itself in one call.",
    ("attempts",),
    {"attempts": Key(integer(1), "Attempts of its own.", (2,))},
    required=("attempts",),
)

NOUNS = (PLAYER, HTTP_NOUN, AGENT_NOUN, MCP_NOUN, COST, LIMITS, GRANT)
