from __future__ import annotations

from compiler.analysis.borders import Border, borders, conversions
from compiler.analysis.conversions import Conversion
from compiler.analysis.performed import RULES
from compiler.parse.syntax_steps import Verb
from tests.unit.compiler.compiling_aid import Known
from workflow_ir.types import describe

MELODY = """\
inputs: {n: integer, s: string}
players:
  p: {python: "m:f", input: {size: number, name: string}}
  free: {python: "m:f"}
steps:
  a: {play: p, with: {size: "${{ inputs.n }}", name: "${{ inputs.s }}", more: 1}}
  b: {set: "${{ inputs.s }}", output: {text: string}}
  c: {branch: [{name: o, when: steps.b.ok, result: {text: x}}, {name: p, else: true, result: y}],
      output: string}
  d: {steps: {}, result: 1, output: number}
  e: {repeat: {max: 1, until: true, steps: {}, result: 1}, output: integer}
  f: {parallel: {l: {steps: {}, result: 1}}, output: {l: number}}
  g: {play: free, with: {size: 1}}
  h: {play: free, output: number}
  i: {set: 1, compensate: {play: p, with: {size: 1, name: x}}}
  j: {set: "${{ inputs.gone }}", output: number}
"""


def _found() -> list[Border]:
    return list(borders(Known(MELODY).typing))


def test_values_cross_borders_where_both_sides_tell_their_types() -> None:
    shown = [
        (one.step.address, one.name, describe(one.source), describe(one.target)) for one in _found()
    ]
    assert shown == [
        ("a", "size", "integer", "number"),
        ("a", "name", "string", "string"),
        ("i~compensate", "size", "integer", "number"),
        ("i~compensate", "name", '"x"', "string"),
        ("b", "", "string", "{text: string}"),
        ("c", "", '{text: "x"}', "string"),
        ("c", "", '"y"', "string"),
        ("d", "", "integer", "number"),
        ("e", "", "integer", "integer"),
    ]


def test_each_border_knows_what_makes_its_value_fit() -> None:
    assert [one.conversion for one in _found()] == [
        Conversion("number"),
        None,
        Conversion("number"),
        None,
        Conversion("object", "text"),
        Conversion("field", "text"),
        None,
        Conversion("number"),
        None,
    ]


def test_lowering_finds_a_conversion_by_the_value_as_written() -> None:
    known = Known(MELODY)
    found = conversions(known.typing)
    places = [border for border in borders(known.typing) if id(border.value) in found]
    assert len(found) == len(places) == 5
    assert all(found[id(border.value)] == border.conversion for border in places)


def test_the_place_of_a_border_is_its_value() -> None:
    first = _found()[0]
    assert (first.place.line, first.place.column) == (8, 34)


def test_every_verb_tells_what_it_gives_or_gives_nothing() -> None:
    silent = {"Fail", "Unreadable"}
    assert {verb.__name__ for verb in RULES} == {v.__name__ for v in Verb.__args__} - silent
