"""Two thousand random expressions: one value everywhere, one spelling, the type that was promised.

Whatever fails says how to see it again. `make fuzz` tries a hundred thousand others.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fuzz.expression_property import Broken, Trial, examine, same
from tests.fuzz.forms import ALL_FORMS, forms_of
from tests.fuzz.meaning import meaning
from workflow_ir.expressions import parse

TRIALS = 2000


@pytest.fixture(scope="module")
def trials() -> list[Trial]:
    return [examine(seed) for seed in range(TRIALS)]


def test_what_has_a_value_has_the_same_in_python_and_in_its_canonical_spelling(
    trials: list[Trial],
) -> None:
    ends = Counter(trial.end for trial in trials)
    assert ends.total() == TRIALS
    assert ends["value"] > 0.7 * TRIALS, ends
    assert ends["error"] > 0.05 * TRIALS, ends


def test_the_type_check_passes_many_of_them(trials: list[Trial]) -> None:
    assert sum(trial.checked for trial in trials) > 0.4 * TRIALS


def test_every_function_operator_form_and_literal_is_among_those_with_a_value(
    trials: list[Trial],
) -> None:
    met = Counter(form for trial in trials for form in trial.forms)
    assert sorted(ALL_FORMS - set(met)) == []


def test_the_expressions_differ(trials: list[Trial]) -> None:
    assert len({trial.source for trial in trials}) > 0.85 * TRIALS


def test_a_seed_gives_the_same_trial_again(trials: list[Trial]) -> None:
    assert [examine(seed) for seed in (3, 700, 1999)] == [trials[3], trials[700], trials[1999]]


def test_a_failure_names_the_expression_the_data_and_the_way_back(
    monkeypatch: pytest.MonkeyPatch, trials: list[Trial]
) -> None:
    seed = next(seed for seed, trial in enumerate(trials) if trial.end == "value")
    monkeypatch.setattr("tests.fuzz.expression_property.run_python", lambda source, scope: object())
    with pytest.raises(Broken) as caught:
        examine(seed)
    text = str(caught.value)
    assert f"expression: {trials[seed].source}" in text
    assert "inputs = {" in text
    assert f"python -m tests.fuzz expressions --seed {seed} --count 1" in text


@pytest.mark.parametrize(
    ("one", "two"),
    [(0.0, -0.0), (1, 1.0), (True, 1), ([1], [1.0]), ({"a": 1, "b": 2}, {"b": 2, "a": 1})],
)
def test_values_that_python_calls_equal_are_told_apart(one: object, two: object) -> None:
    assert one == two
    assert same(one, one)
    assert not same(one, two)


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("a.b", "a['b']", True),
        ("(a) and (b and c)", "a and b and c", True),
        ("1 - 2 - 3", "1 - (2 - 3)", False),
        ("1 + 2 + 3", "1 + (2 + 3)", False),
        ("1", "1.0", False),
        ("0.0", "-0.0", False),
        ("[x for (x) in a]", "[x for x in a]", True),
        ("[x for [x] in a]", "[x for x in a]", False),
    ],
)
def test_meanings_are_equal_exactly_where_trees_say_the_same(
    one: str, two: str, *, alike: bool
) -> None:
    assert (meaning(parse(one).tree) == meaning(parse(two).tree)) is alike


def test_forms_are_counted_by_what_stands_there() -> None:
    found = forms_of(parse("round(a.class[-1], 2) if not x['ü'][:1] in [-0.0] else -1"))
    assert {"round()", "round(), 2 values", "keyword attribute", "position from the end", "[:b]",
            "choice", "operator In", "operator Not", "literal -0.0", "literal negative integer",
            "text index"} <= found  # fmt: skip
    assert "operator USub" not in found
