"""Breakers, retry tokens and hedging: their handlers read a vector as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core.failure.breaker_rules import IllegalTransition
from tests.unit.conductor_core.failure import breaker_vectors
from tests.vectors.vector import Data, Handler, read
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Breaker

VECTORS = tuple(read().values())

WORDS: Mapping[str, Mapping[str, Mapping[str, type]]] = {
    "illegal-transition": {"error": {"IllegalStateTransition": IllegalTransition}},
    "breaker-library-gap": {
        "required_max": {f"half_open_calls, default {Breaker().probes}": Breaker},
        "required": {
            f"original {StandardError.__name__} returned; open state visible separately": Breaker
        },
    },
}
"""Expectations in words, each with what our handler stands for."""


def whole(topic: str) -> Handler:
    """The handler of one topic."""

    def play(given: Data, expect: Data) -> None:
        for key, words in WORDS.get(topic, {}).items():
            assert key not in expect or expect[key] in words
        source = next(one.source for one in VECTORS if one.topic == topic and one.given == given)
        vector = {"topic": topic, "given": given, "expect": expect, "source": source}
        breaker_vectors.TOPICS[topic](vector)

    return play


TOPICS: Mapping[str, Handler] = {topic: whole(topic) for topic in breaker_vectors.TOPICS}
