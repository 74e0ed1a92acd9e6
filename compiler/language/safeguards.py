"""What keeps a target from being asked too often (spec 4, Pipeline of one attempt)."""

from __future__ import annotations

from typing import get_args

from compiler.language.noun import Key, Noun
from compiler.language.value import PART, SHARE, TIME_LIMIT, integer, words
from compiler.parse.safeguards import BREAKER, HEDGE, THROTTLE
from compiler.parse.syntax_policy import BreakerState

BREAKER_NOUN = Noun(
    "breaker",
    "When a provider that keeps failing is left alone for a while.",
    BREAKER,
    {
        "window": Key(TIME_LIMIT, "Calls of this time are looked at.", ("60s",), "60s"),
        "calls": Key(integer(1), "With fewer calls it never opens.", (10,), 5),
        "failures": Key(PART, "It opens when this share of them has failed.", ("80%",), "50%"),
        "open": Key(TIME_LIMIT, "How long it stays open at first.", ("1m",), "30s"),
        "max_open": Key(
            TIME_LIMIT,
            "It stays open twice as long each time it opens again, and at most so long.",
            ("10m",),
            "5m",
        ),
        "probes": Key(
            integer(1), "Calls that are let through when that time is over, to try.", (2,), 1
        ),
        "ramp": Key(
            {
                "type": "array",
                "items": PART,
                "errorMessage": "Write a list of shares: `[10%, 50%]`.",
            },
            "Shares of calls that are let through, one after the other, before all are.",
            (["10%", "50%"],),
        ),
        "state": Key(
            words(
                get_args(BreakerState),
                ("It opens and closes by itself.", "Nothing gets through.", "It never opens."),
            ),
            "Set by hand.",
            (),
            "automatic",
        ),
    },
)
HEDGE_NOUN = Noun(
    "hedge",
    "Further attempts beside one that takes long; the first success wins.",
    HEDGE,
    {
        "delay": Key(TIME_LIMIT, "How long the first attempt has before the next.", ("10s",)),
        "max": Key(integer(1), "Attempts beside the first.", (2,), 1),
    },
    required=("delay",),
)

THROTTLE_NOUN = Noun(
    "throttle",
    "Tokens of one target that retries need: they stop a storm of retries.",
    THROTTLE,
    {
        "tokens": Key(integer(1), "A retry needs more than half of them.", (20,), 10),
        "ratio": Key(SHARE, "What a success gives back; a failure takes one.", (0.2,), 0.1),
    },
)
