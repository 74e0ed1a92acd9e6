from __future__ import annotations

from pathlib import Path

import compiler.check
from compiler.check.rules import RULES
from tests.unit.compiler.compiling_aid import codes, compiled
from workflow_ir.diagnostics import in_file_order

FOLDER = Path(compiler.check.__file__).parent
TESTS = Path(__file__).parent


def test_a_rule_is_named_like_its_file_and_each_stands_in_the_list_once() -> None:
    names = [rule.__name__ for rule in RULES]
    assert len(set(names)) == len(names)
    assert all((FOLDER / f"{name}.py").is_file() for name in names)


def test_every_rule_has_a_test_file() -> None:
    assert [rule.__name__ for rule in RULES if not _test_of(rule.__name__).is_file()] == []


def _test_of(rule: str) -> Path:
    return TESTS / f"test_{rule}.py"


TEN = """\
inputs: {brief: string, count: integer}
models: {smart: offline/basic}
players:
  coder: {model: smrat}
  judge: {model: offline}
policy: {timeout: 30s}
steps:
  draft: {play: codr, promt: "${{ inputs.brief }}", output: {code: string}}
  score: {play: judge, prompt: "${{ steps.draft.output.cod }}", output: {score: number}}
  route:
    branch:
      - {name: good, when: steps.score.output.score > "high", result: 1}
      - {name: rest, when: inputs.count, result: 2}
  after: {set: "${{ steps.route.output + 1 }}", needs: [rout]}
  again: {play: judge, prompt: "${{ lenght(inputs.breif) }}", policy: {timeout: 2m}}
"""


def test_ten_mistakes_and_one_are_as_many_diagnostics_in_file_order() -> None:
    found = compiled(TEN).diagnostics
    assert [(one.code, one.span.line if one.span else 0) for one in found] == [
        ("MEL203", 6),
        ("MEL202", 10),
        ("MEL112", 10),
        ("MEL204", 11),
        ("MEL210", 14),
        ("MEL214", 15),
        ("MEL211", 16),
        ("MEL201", 16),
        ("MEL205", 17),
        ("MEL213", 17),
        ("MEL402", 17),
    ]
    assert found == in_file_order(found)
    assert all(one.label or one.help for one in found)


def test_each_of_the_mistakes_is_gone_when_it_alone_is_mended() -> None:
    mended = [
        ("smrat", "smart"),
        ("codr", "coder"),
        ("promt", "prompt"),
        ("output.cod ", "output.code "),
        ('> "high"', "> 0.5"),
        ("when: inputs.count,", "else: true,"),
        ("rout]", "route]"),
        ("lenght", "len"),
        ("breif", "brief"),
        ("2m", "20s"),
    ]
    whole = codes(TEN)
    text = TEN
    for wrong, right in mended:
        assert wrong in TEN
        assert len(codes(TEN.replace(wrong, right))) < len(whole)
        text = text.replace(wrong, right)
    assert codes(text.replace("result: 1", 'result: "${{ inputs.count }}"')) == []
