from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.check.calling_aid import calling
from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
players: {p: {python: "m:f", input: {path: string, size: "number?"}}}
steps:
  a: {play: p, with: {size: 3}}
"""
SHOWN = """\
error[MEL223]: player `p` needs `path`
 --> t.melody.yaml:5:16
  |
5 |   a: {play: p, with: {size: 3}}
  |                ^^^^
  = help: write `with: {path: …}`; `path` is string
  = help: melody explain MEL223
"""


def test_an_input_without_a_default_must_be_given() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_what_is_right_is_left_alone() -> None:
    assert codes(CASE.replace("{size: 3}", "{path: x}")) == []


@pytest.mark.parametrize(
    ("step", "column", "message"),
    [
        ("{call: ./docs.melody.yaml}", 7, "sub-melody `docs` needs `topic` and `size`"),
        ("{call: ./docs.melody.yaml, with: {size: 1}}", 33, "sub-melody `docs` needs `topic`"),
    ],
)
def test_all_that_is_missing_is_told_at_the_key_above(
    tmp_path: Path, step: str, column: int, message: str
) -> None:
    (found,) = calling(tmp_path, step).diagnostics
    assert (found.code, found.message) == ("MEL223", message)
    assert found.span is not None
    assert (found.span.line, found.span.column) == (6, column)


def test_a_misspelt_key_is_not_missing_as_well(tmp_path: Path) -> None:
    step = "{call: ./docs.melody.yaml, with: {topik: x, size: 1}}"
    assert [one.code for one in calling(tmp_path, step).diagnostics] == ["MEL222"]


def test_defaults_and_what_may_be_null_need_not_be_given(tmp_path: Path) -> None:
    step = "{call: ./docs.melody.yaml, with: {topic: x, size: 1}}"
    assert calling(tmp_path, step).diagnostics == ()
