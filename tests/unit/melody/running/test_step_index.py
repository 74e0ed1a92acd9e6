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


CALLING = """\
melody: v1
name: calling
steps:
  loop:
    repeat:
      max: 2
      until: steps.docs.ok
      steps:
        docs: {call: ./docs.melody.yaml}
  both:
    parallel:
      left: {steps: {again: {call: ./docs.melody.yaml}}}
"""
DOCS = """\
melody: v1
name: docs
steps:
  intro: {set: 1}
  box: {steps: {inner: {set: 2}}}
"""


def _calling() -> StepIndex:
    given = {"docs.melody.yaml": DOCS}
    compilation = compile_text(CALLING, file="calling.melody.yaml", given=given)
    assert compilation.ir is not None, compilation.diagnostics
    return StepIndex(compilation.ir)


def test_the_steps_of_a_sub_melody_are_listed_behind_each_step_that_calls_it() -> None:
    assert _calling().addresses == (
        "loop", "loop.docs", "loop.docs/intro", "loop.docs/box", "loop.docs/box.inner",
        "both", "both.left.again", "both.left.again/intro", "both.left.again/box",
        "both.left.again/box.inner",
    )  # fmt: skip


def test_a_step_of_a_sub_melody_has_its_place_in_its_own_file() -> None:
    index = _calling()
    assert str(index.span("loop#2.docs/box.inner")) == "docs.melody.yaml:5:17"
    assert str(index.span("loop#2.docs")) == "calling.melody.yaml:9:9"
    assert index.span("loop#2.docs/nothing") is None
    assert index.nearest("inner") == "loop.docs/box.inner"


PART = """\
melody: v1
name: part
steps:
  intro: {set: {n: 1}}
  loop: {repeat: {max: 1, while: iteration < 2, steps: {deep: {set: {n: 1}}}}}
"""
CALLS = """\
melody: v1
name: calls
steps:
  docs: {call: ./part.melody.yaml}
  each: {for_each: "${{ [1] }}", call: ./part.melody.yaml}
"""


def _calls() -> StepIndex:
    given = {"part.melody.yaml": PART}
    compilation = compile_text(CALLS, file="calls.melody.yaml", given=given)
    assert compilation.ir is not None, compilation.diagnostics
    return StepIndex(compilation.ir)


def test_the_steps_of_a_sub_melody_are_listed_below_each_step_that_calls_it() -> None:
    inner = ("intro", "loop", "loop.deep")
    assert _calls().addresses == (
        "docs",
        *(f"docs/{one}" for one in inner),
        "each",
        *(f"each/{one}" for one in inner),
    )


def test_a_run_path_into_a_sub_melody_leads_to_its_step_and_to_its_file() -> None:
    index = _calls()
    assert index.find("each[0]/loop#1.deep") is index.find("docs/loop.deep") is not None
    assert index.find("deep") is None
    assert str(index.span("each[0]/loop#1.deep")).endswith("part.melody.yaml:5:57")
    assert str(index.span("each[0]")) == "calls.melody.yaml:5:3"


def test_the_last_id_of_a_step_in_a_sub_melody_is_enough_to_be_understood() -> None:
    assert _calls().nearest("deep") == "docs/loop.deep"


def test_the_steps_of_a_players_sub_melody_stand_below_the_step_that_plays_it() -> None:
    outer = """\
melody: v1
name: outer
players:
  hand: {python: "band:hand", fallback: [sub]}
  sub: {call: inner.melody.yaml}
steps:
  s: {play: hand}
  t: {set: 1}
"""
    inner = "melody: v1\nname: inner\nsteps: {a: {set: 1}}\n"
    made = compile_text(outer, file="outer.melody.yaml", given={"inner.melody.yaml": inner})
    assert made.ir is not None, made.diagnostics
    index = StepIndex(made.ir)
    assert index.addresses == ("s", "s/a", "t")
    assert str(index.span("s/a")) == "inner.melody.yaml:3:9"
