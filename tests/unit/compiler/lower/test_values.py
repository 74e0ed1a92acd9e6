from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import ir_of, step_of
from workflow_ir.steps import Set
from workflow_ir.values import ExprValue, TextValue

INPUTS = 'inputs: {a: "map[integer]", xs: "list[integer]"}\n'


def value_of(written: str) -> object:
    body = step_of(ir_of(f"{INPUTS}steps:\n  s: {{set: {written}}}\n"), "s").body
    assert isinstance(body, Set)
    return body.value


@pytest.mark.parametrize(
    "written",
    [
        "inputs.a.b == 1 and true",
        "inputs . a [ 'b' ]==1 and True",
        '((inputs["a"].b) == (1)) and (True)',
        "inputs\n\n    .a.b\n    == 1 and true",
    ],
)
def test_the_spelling_of_an_expression_does_not_change_the_hash(written: str) -> None:
    quoted = "'" + written.replace("'", "''").replace("\n", "\n  ") + "'"
    text = f"{INPUTS}steps:\n  s: {{when: {quoted}, set: 1}}\n"
    plain = f"{INPUTS}steps:\n  s: {{when: inputs.a.b == 1 and true, set: 1}}\n"
    assert ir_of(text).hash == ir_of(plain).hash


def test_another_meaning_changes_the_hash() -> None:
    one, two = (
        ir_of(f"{INPUTS}steps: {{s: {{set: '${{{{ {source} }}}}'}}}}\n").hash
        for source in ("1 - (2 - 3)", "1 - 2 - 3")
    )
    assert one != two


def test_an_expression_is_in_its_one_spelling_and_its_place_is_that_of_the_text() -> None:
    value = value_of("\"${{ ( len(inputs['xs']) ) }}\"")
    assert value == ExprValue(kind="expr", source="len(inputs.xs)", at="5:17-5:38")
    mixed = value_of("\"n=${{ (1) }}, ${{  len( 'x' )}}\"")
    assert isinstance(mixed, TextValue)
    assert [part if isinstance(part, str) else part.source for part in mixed.parts] == [
        "n=", "1", ", ", 'len("x")',
    ]  # fmt: skip
