from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.check.calling_aid import calling
from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players: {p: {python: "m:f", input: {size: number}}}
inputs: {s: string}
steps:
  a: {play: p, with: {size: "${{ inputs.s }}"}}
"""
SHOWN = """\
error[MEL210]: `size` of player `p` does not fit: string where number is wanted
 --> t.melody.yaml:6:34
  |
6 |   a: {play: p, with: {size: "${{ inputs.s }}"}}
  |                                  ^^^^^^^^
  = help: write `float(inputs.s)`
  = help: melody explain MEL210
"""


def test_a_value_must_have_the_type_that_the_player_declares() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "value", ["1", "1.5", '"${{ float(inputs.s) }}"', '"${{ len(inputs.s) }}"', "{x: 1}"]
)
def test_what_fits_or_is_converted_safely_is_left_alone(value: str) -> None:
    assert "MEL210" not in codes(CASE.replace('"${{ inputs.s }}"', value))


def test_a_mistake_inside_the_value_is_the_only_one() -> None:
    assert codes(CASE.replace("inputs.s }}", "inputs.t }}")) == ["MEL213"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('{topic: "${{ inputs.n }}", size: 1}',
         "`topic` of sub-melody `docs` does not fit: integer where string is wanted"),
        ("{topic: x, size: tall}",
         '`size` of sub-melody `docs` does not fit: "tall" where number is wanted'),
        ("{topic: x, size: null}",
         "`size` of sub-melody `docs` does not fit: null where number is wanted"),
    ],
)  # fmt: skip
def test_types_are_checked_across_the_border_of_a_call(
    tmp_path: Path, arguments: str, message: str
) -> None:
    step = f"{{call: ./docs.melody.yaml, with: {arguments}}}"
    (found,) = calling(tmp_path, step).diagnostics
    assert (found.code, found.message) == ("MEL210", message)


def test_the_outputs_of_a_call_are_known(tmp_path: Path) -> None:
    step = (
        "{call: ./docs.melody.yaml, with: {topic: x, size: 1}}\n"
        '  b: {set: "${{ steps.a.output.txt }}"}'
    )
    (found,) = calling(tmp_path, step).diagnostics
    assert (found.code, found.label) == ("MEL204", "did you mean `text`?")


def test_an_output_that_a_call_cannot_give_is_refused(tmp_path: Path) -> None:
    step = "{call: ./docs.melody.yaml, with: {topic: x, size: 1}, output: {text: integer}}"
    (found,) = calling(tmp_path, step).diagnostics
    assert found.code == "MEL210"
    assert found.message.startswith("sub-melody `docs` cannot give this output")
