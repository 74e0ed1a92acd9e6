from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from melody.builder import Melody

m = Melody("some")
# A type checker sees most of these mistakes already.
x: Any = m.inputs.x
y: Any = m.inputs.y


def _if() -> None:
    if x.ok:
        pass


def _while() -> None:
    while x.ok:
        pass


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        (lambda: x.ok and y.ok, "`x.ok & y.ok`"),
        (lambda: x.n > 3 or y.ok, "`(x.n > 3) | y.ok`"),
        (lambda: not x.ok, "`~x.ok`"),
        (lambda: not x.n > 3, "`~(x.n > 3)`"),
        (lambda: 0 < x.n < 9, "`(0 < x.n) & (x.n < 9)`"),
        (lambda: x.n in [1, 2], "`fn.contains([1, 2], x.n)`"),
        (lambda: 1 if x.ok else 2, "`fn.if_(x.ok, 1, 2)`"),
        (_if, "when=x.ok"),
        (_while, "when=…"),
        (lambda: bool(x.ok), "`a & b`"),
        (lambda: "k" in x, "fn.contains(values, x)"),
        (lambda: len(x), "fn.len(x)"),
        (lambda: int(x), "fn.int(x)"),
        (lambda: float(x), "fn.float(x)"),
        (lambda: math.floor(x + 1), "fn.float(x)"),
        (lambda: [1, 2][x], "a reference to the list"),
        (lambda: [*x], "fn.each(values"),
        (lambda: x.name.upper(), "fn.upper(x)"),  # noqa: PLW0108 - the call is what is tested
        (lambda: x.a > 3 & x.b, "(a > b) & (c > d)"),
        (lambda: x.a & x.b > 3, "each comparison in brackets"),
        (lambda: f"{x:.2f}", "fn.round(x, 2)"),
    ],
)
def test_what_only_a_run_can_know_is_refused_with_the_words_to_write(
    asked: Callable[[], Any], instead: str
) -> None:
    with pytest.raises(TypeError) as refused:
        asked()
    assert instead in str(refused.value)


def test_without_the_source_the_advice_is_general() -> None:
    with pytest.raises(TypeError, match=r"neither true nor false before the run: for conditions"):
        eval("x and y", {"x": x, "y": y})


def test_a_step_is_no_value_no_text_and_no_condition() -> None:
    step: Any = m.set(1)
    for wrong in (lambda: f"{step}", lambda: bool(step), lambda: m.set({"a": step})):
        with pytest.raises(TypeError, match="step"):
            wrong()
