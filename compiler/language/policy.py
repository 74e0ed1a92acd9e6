"""Policy: bounds, and how a step tries again (spec 4 and 8)."""

from __future__ import annotations

from typing import get_args

from compiler.language.model import SAMPLING
from compiler.language.noun import Key, Noun, Schema, having, ref, refused
from compiler.language.safeguards import BREAKER_NOUN, HEDGE_NOUN, THROTTLE_NOUN
from compiler.language.value import (
    BOOLEAN,
    CONDITION,
    DURATION,
    SHARE,
    SIZE,
    TEXT,
    TEXTS,
    TIME_LIMIT,
    integer,
    number,
    one_or_more,
    words,
)
from compiler.parse.error_names import CLASSES, CODES
from compiler.parse.packs import ENDS, shipped
from compiler.parse.policy import OF_A_MELODY, OF_A_STEP
from compiler.parse.recovery import ESCALATION
from compiler.parse.retry import RETRY, VARIED
from compiler.parse.syntax_policy import ErrorTolerance, OnStepFailure, OnTimeout
from workflow_ir.policy import Backoff, Jitter, Rung, RunPolicy

RUNGS = one_or_more(
    Rung,
    {
        Rung.RETRY: "The same player again, after a delay.",
        Rung.FALLBACK: "The next player of the player's `fallback`.",
        Rung.RECONSTRUCT: "Make the missing value from a later one.",
        Rung.REROUTE: "Another player with the same capability.",
        Rung.SKIP: "Leave a gap and go on; every reader must accept it.",
        Rung.ESCALATE: "Ask a person.",
        Rung.FAIL: "Give up.",
    }.values(),
)
"""Words of ``on_failure``, in the order of the enumeration."""

ERROR: Schema = {
    "anyOf": [
        {"enum": [*CLASSES, *CODES]},
        {"type": "string", "pattern": "^http[.][45][0-9]{2}$"},
    ],
}
"""A class or code; any status is one."""

PACK: Schema = {
    "anyOf": [
        {"enum": list(shipped())},
        {"type": "string", "pattern": f"({'|'.join(ENDS).replace('.', '[.]')})$"},
    ],
}
"""A pack that comes with Melody, or the path of one."""

_BACKOFF: Schema = {
    "anyOf": [
        words(
            (kind.value for kind in Backoff),
            (
                "1 s, 2 s, 4 s, 8 s: `initial · multiplier^(n-1)`.",
                "5 s, 10 s, 15 s: `initial · n`.",
                "`initial` each time.",
            ),
        ),
        {"type": "array", "items": DURATION, "minItems": 1},
    ],
}

RETRY_NOUN = Noun(
    "retry",
    "How the same player tries again.",
    RETRY,
    {
        "max_attempts": Key(
            integer(1),
            "Attempts of one player, the first included. Without it, by importance: low 1, "
            "normal 3, high 4, critical 5.",
            (3,),
        ),
        "max_retries": Key(integer(0), "The same, without the first attempt.", (2,)),
        "backoff": Key(
            _BACKOFF,
            "How the delay grows, or the delays themselves.",
            ("linear", ["1s", "5s", "30s"]),
            Backoff.EXPONENTIAL.value,
        ),
        "initial": Key(
            DURATION, "The delay after the first failure: `1s`; `5s` if it is linear.", ("2s",)
        ),
        "multiplier": Key(number(1), "Growth of an exponential backoff.", (1.5,), 2),
        "max_delay": Key(DURATION, "No delay is longer.", ("30s",), "60s"),
        "jitter": Key(
            words(
                (kind.value for kind in Jitter),
                ("Drawn at random below the delay.", "Exactly the delay."),
            ),
            "Whether a delay is drawn at random, so that not all try again at once.",
            (),
            Jitter.FULL.value,
        ),
        "vary": Key(
            {"type": "array", "items": ref("vary")},
            "Other parameters for each further attempt; the last ones repeat.",
            ([{"temperature": 0.2}, {"model": "cheap"}],),
        ),
        "on": Key(
            {"type": "array", "items": ERROR, "errorMessage": "Write a list: `[http.429]`."},
            "Classes or codes of errors that are tried again; without it, those that may pass.",
            (["transient_network", "timeout.attempt"],),
        ),
    },
    rules=(
        {
            "if": {"required": ["max_attempts"]},
            "then": {
                "properties": {"max_retries": False},
                "errorMessage": "`max_attempts` says the same; keep one of them.",
            },
        },
    ),
)

BUDGET = Noun(
    "budget",
    "What a step or a run may use up.",
    ("usd", "tokens", "wall", "attempts"),
    {
        "usd": Key(number(0), "Money, in US dollars.", (2.0,)),
        "tokens": Key(integer(0), "Tokens of all models together.", (200_000,)),
        "wall": Key(TIME_LIMIT, "Time, without the time spent waiting for people.", ("30m",)),
        "attempts": Key(integer(1), "Attempts of all players together.", (20,)),
    },
)

VARY = Noun(
    "vary",
    "What is different in one of the later attempts.",
    VARIED,
    {"model": Key(TEXT, "Another alias of `models`.", ("cheap",)), **SAMPLING},
)
ESCALATION_NOUN = Noun(
    "escalation",
    "How a person is asked when nothing else has helped.",
    ESCALATION,
    {
        "assignees": Key(TEXTS, "Who is asked.", (["lead"],)),
        "expires": Key(TIME_LIMIT, "After that nobody need answer any more.", ("4h",), "1h"),
        "on_timeout": Key(
            words(get_args(OnTimeout), ("The step fails.", "It leaves a gap.")),
            "What holds when nobody has answered.",
            (),
            "fail",
        ),
    },
)

_BOUNDS: dict[str, Key] = {
    "use": Key(
        {
            "type": "array",
            "items": PACK,
            "errorMessage": "Write a list: `[production, ./team.policy.yaml]`.",
        },
        "Policy packs: as if they were written here, below the keys beside them; later ones win.",
        (["production", "aws"],),
    ),
    "retry": Key(
        {
            "type": ["object", "array"],
            "if": {"type": "array"},
            "then": {"items": ref("retry"), "minItems": 1},
            "else": ref("retry"),
        },
        "How the same player tries again. Of a list of rules the first that takes the error holds.",
        ({"max_attempts": 3}, [{"on": ["http.429"], "max_attempts": 5}, {"max_attempts": 2}]),
    ),
    "recovery": Key(
        {"type": "object", "propertyNames": ERROR, "additionalProperties": RUNGS},
        "By class or code of the error: how it goes on, in this order. A code wins over its class.",
        ({"backend_failure": ["fallback", "retry"], "gate.failed": ["retry", "escalate"]},),
    ),
    "timeout": Key(TIME_LIMIT, "The longest that one attempt may take.", ("30s",)),
    "total_timeout": Key(
        TIME_LIMIT, "The longest for all attempts of one player, with the delays.", ("5m",)
    ),
    "budget": Key(ref("budget"), "What may be used up.", ({"usd": 0.5},)),
    "on_exceeded": Key(
        words(
            ("fail", "skip", "cheaper"),
            ("The step fails.", "It leaves a gap.", "A cheaper player goes on."),
        ),
        "What happens when the budget is used up.",
        (),
        "fail",
    ),
    "memory": Key(SIZE, "Memory of a player.", ("2GB",)),
    "cpu": Key(SHARE, "Share of one processor for a player.", ("80%", 1.5)),
    "breaker": Key(
        ref("breaker"),
        "When a provider that keeps failing is left alone for a while.",
        ({"failures": "50%", "window": "60s"},),
    ),
    "hedge": Key(ref("hedge"), "A second attempt beside one that takes long.", ({"delay": "10s"},)),
    "throttle": Key(
        ref("throttle"),
        "Tokens of one target that retries need: they stop a storm of retries.",
        ({"tokens": 10, "ratio": 0.1},),
    ),
    "escalation": Key(
        ref("escalation"),
        "How a person is asked when nothing else has helped.",
        ({"assignees": ["lead"], "expires": "1h"},),
    ),
    "notify": Key(
        TEXTS, "Who is told when a step has failed or left a gap. Levels add up.", (["team_aws"],)
    ),
    "may_degrade": Key(
        BOOLEAN,
        "Whether a player may lower its own precision to finish. `false` holds below it, too.",
        (False,),
        default=True,
    ),
    "error_tolerance": Key(
        words(
            get_args(ErrorTolerance),
            ("No gap that is not written.", "A step that matters less may leave a gap."),
        ),
        "Whether gaps are left that nobody wrote. `minimal` holds below it, too.",
        (),
        "moderate",
    ),
}
_OF_A_RUN: dict[str, Key] = {
    "wall": Key(
        TIME_LIMIT,
        "The wall: the longest for one player's attempts together. Only the project may raise it.",
        ("10m",),
        "5m",
    ),
    "concurrency": Key(
        integer(1),
        "Steps that may perform at the same time.",
        (8,),
        RunPolicy.model_fields["concurrency"].default,
    ),
    "on_step_failure": Key(
        words(
            get_args(OnStepFailure),
            ("Everything still running is cancelled.", "What does not need the step goes on."),
        ),
        "What a failed step does to the others.",
        (),
        RunPolicy.model_fields["on_step_failure"].default,
    ),
}

POLICY = Noun(
    "policy", "Limits of a whole run, and defaults of its steps.", OF_A_MELODY, _BOUNDS | _OF_A_RUN
)
STEP_POLICY = Noun(
    "step_policy", "Limits of one step; they can only be tighter.", OF_A_STEP, _BOUNDS
)

GATE = Noun(
    "gate",
    "What an output must be worth, after its type was checked.",
    ("check", "score", "at_least", "on_fail"),
    {
        "check": Key(CONDITION, "A condition on `output`.", ("output.score >= 0.8",)),
        "score": Key(CONDITION, "An expression that gives a number.", ("output.score",)),
        "at_least": Key(number(0), "What `score` must reach.", (0.8,)),
        "on_fail": Key(
            RUNGS, "How it goes on after a failed gate, in this order.", (["retry", "fallback"],)
        ),
    },
    rules=(
        {
            "if": {"not": having(("check", "score"))},
            "then": refused("Write `gate: {check: output.n > 0}`."),
        },
        {"dependencies": {"score": ["at_least"], "at_least": ["score"]}},
    ),
)

NOUNS = (
    POLICY,
    STEP_POLICY,
    RETRY_NOUN,
    VARY,
    BUDGET,
    BREAKER_NOUN,
    HEDGE_NOUN,
    THROTTLE_NOUN,
    ESCALATION_NOUN,
    GATE,
)
