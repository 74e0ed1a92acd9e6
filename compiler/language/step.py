"""Steps: exactly one verb, and the modifiers beside it (spec 2, Steps)."""

from __future__ import annotations

from compiler.language.noun import Key, Noun, Schema, exactly_one, partners, ref
from compiler.language.player import IMPORTANCE
from compiler.language.policy import RUNGS
from compiler.language.type import TYPE
from compiler.language.value import (
    ANY,
    CONDITION,
    SUCCEED_IF,
    TEXT,
    TEXTS,
    TIME_LIMIT,
    integer,
    named,
    text_or,
    words,
)
from compiler.language.verb import BESIDE_KEYS, SNIPPETS, VERB_KEYS
from compiler.parse.atoms import INPUT_NAME
from compiler.parse.steps import COMPENSATION, MODIFIERS, OF_A_MAP
from compiler.parse.verbs import BESIDE, VERBS
from compiler.parse.windows import DAYS, ZONE
from compiler.parse.windows import KEYS as WINDOW_KEYS
from workflow_ir.policy import Importance
from workflow_ir.types.model import JsonValue

_FOR_EACH: Schema = {
    "type": ["string", "array"],
    "pattern": r"\$\{\{",
    "errorMessage": "Write a list, or an expression in `${{ }}`.",
}

_MODIFIERS: dict[str, Key] = {
    "label": Key(TEXT, "A name for people.", ("Draft the code",)),
    "when": Key(
        CONDITION,
        "The step is performed if this holds, else it is skipped: then its output may be read only "
        "through `default`, `has` or `coalesce`.",
        ("steps.quality.output.score < 0.5",),
    ),
    "for_each": Key(
        _FOR_EACH,
        "The step is performed once for each of these; `item` and `index` (from 0) are in scope, "
        "and the outputs are a list.",
        ("${{ steps.plan.output.chapters }}", [1, 2, 3]),
    ),
    "needs": Key(TEXTS, "Steps that come before it although it reads none of them.", (["setup"],)),
    "output": Key(
        TYPE,
        "The type of what is given back; with `for_each`, of one item.",
        ({"code": "string", "tests": "string"},),
    ),
    "gate": Key(ref("gate"), "What the output must be worth.", ({"check": "output.score >= 0.8"},)),
    "policy": Key(ref("step_policy"), "Limits of this step.", ({"timeout": "30s"},)),
    "on_failure": Key(
        RUNGS,
        "How it goes on after a failure, in this order; without it, by the class of the error.",
        ("skip", ["retry", "fallback"]),
    ),
    "reconstruct": Key(
        ref("reconstruct"),
        "How its output is made from a later one, if it is missing.",
        ({"from": "${{ steps.code.output }}", "play": "reverse_engineer"},),
    ),
    "require": Key(
        CONDITION,
        'A condition to wait for. Here `health("NAME")` and `host.memory_free` are known too.',
        ('health("gateway")',),
    ),
    "window": Key(
        ref("times"),
        "The times at which it may start; it waits for the next one. `business_hours` and "
        "`maintenance_window` are known everywhere, others to the project.",
        ({"from": "22:00", "to": "06:00"}, "business_hours"),
    ),
    "priority": Key(
        IMPORTANCE, "Which step goes first when there is no room.", (), Importance.NORMAL.value
    ),
    "importance": Key(
        IMPORTANCE,
        "How much it matters: it sets the attempts, and whether it may be skipped. Without it, "
        "that of the player.",
    ),
    "task_type": Key(TEXT, "A kind of task of the project file.", ("code_generation",)),
    "compensate": Key(
        ref("compensation"),
        "What undoes it, if the run fails later; `output` is in scope.",
        ({"play": "files", "with": {"delete": "${{ output.path }}"}},),
    ),
    "idempotency_key": Key(
        ANY, "The same key: the same act, done once.", ("order-${{ inputs.order }}",)
    ),
}
_OF_A_MAP: dict[str, Key] = {
    "as": Key(
        named(INPUT_NAME, "an item"),
        "What the item is called; `as: row` gives `row` and `row_index`.",
        ("row",),
        "item",
    ),
    "concurrency": Key(integer(1), "Items at the same time; all of them if not written.", (4,)),
    "succeed_if": Key(
        SUCCEED_IF,
        "How many must succeed: `all`, `any`, a number or a share.",
        ("any", 3, "80%"),
        "all",
    ),
    "barrier_timeout": Key(TIME_LIMIT, "How long the slower ones are waited for.", ("300s",)),
}

_TIME_OF_DAY: Schema = {
    "type": "string",
    "pattern": r"^(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    "patternErrorMessage": "Write a time of day: `22:00`.",
}
WINDOW = Noun(
    "window",
    "A time of the week.",
    WINDOW_KEYS,
    {
        "from": Key(_TIME_OF_DAY, "When it opens.", ("22:00",)),
        "to": Key(
            _TIME_OF_DAY,
            "When it closes; at or before `from`, on the day after.",
            ("06:00",),
        ),
        "days": Key(
            {"type": "array", "minItems": 1, "items": words(DAYS)},
            "The days on which it opens; without it, every day.",
            (["mon", "tue"],),
        ),
        "zone": Key(
            {"type": "string", "pattern": f"^{ZONE.pattern}$"},
            "The time zone, by its name in the IANA database.",
            ("Europe/Berlin",),
            "UTC",
        ),
    },
    required=("from", "to"),
)
DEFINITIONS: dict[str, Schema] = {
    "times": {
        **text_or("window"),
        "type": ["string", "object", "array"],
        "description": "A time of the week, the name of such times, or a list of both.",
        "minItems": 1,
        "items": text_or("window"),
        "examples": ["business_hours", {"from": "22:00", "to": "06:00"}],
    },
}

_BESIDE = {**BESIDE, "for_each": OF_A_MAP}
_EXAMPLES: tuple[JsonValue, ...] = (
    {"play": "coder", "prompt": "Write ${{ inputs.brief }}", "output": {"code": "string"}},
    {"set": {"total": "${{ steps.a.output.n + 1 }}"}},
)


def _order(modifiers: tuple[str, ...], more: tuple[str, ...] = ()) -> tuple[str, ...]:
    beside = (key for keys in BESIDE.values() for key in keys)
    return tuple(dict.fromkeys((*VERBS, *beside, *modifiers, *more)))


_OF_A_STEP = _order(MODIFIERS, OF_A_MAP)
_OF_A_COMPENSATION = _order(COMPENSATION)

STEP = Noun(
    "step",
    "One step: exactly one verb, and modifiers beside it.",
    _OF_A_STEP,
    VERB_KEYS | BESIDE_KEYS | _MODIFIERS | _OF_A_MAP,
    rules=(
        *exactly_one(tuple(VERBS), "a verb", known=_OF_A_STEP),
        *partners(_BESIDE, tuple(VERBS)),
    ),
    examples=_EXAMPLES,
    snippets=SNIPPETS,
)
COMPENSATE = Noun(
    "compensation",
    "The step that undoes another one: exactly one verb, and few modifiers.",
    _OF_A_COMPENSATION,
    VERB_KEYS | BESIDE_KEYS | _MODIFIERS | _OF_A_MAP,
    rules=(
        *exactly_one(tuple(VERBS), "a verb", known=_OF_A_COMPENSATION),
        *partners(BESIDE, tuple(VERBS)),
    ),
    examples=_EXAMPLES[:1],
)
RECONSTRUCT = Noun(
    "reconstruct",
    "How a missing output is made from a later one.",
    ("from", "play"),
    {
        "from": Key(ANY, "What it is made from.", ("${{ steps.code.output }}",)),
        "play": Key(TEXT, "The player that makes it.", ("reverse_engineer",)),
    },
    required=("from", "play"),
)

NOUNS = (STEP, COMPENSATE, RECONSTRUCT, WINDOW)
