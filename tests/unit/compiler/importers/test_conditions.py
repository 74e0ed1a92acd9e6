from __future__ import annotations

import pytest

from compiler.importers.conditions import (
    Comparison,
    Condition,
    Joined,
    Outcome,
    atoms_of,
    expression_of,
    joined,
    number_of,
    order_and_rest,
)


def ok(step: str) -> Outcome:
    return Outcome(step, "success", 0, 1)


def ended(step: str) -> Outcome:
    return Outcome(step, "complete", 0, 1)


def written(condition: Condition) -> str:
    def atom(one: Outcome | Comparison) -> str:
        guarded = f"{one.step}.ok and {one.step}.n > 1"
        return guarded if isinstance(one, Comparison) else f"{one.step}.ok"

    return expression_of(condition, atom)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.95", "0.95"), ("95%", "0.95"), ("97.5%", "0.975"), ("100%", "1"), ("0.5%", "0.005"),
        ("4", "4"), ("-1.50", "-1.5"), ("+3", "3"), (".5", "0.5"), ("5.", "5"), ("-0", "0"),
        ("1000000", "1000000"), ("0.0000001", "0.0000001"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_an_expression_writes_it(text: str, number: str) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text", ["", "x", "1e3", "0x10", "1,5", "--1", "1%%", "nan", "inf", ".", "1" * 19, "٣"]
)
def test_other_text_is_no_number(text: str) -> None:
    assert number_of(text) is None


def test_a_join_inside_one_of_the_same_word_is_flattened() -> None:
    assert joined("and", [Joined("and", (ok("a"), ok("b"))), ok("c")]) == Joined(
        "and", (ok("a"), ok("b"), ok("c"))
    )


def test_atoms_come_in_written_order() -> None:
    nested = Joined("or", (ok("a"), Joined("and", (ok("b"), ok("c"))), ok("d")))
    assert [one.step for one in atoms_of(nested)] == ["a", "b", "c", "d"]
    assert list(atoms_of(None)) == []


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        (Joined("or", (ok("a"), Joined("and", (ok("b"), ok("c"))))), "a.ok or (b.ok and c.ok)"),
        (Joined("and", (ok("a"), Joined("or", (ok("b"), ok("c"))))), "a.ok and (b.ok or c.ok)"),
        (Comparison("a", "n", ">", "1", 0, 1), "a.ok and a.n > 1"),
        (Joined("and", (ok("a"), Comparison("a", "n", ">", "1", 0, 1))), "a.ok and a.n > 1"),
        (Joined("or", (ok("b"), Comparison("a", "n", ">", "1", 0, 1))),
         "b.ok or (a.ok and a.n > 1)"),
    ],
)  # fmt: skip
def test_parentheses_stand_where_the_words_change_and_guards_once(
    condition: Condition, expression: str
) -> None:
    assert written(condition) == expression


def test_completion_among_conditions_that_all_hold_is_order() -> None:
    both = Joined("and", (ended("a"), ok("b"), ended("c"), ended("a")))
    assert order_and_rest(both) == (["a", "c"], ok("b"))
    assert order_and_rest(ended("a")) == (["a"], None)
    assert order_and_rest(None) == ([], None)


def test_completion_in_a_choice_stays_a_condition() -> None:
    choice = Joined("or", (ended("a"), ok("b")))
    assert order_and_rest(choice) == ([], choice)
