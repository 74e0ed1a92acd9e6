"""The reader survives anything: a model or diagnostics, each whole, whatever the bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiler.pipeline import Compilation
from tests.fuzz.hostile import HEAD, HOSTILE
from tests.fuzz.measured import PEAK_BYTES, Measured, measured
from tests.fuzz.melodies import TOKENS, melodies, mutant, words
from tests.fuzz.reader_property import check, examine
from workflow_ir.diagnose import diagnose
from workflow_ir.span import Span

SIZE = 2**16
"""Bytes of a hostile text; `make fuzz` takes the most that a file may have."""
SETTINGS = settings(deadline=None, print_blob=True)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(TOKENS),
        st.sampled_from(words()),
        st.sampled_from(["\n", "\n  ", "\n    ", " ", ": ", "- ", "\r\n", "\r", ", "]),
    ),
    max_size=60,
).map("".join)


@pytest.mark.parametrize("text", melodies())
def test_every_melody_of_the_repository_keeps_what_is_demanded(text: str) -> None:
    examine(text.encode())


@settings(SETTINGS, max_examples=250)
@given(st.integers(0, 10**9))
def test_a_melody_after_accidents_is_read_or_refused(seed: int) -> None:
    examine(mutant(seed))


def test_the_accidents_leave_models_and_mistakes_and_texts_to_format() -> None:
    readings = [examine(mutant(seed)) for seed in range(250)]
    models = sum(reading.end == "model" for reading in readings)
    assert 25 < models < 225, models
    assert sum(reading.formatted for reading in readings) > 60
    assert sum(reading.cured for reading in readings) > 10
    assert len({code for reading in readings for code in reading.codes}) > 20


@settings(SETTINGS, max_examples=150)
@given(st.binary(max_size=400))
@example(b"\xff\xfea\0")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    examine(data)


@settings(SETTINGS, max_examples=200)
@given(PIECES, st.sampled_from(["m.melody.yaml", "m.melody.json"]))
def test_any_words_and_signs_are_read_or_refused(text: str, file: str) -> None:
    examine((HEAD + text).encode("utf-8", "surrogatepass"), file=file)


@settings(SETTINGS, max_examples=100)
@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
                    lambda inner: st.one_of(st.lists(inner, max_size=4),
                                            st.dictionaries(st.sampled_from(words()), inner,
                                                            max_size=4)),
                    max_leaves=12))  # fmt: skip
def test_any_json_is_read_or_refused(data: object) -> None:
    examine(json.dumps({"melody": "v1", "name": "m", "steps": data}).encode(), file="m.melody.json")


@pytest.fixture(scope="module")
def costs() -> dict[str, Measured]:
    return {cost.name: cost for cost in measured(SIZE)}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_ends_in_a_model_or_in_diagnostics(
    name: str, costs: dict[str, Measured]
) -> None:
    assert costs[name].end in {"model", "errors"}
    assert 0 < costs[name].peak_bytes <= PEAK_BYTES


def test_among_the_hostile_texts_are_some_that_are_right(costs: dict[str, Measured]) -> None:
    assert costs["steps in a chain"].end == "model"
    assert costs["an alias bomb"].end == "errors"


def test_a_mutant_is_the_same_for_the_same_seed() -> None:
    assert mutant(7) == mutant(7)
    assert len({mutant(seed) for seed in range(200)}) > 190


def _with(monkeypatch: pytest.MonkeyPatch, span: Span, message: str) -> None:
    found = check(HEAD.encode())
    problem = diagnose("MEL104", message, span)
    changed = Compilation(None, (problem,), found.sources)
    monkeypatch.setattr("tests.fuzz.reader_property.check", lambda data, file: changed)


@pytest.mark.parametrize(
    "span",
    [
        Span("m.melody.yaml", 4, 1, 4, 1),
        Span("m.melody.yaml", 1, 12, 1, 12),
        Span("m.melody.yaml", 0, 1, 1, 1),
        Span("m.melody.yaml", 2, 3, 2, 2),
    ],
)
def test_a_place_outside_the_text_is_noticed(monkeypatch: pytest.MonkeyPatch, span: Span) -> None:
    _with(monkeypatch, span, "x")
    with pytest.raises(AssertionError, match="MEL104"):
        examine(HEAD.encode())


def test_a_problem_that_says_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, Span("m.melody.yaml", 1, 1, 1, 2), " ")
    with pytest.raises(AssertionError, match="MEL104"):
        examine(HEAD.encode())


def test_the_corpus_is_there() -> None:
    assert len(melodies()) > 70
    assert all("name:" in text for text in melodies()[5:])
    assert Path(__file__).parent.joinpath("no_such_folder").exists() is False
