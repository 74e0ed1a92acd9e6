"""Every case of other systems, on our engine: as it stands, or as the contract says instead.

That no handler looks away is shown by altering what each case expects: it must then fail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from tests.vectors import deciding, defaults, guarding, seeds, stopping, waiting
from tests.vectors.different import DIFFERENT
from tests.vectors.vector import FILE, Data, Handler, Vector, read

VECTORS = read()


TOPICS: Mapping[str, Handler] = {
    **guarding.TOPICS,
    **waiting.TOPICS,
    **deciding.TOPICS,
    **defaults.TOPICS,
    **stopping.TOPICS,
    **seeds.TOPICS,
}


def play(vector: Vector, expect: Data) -> None:
    TOPICS[vector.topic](vector.given, expect)


def ours(vector: Vector) -> Data:
    """What holds with us: the vector's expectation unless the contract says otherwise."""
    row = DIFFERENT.get(vector.id)
    return vector.expect if row is None else row.expect


def test_the_vectors_are_those_that_were_collected() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256
    assert len(VECTORS) == 114


SHA256 = "b036619cfa355a91f83bbe60acb4659bc8fa48c9415499f7c3973504107f7b2f"


def test_every_vector_has_a_handler_and_every_handler_a_vector() -> None:
    assert {one.topic for one in VECTORS.values()} == TOPICS.keys()
    assert VECTORS.keys() >= DIFFERENT.keys()


@pytest.mark.parametrize("vector", VECTORS.values(), ids=lambda vector: vector.id)
def test_a_vector_holds_as_it_stands_or_as_the_contract_says(vector: Vector) -> None:
    play(vector, ours(vector))


@pytest.mark.parametrize("id_", DIFFERENT)
def test_a_vector_that_counts_as_different_does_not_hold_as_it_stands(id_: str) -> None:
    row = DIFFERENT[id_]
    assert row.page.startswith("spec ")
    assert len(row.sentence) > 20
    with pytest.raises(ALTERED):
        play(VECTORS[id_], VECTORS[id_].expect)


ALTERED = (AssertionError, KeyError, IndexError, ValueError, pytest.fail.Exception)
"""How a handler says that an expectation does not hold: words and names are looked up."""

REMARKS = {
    "polly-050": {("after_each", 2)},
    "run-012": {("admitted_by_library",)},
    "run-013": {("library_state",)},
    "run-014": {("library_raises",)},
    "run-006": {("group_dead_ms", 0), ("group_dead_ms", 1)},
    "run-007": {("wall_s",)},
}
"""Values that nobody can assert here: one that the vector says is not asserted, what libraries did
that we do not use, and times that were measured on one machine."""

PROSE = {"note", "tuple"}
"""Keys under which a vector explains itself."""


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to every single value."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from leaves(value, (*path, place))
    else:
        yield path


def altered(tree: Data, path: tuple[Any, ...]) -> Data:
    """A copy in which one value is another."""
    copied = deepcopy(tree)
    place: Any = copied
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    if isinstance(value, bool):
        value = not value
    elif isinstance(value, int | float):
        value = value + 1
    else:
        value = "something else" if value is None else f"{value}?"
    place[path[-1]] = value
    return copied


@pytest.mark.parametrize("vector", VECTORS.values(), ids=lambda vector: vector.id)
def test_a_handler_looks_at_every_value_that_its_vector_expects(vector: Vector) -> None:
    expect = ours(vector)
    unseen = set()
    for path in leaves(expect):
        if PROSE.intersection(path) and vector.id not in DIFFERENT:
            continue
        try:
            play(vector, altered(expect, path))
        except ALTERED:
            continue
        unseen.add(path)
    assert unseen == REMARKS.get(vector.id, set())
