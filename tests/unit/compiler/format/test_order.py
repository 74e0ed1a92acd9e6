from __future__ import annotations

from typing import Any

import pytest

from compiler.format.order import BODIES, NOUNS, in_order
from compiler.parse import policy
from compiler.parse.melody import KEYS
from compiler.parse.player_kinds import BESIDE as BESIDE_KINDS
from compiler.parse.player_kinds import KINDS
from compiler.parse.players import COMMON
from compiler.parse.project import KEYS as PROJECT_KEYS
from compiler.parse.recovery import ESCALATION
from compiler.parse.retry import RETRY
from compiler.parse.safeguards import BREAKER, THROTTLE
from compiler.parse.scopes import ARM, LOOP
from compiler.parse.steps import MODIFIERS, OF_A_MAP
from compiler.parse.verbs import BESIDE, VERBS

STEP = {*VERBS, *MODIFIERS, *OF_A_MAP, *(key for keys in BESIDE.values() for key in keys)}
PLAYER = {*KINDS, *COMMON, *(key for keys in BESIDE_KINDS.values() for key in keys)}


@pytest.mark.parametrize(
    ("noun", "keys"),
    [
        ("melody", set(KEYS)), ("project", set(PROJECT_KEYS)), ("step", STEP), ("scope", STEP),
        ("player", PLAYER), ("arm", set(ARM)), ("loop", set(LOOP)),
        ("policy", set(policy.OF_A_MELODY)), ("retry", set(RETRY)), ("breaker", set(BREAKER)),
        ("throttle", set(THROTTLE)), ("escalation", set(ESCALATION)),
    ],
)  # fmt: skip
def test_every_key_of_the_reader_has_its_place(noun: str, keys: set[str]) -> None:
    order = NOUNS[noun].order
    assert set(order) == keys
    assert len(order) == len(keys)


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_below_a_key_is_a_noun(noun: str) -> None:
    assert set(NOUNS[noun].inner) <= set(NOUNS[noun].order)
    assert {shape.noun for shape in NOUNS[noun].inner.values()} <= set(NOUNS)


@pytest.mark.parametrize("body", BODIES)
def test_what_a_long_step_waits_for_stands_above_its_steps(body: str) -> None:
    step: Any = {body: {}, "result": 1, "when": "x", "policy": {}, "label": "l"}
    found: Any = in_order({"steps": {"a": step}})
    assert list(found["steps"]["a"]) == ["label", "when", "policy", body, "result"]


def test_unknown_keys_come_last_and_lists_stay() -> None:
    found = in_order({"zzz": 1, "name": "n", "steps": {"b": {}, "a": {"needs": ["b", "a"]}}})
    assert str(found) == "{'name': 'n', 'steps': {'b': {}, 'a': {'needs': ['b', 'a']}}, 'zzz': 1}"
