from __future__ import annotations

from compiler.parse import syntax
from compiler.parse.syntax import Spanned
from compiler.projects.bounds import BOUNDS, Level, loosened
from workflow_ir.span import Span


def place(line: int) -> Span:
    return Span("f", line, 1, line, 2)


def policy(line: int, timeout: float) -> syntax.Policy:
    return syntax.Policy(place(line), timeout=Spanned(timeout, place(line)))


def test_the_tightest_bound_above_is_told_and_of_equal_ones_the_outermost() -> None:
    levels = [
        Level(policy(1, 60), lambda _: "one"),
        Level(policy(2, 30), lambda _: "two"),
        Level(policy(3, 30), lambda _: "three"),
    ]
    (found,) = loosened(levels, policy(4, 31))
    assert "than two allows (30s)" in found.message
    assert found.notes[0].span == place(2)
    assert list(loosened(levels, policy(4, 30))) == []


def test_everything_that_the_specification_calls_a_bound_is_one() -> None:
    names = {bound.name for bound in BOUNDS}
    assert names >= {"timeout", "retry.max_attempts", "memory", "cpu"}
    assert names >= {f"budget.{name}" for name in ("usd", "tokens", "wall", "attempts")}


def test_a_level_without_a_policy_binds_nothing() -> None:
    assert list(loosened([Level(None, lambda _: "nobody")], policy(1, 1))) == []
    assert list(loosened([Level(policy(1, 1), lambda _: "one")], None)) == []
