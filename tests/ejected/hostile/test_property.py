"""Nothing in a Melody becomes code: 100 000 hostile texts in the holes of generated projects.

Each project has the shape of its harmless twin, and each text is in it exactly as it was put in;
`test_running` runs such projects. ``python -m tests.fuzz ejected`` goes on with other texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import pytest

from tests.ejected.ejected import TARGETS
from tests.ejected.hostile.corpus import CORPUS, WORDS
from tests.ejected.hostile.filling import (
    MELODIES,
    Filled,
    compared,
    harmless,
    hostile,
    token_of,
    twin,
)
from tests.ejected.hostile.holes import UNSAID
from tests.ejected.hostile.put import TOKEN, Put
from workflow_ir.canonical import plain

TEXTS = 100_000
"""At least so many come back, of all targets together."""
SEEDS = {"everything": 11, "crew": 8}
"""Projects of each target. One of ``everything`` holds thousands of texts."""


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    """Tests of one target stand together, so that parallel processes seldom share them."""
    return str(request.param)


@cache
def put_into(name: str, target: str) -> tuple[tuple[Filled, Put], ...]:
    """Projects with hostile texts, each compared with its twin."""
    filled = [hostile(name, seed) for seed in range(SEEDS[name])]
    return tuple((one, compared(one, name, target)) for one in filled)


@pytest.mark.parametrize("name", MELODIES)
def test_a_project_of_hostile_texts_has_the_shape_of_its_harmless_twin(
    name: str, target: str
) -> None:
    assert len(put_into(name, target)) == SEEDS[name]


def test_every_text_is_in_the_project_exactly_as_it_was_put_in(target: str) -> None:
    filled = harmless("everything")
    asked = {
        token_of(number, kind)
        for number, kind in enumerate(filled.kinds)
        if kind in ("text", "key", "pattern", "constant", "url")
    }
    said = asked & set(_said(plain(filled.ir), unsaid=False))
    assert len(said) > 3000
    for _, put in put_into("everything", target):
        assert sorted(said - put.seen) == []


@pytest.mark.parametrize("name", MELODIES)
def test_what_is_told_to_readers_of_the_melody_is_not_in_the_project(
    name: str, target: str
) -> None:
    told = set(_said(plain(harmless(name).ir), unsaid=True))
    texts = [file.text for file in twin(name, target).files if not file.path.endswith(".yaml")]
    found = {token for text in texts for token in TOKEN.findall(text)}
    assert told
    assert told & found == set()


def _said(tree: object, *, unsaid: bool) -> Iterator[str]:
    """The texts in the JSON of an IR that a project says, or those that it does not."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if unsaid and key in ("players", "form"):
                continue  # tools are described to models, and forms to people
            if key in UNSAID:
                yield from _texts(value) if unsaid else ()
                continue
            yield from () if unsaid else TOKEN.findall(key)
            yield from _said(value, unsaid=unsaid)
    elif isinstance(tree, list):
        for value in tree:
            yield from _said(value, unsaid=unsaid)
    elif isinstance(tree, str) and not unsaid:
        yield from TOKEN.findall(tree)


def _texts(tree: object) -> Iterator[str]:
    yield from TOKEN.findall(json.dumps(tree))


def test_so_many_texts_came_back(target: str) -> None:
    came = (len(put.seen) for name in MELODIES for _, put in put_into(name, target))
    assert sum(came) * len(TARGETS) >= TEXTS


def test_every_text_that_was_picked_by_hand_is_among_them() -> None:
    put = {
        text for seed in range(SEEDS["everything"]) for text in hostile("everything", seed).texts
    }
    blank = {text for text in CORPUS if not text.strip()}
    assert len(CORPUS) > 300
    assert {one for one in CORPUS if one not in put} - blank <= {"--", *WORDS}


def test_the_same_seed_gives_the_same_texts() -> None:
    assert hostile("crew", 3).texts == hostile("crew", 3).texts != hostile("crew", 4).texts
