"""``answers.py`` of a generated project has Melody's own words, as far as players see them."""

from __future__ import annotations

import importlib
import sys
from dataclasses import MISSING, asdict, fields
from enum import StrEnum
from itertools import chain, combinations
from types import ModuleType
from typing import Any

import pytest

from adapters.emitter.player_api import WORDS
from adapters.emitter.players.answers import answers_file, with_answers
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.project import NOTHING, Sources
from conductor_core import ports
from tests.unit.adapters.emitter.players.cast_of import compiled
from workflow_ir import outcome, taxonomy

IR = compiled('players: {one: {python: "band:f"}}\nsteps: {it: {play: one}}\noutputs: {}\n')
EVERY = sorted(frozenset(chain(*WORDS.values())))
OURS = {"Cost": outcome.Cost, "Grant": ports.Grant, "PlayRequest": ports.PlayRequest,
        "StandardError": outcome.StandardError, "Success": outcome.Success}  # fmt: skip

TWO = tuple(combinations(("Grant", "PlayRequest", "StandardError", "Success"), 2))


def speaking(*words: str) -> Sources:
    lines = [
        f"from {module} import {word}\n"
        for module, known in sorted(WORDS.items())
        for word in words
        if word in known
    ]
    return Sources({"band.py": "".join(lines)})


def text_of(*words: str) -> str:
    file = answers_file(IR, "small", speaking(*words))
    assert file is not None
    assert (file.path, file.owner) == ("src/small/answers.py", "melody")
    return file.text


def module_of(*words: str) -> ModuleType:
    module = ModuleType(f"answers_of_{'_'.join(words)}")
    sys.modules[module.__name__] = module
    try:
        exec(compile(text_of(*words), "answers.py", "exec"), vars(module))
    finally:
        del sys.modules[module.__name__]
    return module


MADE = module_of(*EVERY)


@pytest.mark.parametrize("module", WORDS)
def test_every_word_is_a_name_of_its_module_and_of_the_generated_one(module: str) -> None:
    for word in WORDS[module]:
        assert hasattr(importlib.import_module(module), word)
        assert hasattr(MADE, word)


@pytest.mark.parametrize("word", OURS)
def test_what_is_made_of_fields_has_the_same_ones_with_the_same_defaults(word: str) -> None:
    def told(kind: Any) -> list[tuple[str, Any]]:
        made = [field for field in fields(kind) if field.init]
        return [
            (field.name, repr(field.default) if field.default is not MISSING else MISSING)
            for field in made
        ]

    assert told(getattr(MADE, word)) == told(OURS[word])


@pytest.mark.parametrize("word", sorted(WORDS["workflow_ir.taxonomy"]))
def test_the_lists_have_the_same_members(word: str) -> None:
    kind: type[StrEnum] = getattr(MADE, word)
    theirs: type[StrEnum] = getattr(taxonomy, word)
    assert [(one.name, one.value) for one in kind] == [(one.name, one.value) for one in theirs]


@pytest.mark.parametrize(
    "code", [*taxonomy.TAXONOMY, *taxonomy.ALIASES, "http.418", "http.507", "http.499"]
)
@pytest.mark.parametrize("message", ["", "told"])
def test_an_error_of_a_code_is_that_of_melody(code: str, message: str) -> None:
    made = MADE.StandardError.of(code, message, attempts=2, cost=MADE.Cost(0.5, 3))
    ours = outcome.StandardError.of(code, message, attempts=2, cost=outcome.Cost(0.5, 3))
    assert repr(asdict(made)) == repr(asdict(ours))
    assert made.brief() == ours.brief()
    again = made.replace(retryable=MADE.Retryable.NO, layer="user")
    assert repr(asdict(again)) == repr(
        asdict(ours.replace(retryable=taxonomy.Retryable.NO, layer="user"))
    )


@pytest.mark.parametrize("code", ["", "no.such", "http.", "http.99", "http.600", "http.4xx", "418"])
def test_an_unknown_code_is_no_error_of_ours_either(code: str) -> None:
    for kind in (MADE.StandardError, outcome.StandardError):
        with pytest.raises(KeyError):
            kind.of(code)


@pytest.mark.parametrize("word", ["Grant", "Success", "StandardError", "Cost"])
def test_what_was_made_cannot_be_changed(word: str) -> None:
    given = {"Grant": (None,), "Success": (1,), "Cost": ()}.get(word)
    kind = getattr(MADE, word)
    made = kind.of("http.503") if given is None else kind(*given)
    with pytest.raises(AttributeError):
        setattr(made, fields(made)[0].name, 1)


@pytest.mark.parametrize("words", TWO)
def test_only_what_is_spoken_of_is_written(words: tuple[str, str]) -> None:
    module, text = module_of(*words), text_of(*words)
    for word in OURS.keys() - {*words, "Cost"}:
        assert not hasattr(module, word)
        assert word not in text.replace("``Success(degraded=True)``", "")
    assert ("TABLE" in text) is ("StandardError" in words)
    assert ("PlayerClock" in text) is ("Grant" in words)


def test_nothing_is_written_where_no_word_is_spoken() -> None:
    assert answers_file(IR, "small", NOTHING) is None
    assert answers_file(IR, "small", Sources({"a.py": "import os\n"})) is None
    uses = Strategies.of(IR)
    assert with_answers(uses, NOTHING) == uses


@pytest.mark.parametrize(
    ("word", "switches"),
    [
        ("Grant", {"bounds_told"}),
        ("Success", {"degraded"}),
        ("StandardError", set()),
        ("PlayRequest", {"requests", "prompts", "schema", "changes"}),
    ],
)
def test_a_word_turns_on_what_it_speaks_of(word: str, switches: set[str]) -> None:
    before, after = Strategies.of(IR), with_answers(Strategies.of(IR), speaking(word))
    changed = {
        field.name
        for field in fields(Strategies)
        if getattr(after, field.name) != getattr(before, field.name)
    }
    assert changed == switches
