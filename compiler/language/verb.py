"""Verbs: what a step does, and the nouns that stand inside or beside each."""

from __future__ import annotations

from compiler.language.noun import Key, Noun, Schema, exactly_one, ref
from compiler.language.player import PARSE
from compiler.language.type import TYPE
from compiler.language.value import (
    ANY,
    ANY_MAP,
    ARGUMENT,
    COMMAND,
    CONDITION,
    DURATION,
    TEXT,
    TEXTS,
    TIME_LIMIT,
    integer,
    map_of,
    named,
    text_or,
    words,
)
from compiler.parse.atoms import STEP_ID
from compiler.parse.scopes import ARM, LOOP

STEPS = ref("steps")
RESULT = Key(
    ANY,
    "What is seen from outside, as the step's `output`.",
    ({"code": "${{ steps.draft.output.code }}"},),
)
_OUTSIDE = ("succeed_if", "barrier_timeout")
"""Keys that people write into ``parallel``, where names stand."""

VERB_KEYS: dict[str, Key] = {
    "play": Key(
        text_or("capability"),
        "A player performs: its name, or `{provides: CAPABILITY}` for whoever can.",
        ("coder", {"provides": "code.score", "prefer": ["judge"]}),
    ),
    "run": Key(
        COMMAND,
        "A command. Text is split without a shell; `a && b` stops at the first that fails.",
        ("ruff format . && ruff check .", ["git", "log", "--oneline"]),
    ),
    "set": Key(ANY, "Data, and nothing else.", ({"total": "${{ sum(inputs.prices) }}"},)),
    "steps": Key(
        STEPS, "Steps with a scope of their own; `result` is its value.", ({"a": {"play": "x"}},)
    ),
    "branch": Key(
        {"type": "array", "minItems": 1, "items": ref("arm")},
        "The first arm whose `when` holds, else the one with `else: true`. `.branch` is its name.",
        ([{"name": "fast", "when": "inputs.n < 3", "result": 1}, {"name": "slow", "else": True}],),
    ),
    "parallel": Key(
        ref("branches"),
        "Named branches side by side; the output is a map of their results.",
        ({"left": {"steps": {"a": {"play": "x"}}}, "right": {"steps": {"b": {"play": "y"}}}},),
    ),
    "repeat": Key(
        ref("repeat"),
        "Steps that are performed again and again, `max` times at most.",
        ({"max": 3, "until": "steps.judge.ok", "steps": {"judge": {"play": "judge"}}},),
    ),
    "call": Key(
        TEXT, "Another Melody; `with` gives its inputs.", ("./other.melody.yaml",)
    ),
    "approval": Key(
        {**ARGUMENT, "errorMessage": "Write the question; `form` and `show` stand beside it."},
        "Waits for a person, who reads this. The output is the form's fields and `choice`.",
        ("Publish this?",),
    ),
    "wait": Key(
        {
            **text_or("moment", DURATION),
            "errorMessage": "Write `30s`, `{until: …}` or `{event: name}`.",
        },
        "Waits: a time, until a moment, or for an event from outside.",
        ("30s", {"event": "paid"}),
    ),
    "fail": Key(
        ref("fail"),
        "Ends the scope as failed.",
        ({"error": "review.rejected", "message": "Nobody wanted ${{ inputs.title }}."},),
    ),
}  # fmt: skip
"""One row a verb."""

BESIDE_KEYS: dict[str, Key] = {
    "with": Key(
        ANY_MAP,
        "What the player, command or Melody is given, by name.",
        ({"code": "${{ steps.draft.output.code }}"},),
    ),
    "prompt": Key(
        ANY, "What a model or agent is asked.", ("Write ${{ inputs.language }} for this: …",)
    ),
    "parse": PARSE,
    "stdin": Key(ANY, "What the command reads.", ("${{ steps.draft.output }}",)),
    "env": Key(ANY_MAP, "Environment variables.", ({"LANG": "C"},)),
    "result": RESULT,
    "max_depth": Key(integer(1), "How deep a Melody may call itself.", (5,)),
    "show": Key(ANY_MAP, "What the person sees.", ({"code": "${{ steps.draft.output }}"},)),
    "form": Key(TYPE, "What the person fills in.", ({"code": "string", "note": "string?"},)),
    "assignees": Key(TEXTS, "Who is asked.", (["maintainers"],)),
    "expires": Key(TIME_LIMIT, "How long an answer is waited for.", ("2d",)),
    "on_timeout": Key(
        words(("approve", "reject", "fail")), "What holds when nobody answers.", (), "fail"
    ),
    "on_reject": Key(
        words(("fail", "continue"), ("The step fails.", "It goes on; `choice` is `reject`.")),
        "What a rejection does.",
        (),
        "fail",
    ),
}
"""Keys that stand beside one verb or another."""

CAPABILITY = Noun(
    "capability",
    "Any player with this capability.",
    ("provides", "prefer", "balance"),
    {
        "provides": Key(TEXT, "The capability; `email` means `email.send` too.", ("code.score",)),
        "prefer": Key(TEXTS, "Players to take first.", (["judge"],)),
        "balance": Key(
            words(
                ("round_robin", "random", "least_loaded", "priority"),
                ("In turn.", "At random.", "Who has least to do.", "The most important first."),
            ),
            "How one of several is chosen.",
        ),
    },
    required=("provides",),
)
ARM_NOUN = Noun(
    "arm",
    "One way of a branch: a condition, steps and a result.",
    ARM,
    {
        "name": Key(named(STEP_ID, "an arm"), "What it is called.", ("fast_track",)),
        "when": Key(CONDITION, "It is taken if this holds.", ("steps.quality.output.score > 0.8",)),
        "else": Key(
            {"type": "boolean", "const": True, "errorMessage": "`else` can only be `true`."},
            "It is taken if no condition holds.",
            (True,),
        ),
        "steps": Key(STEPS, "What it does; there may be none.", ({"polish": {"play": "coder"}},)),
        "result": RESULT,
    },
    required=("name",),
    rules=exactly_one(("when", "else"), "a condition"),
)
PARALLEL_BRANCH = Noun(
    "parallel_branch",
    "One of the branches that run side by side.",
    ("steps", "result"),
    {
        "steps": Key(STEPS, "What it does.", ({"a": {"play": "x"}},)),
        "result": RESULT,
    },
    required=("steps",),
)
REPEAT = Noun(
    "repeat",
    "A loop. `iteration` (from 1) and `previous` (the last result, null at first) are in scope.",
    LOOP,
    {
        "steps": Key(STEPS, "What is done each time.", ({"rewrite": {"play": "coder"}},)),
        "until": Key(CONDITION, "Tested after each time: the end.", ("steps.judge.output.ok",)),
        "while": Key(CONDITION, "Tested before each time: once more.", ("iteration <= inputs.n",)),
        "max": Key(integer(1), "So many times at most.", (3,)),
        "on_max": Key(
            words(("fail", "accept"), ("`loop.exhausted`.", "The last result counts.")),
            "What reaching `max` means.",
            (),
            "fail",
        ),
        "result": RESULT,
    },
    required=("max", "steps"),
    rules=exactly_one(("until", "while"), "a condition"),
)
MOMENT = Noun(
    "moment",
    "What is waited for.",
    ("until", "event"),
    {
        "until": Key(ANY, "A moment, in ISO 8601.", ("${{ inputs.start }}",)),
        "event": Key(TEXT, "An event; `melody runs send RUN EVENT` delivers it.", ("paid",)),
    },
    rules=exactly_one(("until", "event"), "something to wait for"),
)
FAIL = Noun(
    "fail",
    "The error that ends the scope.",
    ("error", "message"),
    {
        "error": Key(TEXT, "Its code: words with dots between.", ("review.rejected",)),
        "message": Key(ANY, "What people read.", ("Nobody wanted it.",)),
    },
    required=("error",),
)

NOUNS = (CAPABILITY, ARM_NOUN, PARALLEL_BRANCH, REPEAT, MOMENT, FAIL)

DEFINITIONS: dict[str, Schema] = {
    "branches": {
        "description": "Branches by name.",
        "minProperties": 1,
        "properties": dict.fromkeys(_OUTSIDE, True),  # shown once, by what follows
        "allOf": [
            {
                "properties": dict.fromkeys(_OUTSIDE, False),
                "errorMessage": "This key stands beside `parallel`, not in it.",
            },
        ],
        **map_of(ref(PARALLEL_BRANCH.name), STEP_ID, "a branch"),
        "examples": [{"left": {"steps": {"a": {"play": "x"}}}}],
    },
}

_BODIES: dict[str, Schema] = {
    "play": {"play": "${1:player}"},
    "run": {"run": ["${1:program}"]},
    "set": {"set": {"${1:name}": "$2"}},
    "branch": {
        "branch": [
            {"name": "${1:first}", "when": "${2:condition}", "result": "$3"},
            {"name": "${4:other}", "else": True, "result": "$5"},
        ],
    },
    "repeat": {
        "repeat": {
            "max": 3,
            "until": "${1:condition}",
            "steps": {"${2:id}": {"play": "${3:player}"}},
        },
    },
    "call": {"call": "${1:./other.melody.yaml}", "with": {"${2:input}": "$3"}},
    "approval": {"approval": "${1:question}"},
}
SNIPPETS: tuple[Schema, ...] = tuple(
    {"label": verb, "description": VERB_KEYS[verb].says, "body": body}
    for verb, body in _BODIES.items()
)
"""What an editor offers in an empty step."""
