from __future__ import annotations

import pytest

from workflow_ir.expressions import parse
from workflow_ir.expressions.eject import to_python


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("steps.a.output.class", "steps['a']['output']['class']"),
        ("with.x and not true", "with_['x'] and not True"),
        ("has(a.b) or null == 1", "has(lambda: a['b']) or 1 == (None,)[0]"),
        ("[x.v for x in xs if x.v > 1]", "[x['v'] for x in xs if x['v'] > 1]"),
        ("any(x > 1 for x in xs)", "any(x > 1 for x in xs)"),
        ("1 - (2 - 3)", "1 - (2 - 3)"),
        ("xs[1:-1]", "xs[1:-1]"),
    ],
)
def test_an_expression_becomes_plain_python(source: str, python: str) -> None:
    assert to_python(parse(source)) == python


def test_roots_are_renamed_and_names_of_loops_are_not() -> None:
    names = {"steps": "state", "x": "never"}
    assert to_python(parse("[x for x in steps.a]"), names) == "[x for x in state['a']]"


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("[with.a for with_ in xs]", "[with_['a'] for with__ in xs]"),
        ("[steps.a + state for state in xs]", "[state['a'] + state_ for state_ in xs]"),
        ("[state for state in state_]", "[state__ for state__ in state_]"),
        ("sum(a + b for (a, state) in xs for b in state)",
         "sum(a + b for a, state_ in xs for b in state_)"),
    ],
)  # fmt: skip
def test_the_name_of_a_loop_gives_way_to_a_root_of_that_name(source: str, python: str) -> None:
    assert to_python(parse(source), {"steps": "state"}) == python
