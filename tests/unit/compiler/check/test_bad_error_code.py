from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
steps:
  a: {fail: {error: Not in stock!}}
"""
SHOWN = """\
error[MEL228]: `Not in stock!` is no error code: codes are lower-case words with dots
 --> t.melody.yaml:4:21
  |
4 |   a: {fail: {error: Not in stock!}}
  |                     ^^^^^^^^^^^^^
  = help: write `error: not_in_stock`; text for people is `message`
  = help: melody check --fix    ·    melody explain MEL228
"""


def test_an_error_is_a_code_and_no_sentence() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize("code", ["stock", "no.stock", "no_stock.at_all", "http.404"])
def test_what_is_right_is_left_alone(code: str) -> None:
    assert codes(f"steps: {{a: {{fail: {{error: {code}}}}}}}\n") == []


@pytest.mark.parametrize(
    "code", ["no..stock", ".stock", "stock.", "4xx", "a-b", '"${{ x }}"', "'?'"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    assert codes(f"steps: {{a: {{fail: {{error: {code}}}}}}}\n") == ["MEL228"]
