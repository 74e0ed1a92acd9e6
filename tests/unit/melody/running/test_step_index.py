from __future__ import annotations

from compiler.pipeline import compile_text
from melody.running.step_index import StepIndex

TEXT = """\
melody: v1
name: nested
steps:
  each:
    for_each: "${{ [1, 2] }}"
    branch:
      - name: one
        else: true
        steps:
          inner: {set: {n: "${{ item }}"}}
        result: {n: "${{ steps.inner.output.n }}"}
"""


def _index() -> StepIndex:
    compilation = compile_text(TEXT, file="nested.melody.yaml")
    assert compilation.ir is not None, compilation.diagnostics
    return StepIndex(compilation.ir)


def test_every_step_is_listed_in_file_order() -> None:
    assert _index().addresses == ("each", "each.one.inner")


def test_a_run_path_leads_to_its_step() -> None:
    index = _index()
    assert index.find("each[1].one.inner") is index.find("each.one.inner") is not None
    assert index.find("each[1].two.inner") is None


def test_a_step_has_a_place_in_the_file() -> None:
    assert str(_index().span("each[0].one.inner")) == "nested.melody.yaml:10:11"


def test_the_last_id_of_an_address_is_enough_to_be_understood() -> None:
    assert _index().nearest("inner") == "each.one.inner"
    assert _index().nearest("iner") == "each.one.inner"
    assert _index().nearest("something_else") is None
