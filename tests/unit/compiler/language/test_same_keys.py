"""The schema and the reader know the same keys of every noun, and the same words of every key."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from compiler.language import melody_schema, project_schema, user_schema
from compiler.language.noun import Noun
from compiler.language.schema import NOUNS
from compiler.language.step import COMPENSATE, STEP
from compiler.language.type import ANNOTATIONS, CONSTRAINTS, DEFINITIONS, NAMES
from compiler.parse.reading import Reading
from compiler.parse.steps import COMPENSATION, MODIFIERS
from tests.unit.compiler.language.judges import (
    MELODIES,
    PROJECTS,
    USERS,
    kind_of,
    problems_of,
    schema_accepts,
    tree_of,
)
from workflow_ir.types import shorthand, type_name
from workflow_ir.types.validate import KEYWORDS

Read = dict[str, set[str]]

OF_THE_READER = {
    "melody": {"melody"},
    "project": {"project"},
    "user": {"user"},
    "model": {"model_settings"},
    "step": {"step", "compensation"},
    "play": {"capability"},
    "policy": {"policy", "step_policy"},
    "branch": {"parallel_branch"},
    "wait": {"moment"},
}
"""The reader's word for a noun, where the schema has another."""


@pytest.fixture(scope="module")
def read() -> tuple[Read, Read]:
    """Keys and required keys by the reader's nouns, as it asks for them in the valid documents."""
    keys: Read = defaultdict(set)
    required: Read = defaultdict(set)
    original = Reading.fields

    def watched(self: Reading, node: Any, noun: str, known: Collection[str], **options: Any) -> Any:
        keys[noun] |= set(known)
        required[noun] |= set(options.get("required", ()))
        return original(self, node, noun, known, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reading, "fields", watched)
        for path in (*MELODIES, *PROJECTS, *USERS):
            problems_of(path.read_text("utf-8"), kind_of(path))
    return keys, required


def _of_the_schema() -> dict[str, dict[str, Any]]:
    files = {"melody": melody_schema(), "project": project_schema(), "user": user_schema()}
    return files | {noun.name: noun.schema() for noun in NOUNS}


def test_every_noun_of_the_reader_is_in_the_schema_and_the_other_way_round(
    read: tuple[Read, Read],
) -> None:
    known = {name for noun in read[0] for name in OF_THE_READER.get(noun, {noun})}
    assert known == set(_of_the_schema())


def test_every_noun_has_the_keys_that_the_reader_asks_for(read: tuple[Read, Read]) -> None:
    nouns = _of_the_schema()
    for noun, keys in read[0].items():
        names = OF_THE_READER.get(noun, {noun})
        assert {key for name in names for key in nouns[name]["properties"]} == keys, noun


def test_every_noun_needs_the_keys_that_the_reader_needs(read: tuple[Read, Read]) -> None:
    nouns = _of_the_schema()
    for noun, keys in read[1].items():
        for name in OF_THE_READER.get(noun, {noun}):
            assert set(nouns[name].get("required", ())) == keys, noun


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_no_noun_has_words_for_a_key_that_is_gone(noun: Noun) -> None:
    elsewhere = set(MODIFIERS) - set(COMPENSATION) if noun is COMPENSATE else set()
    if noun is COMPENSATE:
        elsewhere |= set(STEP.order) - set(COMPENSATE.order)
    assert set(noun.keys) - elsewhere == set(noun.order)


def test_the_types_are_those_of_the_shorthand() -> None:
    assert set(NAMES) == set(type_name._PLAIN)
    assert set(CONSTRAINTS) == shorthand._CONSTRAINTS
    assert set(ANNOTATIONS) == shorthand._ANNOTATIONS
    assert set(DEFINITIONS["json_schema"]["properties"]) == KEYWORDS
    assert set(DEFINITIONS["typed_type"]["properties"]) == {"type", *ANNOTATIONS, *CONSTRAINTS}


PLACES = {
    ("policy", "on_exceeded"): "policy: {on_exceeded: WORD}",
    ("policy", "on_step_failure"): "policy: {on_step_failure: WORD}",
    ("step_policy", "on_exceeded"): "steps: {a: {set: 1, policy: {on_exceeded: WORD}}}",
    ("retry", "backoff"): "policy: {retry: {backoff: WORD}}",
    ("retry", "jitter"): "policy: {retry: {jitter: WORD}}",
    ("gate", "on_fail"): "steps: {a: {play: p, gate: {check: 'true', on_fail: WORD}}}",
    ("step", "on_failure"): "steps: {a: {set: 1, on_failure: WORD}}",
    ("step", "priority"): "steps: {a: {set: 1, priority: WORD}}",
    ("step", "importance"): "steps: {a: {set: 1, importance: WORD}}",
    ("step", "parse"): "steps: {a: {run: make, parse: WORD}}",
    ("step", "on_timeout"): "steps: {a: {approval: text, on_timeout: WORD}}",
    ("step", "on_reject"): "steps: {a: {approval: text, on_reject: WORD}}",
    ("compensation", "parse"): "steps: {a: {set: 1, compensate: {run: make, parse: WORD}}}",
    ("compensation", "on_timeout"): (
        "steps: {a: {set: 1, compensate: {approval: text, on_timeout: WORD}}}"
    ),
    ("compensation", "on_reject"): (
        "steps: {a: {set: 1, compensate: {approval: text, on_reject: WORD}}}"
    ),
    ("capability", "balance"): "steps: {a: {play: {provides: c, balance: WORD}}}",
    ("repeat", "on_max"): (
        "steps: {a: {repeat: {max: 1, until: 'true', steps: {}, on_max: WORD}}}"
    ),
    ("player", "parse"): "players: {p: {command: [a], parse: WORD}}",
    ("player", "importance"): "players: {p: {command: [a], importance: WORD}}",
    ("player", "effects"): "players: {p: {command: [a], effects: WORD}}",
    ("breaker", "state"): "policy: {breaker: {state: WORD}}",
    ("escalation", "on_timeout"): "policy: {escalation: {on_timeout: WORD}}",
    ("policy", "error_tolerance"): "policy: {error_tolerance: WORD}",
    ("step_policy", "error_tolerance"): "steps: {a: {set: 1, policy: {error_tolerance: WORD}}}",
    ("http", "method"): "players: {p: {http: {url: 'https://a', method: WORD}}}",
    ("player", "isolation"): "players: {p: {command: [a], isolation: WORD}}",
}
"""For each key whose value is a word, a Melody with it."""


def _document(place: tuple[str, str], word: str) -> str:
    part = PLACES[place].replace("WORD", word)
    steps = "" if part.startswith("steps") else "steps: {a: {set: 1}}\n"
    return f"melody: v1\nname: words\n{steps}{part}\n"


def _words(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The list of words that is the key's value, alone or as one choice."""
    if "enum" in tree:
        yield tree
    for option in tree.get("anyOf", ()):
        yield from _words(option)


def _lists() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (noun.name, key): found
        for noun in NOUNS
        for key in noun.order
        for found in _words(noun.keys[key].value)
    }


def test_every_list_of_words_has_a_melody_where_it_is_tried() -> None:
    assert set(_lists()) == set(PLACES)


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_every_list_has_the_words_that_the_reader_names(place: tuple[str, str]) -> None:
    listed = _lists()[place]["enum"]
    (problem,) = problems_of(_document(place, "zzz"))
    assert re.findall(r"`(\w+)`", problem.message.split("must be one of")[1]) == listed
    for word in listed:
        text = _document(place, word)
        assert problems_of(text) == ()
        assert schema_accepts(tree_of(text))


def test_each_word_has_its_own_meaning() -> None:
    for place, found in _lists().items():
        meanings = found.get("enumDescriptions")
        assert meanings is None or len(meanings) == len(set(found["enum"])), place
