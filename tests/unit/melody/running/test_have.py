"""``--have``: every wrong value is one diagnostic, and a right one is what the step gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import melody
from compiler.pipeline import compile_text
from melody import DiagnosticsError
from melody.running.have import HandedIn, checked_have
from melody.running.inputs import Given
from tests.unit.melody.stage import written
from workflow_ir.diagnostics import Diagnostic

MELODY = """\
melody: v1
name: notes
players: {writer: {model: offline}, reader: {model: offline}}
steps:
  features:
    play: writer
    prompt: Name the features.
    output: "list[string]"
    reconstruct: {from: "${{ steps.code.output }}", play: reader}
  code:
    play: writer
    with: {features: "${{ steps.features.output }}"}
    output: {text: string, lines: "integer?"}
  title: {play: writer, prompt: "${{ steps.code.output.text }}"}
  each: {for_each: "${{ steps.features.output }}", set: "${{ item }}"}
  way: {branch: [{name: one, else: true, steps: {x: {set: 1}}, result: 1}]}
  stop: {when: len(steps.features.output) > 9, fail: {error: too.many}}
outputs: {notes: "${{ bullets(steps.features.output) + steps.code.output.text }}"}
"""


def told(*options: str) -> tuple[dict[str, Any], list[Diagnostic]]:
    ir = compile_text(MELODY, file="notes.melody.yaml").ir
    assert ir is not None
    handed = HandedIn(ir)
    handed.read(options)
    values, problems = checked_have(ir, handed.values)
    return values, [*handed.problems, *problems]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, '{"text": "print(1)"}', "code.json")
    written(tmp_path, '{\n "text": 1}', "wrong.json")
    written(tmp_path, '{"text": "print(1)"', "broken.json")
    with (tmp_path / "big.json").open("wb") as big:
        big.truncate(100 * 1024 * 1024)
    monkeypatch.chdir(tmp_path)


def test_an_output_comes_from_a_file_or_as_text_with_absent_fields_filled_in() -> None:
    values, problems = told("code=@code.json", 'features=["a"]', "title=Plain words")
    assert problems == []
    assert values == {
        "code": {"text": "print(1)", "lines": None}, "features": ["a"], "title": "Plain words",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code", "words", "place"),
    [
        (["code"], "MEL510", "neither ID=@FILE nor ID=VALUE", None),
        (["=1"], "MEL510", "neither ID=@FILE nor ID=VALUE", None),
        (["cod=@code.json"], "MEL510", "has no step `cod`", None),
        (["way.one.x=1"], "MEL510", "stands inside another step", "notes.melody.yaml:16:"),
        (["each[0]=1"], "MEL510", "stands inside another step", "notes.melody.yaml:15:3"),
        (['each=["a"]'], "MEL510", "is a map", "notes.melody.yaml:15:3"),
        (["way=1"], "MEL510", "is a branch", "notes.melody.yaml:16:3"),
        (["stop=1"], "MEL510", "only fails", "notes.melody.yaml:17:3"),
        (["code=@wrong.json"], "MEL510", "`code.output.text` does not fit", "wrong.json:1:1"),
        (["code=many"], "MEL510", "cannot be 'many'", "notes.melody.yaml:10:3"),
        (['code={"text":'], "MEL510", "it is not JSON", "notes.melody.yaml:10:3"),
        (["features=[1]"], "MEL510", "`features.output[0]` does not fit", "notes.melody.yaml:5:3"),
        (["code=@broken.json"], "MEL104", "never closed", "broken.json"),
        (["code=@none.json"], "MEL101", "does not exist", "none.json"),
        (["code=@."], "MEL101", "is a directory", "."),
        (["code=@big.json"], "MEL106", "larger than", "big.json"),
        (["code=@code.json", "code=@code.json"], "MEL510", "handed in twice", None),
    ],
)
def test_each_mistake_is_one_diagnostic(
    options: list[str], code: str, words: str, place: str | None
) -> None:
    _, problems = told(*options)
    assert [problem.code for problem in problems] == [code]
    assert words in problems[0].message
    assert (problems[0].span is None) == (place is None)
    assert place is None or str(problems[0].span).startswith(place)


def test_a_misspelt_step_is_told_the_nearest_one() -> None:
    _, problems = told("cod=@code.json")
    assert problems[0].help == (
        "did you mean `code`? its steps are features, code, title, each, way, stop"
    )


def test_what_stands_inside_is_told_whose_output_is_meant() -> None:
    _, problems = told("way.one.x=1")
    assert problems[0].help == "hand in the output of `way`"


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), 2**70, {"text": object()}])
def test_a_program_that_hands_in_what_is_no_json_is_told(value: Any) -> None:
    ir = compile_text(MELODY).ir
    assert ir is not None
    values, problems = checked_have(ir, {"code": Given(value)})
    assert values == {}
    assert [problem.code for problem in problems] == ["MEL510"]
    assert "is not JSON data" in problems[0].message


@pytest.mark.parametrize("on", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_a_program_starts_a_run_from_the_middle(on: str, start: Any, tmp_path: Path) -> None:
    script = {
        "players": {"writer": {"return": "It counts."}},
        "steps": {"features~reconstruct": {"return": ["loops"]}},
    }
    result = melody.run(
        written(tmp_path, MELODY),
        on=on,
        start=start,
        script=script,
        have={"code": {"text": "!"}},
        journal=False,
    )
    assert result.outputs == {"notes": "- loops!"}
    assert {name: one.provenance for name, one in result.steps.items() if one.provenance} == {
        "features": "inferred", "code": "given",
    }  # fmt: skip


def test_every_mistake_of_a_program_comes_in_one_exception(tmp_path: Path) -> None:
    path = written(tmp_path, MELODY)
    with pytest.raises(DiagnosticsError) as refused:
        melody.run(path, have={"cod": 1, "each": []}, faults=["nowhere:crash"])
    assert [one.code for one in refused.value.diagnostics] == ["MEL505", "MEL510", "MEL510"]


def test_backends_that_start_from_the_middle_are_compared(tmp_path: Path) -> None:
    script = {"default": {"return": "x"}, "steps": {"features~reconstruct": {"return": []}}}
    found = melody.compare(
        written(tmp_path, MELODY), script=script, have={"code": {"text": "!"}}, journal=False
    )
    assert found.equal
    assert all(one.steps["code"].provenance == "given" for one in found.results.values())
