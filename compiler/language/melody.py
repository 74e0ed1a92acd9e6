"""The Melody itself: one ``*.melody.yaml`` file."""

from __future__ import annotations

from compiler.language.noun import Key, Noun, Schema, described, ref
from compiler.language.type import FIELD
from compiler.language.value import ANY_MAP, TEXT, TEXT_OR_NUMBER, map_of, named
from compiler.parse.atoms import INPUT_NAME, MELODY_NAME, PLAYER_NAME, STEP_ID
from compiler.parse.melody import KEYS, LANGUAGE
from compiler.parse.process import KEYS as PROCESS_KEYS

MODELS = ref("models")
PLAYERS = ref("players")

_STEPS = map_of(ref("step"), STEP_ID, "a step") | {
    "errorMessage": "Write `steps: {id: {play: player}}`."
}

MODELS_KEY = Key(
    MODELS,
    "Aliases of models, so that no vendor's name stands further down. `offline` is there always: "
    "the model that needs no key.",
    ({"smart": "openai/gpt-5", "cheap": {"model": "openai/gpt-5-mini", "temperature": 0}},),
)
PLAYERS_KEY = Key(
    PLAYERS,
    "Who can perform a step: functions, commands, models, agents, services. Each has exactly one "
    "kind key: `python`, `command`, `model`, `agent`, `http`, `mcp`, `call`, `plugin` or "
    "`framework`.",
    ({"coder": {"model": "smart", "fallback": ["junior"]}, "junior": {"model": "cheap"}},),
)

PROCESS = Noun(
    "process",
    "Who decides who performs.",
    PROCESS_KEYS,
    {
        "manager": Key(
            TEXT,
            "The player that is asked, before each step that is played, who of the Melody's "
            "players performs it. Whoever the step names performs if it decides nothing.",
            ("editor",),
        )
    },
    required=PROCESS_KEYS,
)

MELODY = Noun(
    "melody",
    "A workflow: what it is given, who performs, what is done, and what comes out.",
    KEYS,
    {
        "melody": Key(
            {"const": LANGUAGE, "errorMessage": f"Write `melody: {LANGUAGE}`."},
            "The version of the language. It is the first key of the file.",
            (LANGUAGE,),
        ),
        "name": Key(
            named(MELODY_NAME, "a Melody"),
            "The name of this workflow: small letters, digits, `_` and `-`.",
            ("release_notes",),
        ),
        "version": Key(
            TEXT_OR_NUMBER, "Your own version of this workflow; Melody only repeats it.", ("1.0.0",)
        ),
        "description": Key(
            TEXT, "What it does, in a sentence.", ("Draft code, score it, route by the score.",)
        ),
        "inputs": Key(
            map_of(FIELD, INPUT_NAME, "an input"),
            "What a run is given, by name: a type, perhaps with a `default` and a `description`. "
            "Read as `inputs.NAME`.",
            ({"brief": "string", "language": {"enum": ["python", "go"], "default": "python"}},),
        ),
        "models": MODELS_KEY,
        "players": PLAYERS_KEY,
        "policy": Key(
            ref("policy"),
            "Limits of the whole run, and how its steps try again.",
            ({"timeout": "5m", "budget": {"usd": 2.0}},),
        ),
        "process": Key(
            ref("process"),
            "Lets a player decide who performs each step, as a manager does.",
            ({"manager": "editor"},),
        ),
        "steps": Key(
            {**_STEPS, "minProperties": 1},
            "What is done, by step id. The order comes from the references between steps, not "
            "from the order in the file; what does not depend on something else runs side by side.",
            ({"draft": {"play": "coder", "prompt": "Write ${{ inputs.brief }}"}},),
        ),
        "outputs": Key(
            ANY_MAP,
            "What the run gives back, by name.",
            ({"code": "${{ steps.draft.output.code }}"},),
        ),
    },
    required=("melody", "name", "steps"),
)

DEFINITIONS: dict[str, Schema] = {
    "steps": {
        **described("Steps by id: small letters, digits and `_`."),
        **_STEPS,
        "examples": [{"draft": {"play": "coder"}}],
    },
    "models": {
        **described("Models by alias."),
        **map_of(ref("model"), PLAYER_NAME, "a model"),
        "errorMessage": "Write `models: {smart: provider/name}`.",
        "examples": [{"smart": "openai/gpt-5"}],
    },
    "players": {
        **described("Players by name."),
        **map_of(ref("player"), PLAYER_NAME, "a player"),
        "errorMessage": "Write `players: {name: {python: module:callable}}`.",
        "examples": [{"coder": {"model": "smart"}}],
    },
}
