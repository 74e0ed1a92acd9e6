from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from compiler.ir_file import is_ir
from compiler.parse.source_text import SourceText
from compiler.pipeline import compile_file, compile_text
from tests.conformance.stage import CASES
from tests.conformance.stage import ir_of as ir_of_case
from tests.unit.compiler.compiling_aid import ALLOWED, HEAD, NOWHERE, ir_of
from tests.unit.compiler.ir_file.ir_aid import MELODY, data, read, said, verb, with_calls
from tests.unit.compiler.modules.calling_aid import ir_of as ir_of_files
from workflow_ir.workflow import WorkflowIR

SAMPLES = sorted(Path(__file__).parents[4].glob("samples/*/*.melody.yaml"))


def test_what_was_written_reads_back_as_the_same_ir(tmp_path: Path) -> None:
    ir = ir_of(MELODY)
    made = read(ir.to_json())
    assert made.diagnostics == ()
    assert made.ir == ir
    assert made.ir is not None
    assert made.ir.hash == ir.hash
    assert read(with_calls(tmp_path)).ir is not None


@pytest.mark.parametrize("name", list(CASES))
def test_every_conformance_melody_reads_back(name: str) -> None:
    ir = ir_of_case(name)
    made = compile_text(ir.to_json(), file="x.ir.json", folder=NOWHERE)
    assert made.ir == ir


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_reads_back(path: Path, tmp_path: Path) -> None:
    compiled = compile_file(path)
    assert compiled.ir is not None
    written = path.parent / "x.ir.json"
    made = compile_text(compiled.ir.to_json(), file=str(written), folder=path.parent)
    assert made.ir == compiled.ir
    assert made.allow == compiled.allow


def test_an_ir_is_known_by_its_name_or_by_what_it_says(tmp_path: Path) -> None:
    text = ir_of("steps: {a: {set: 1}}\n").to_json()
    sorted_text = json.dumps(json.loads(text), sort_keys=True)
    for file, found in [("x.ir.json", "{}"), ("x.json", text), ("x", sorted_text)]:
        assert is_ir(SourceText(file, found)), file
    melody = json.dumps(
        {"melody": "v1", "name": "t", "steps": {"a": {"set": {"kind": "melody.ir/1"}}}}
    )
    assert not is_ir(SourceText("x.json", melody))
    assert compile_text(melody, file="x.melody.json", folder=NOWHERE).ir is not None
    path = tmp_path / "renamed.json"
    path.write_text(text)
    assert compile_file(path).ir is not None


def test_an_ir_of_another_version_is_told_so() -> None:
    tree = data()
    tree["kind"] = "melody.ir/2"
    assert said(tree) == [("an IR of this version says `kind: melody.ir/1`", '"melody.ir/2"')]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MEL124"),
        ("{", "MEL124"),
        ("[]", "MEL124"),
        ("null", "MEL124"),
        ("{} {}", "MEL124"),
        ("{'kind': 1}", "MEL124"),
        ('{"a": 1, "a": 2}', "MEL107"),
        ('{"a": NaN}', "MEL108"),
        ('{"a": -Infinity}', "MEL108"),
        ('{"a": 1e999}', "MEL108"),
        ('{"a": 9223372036854775808}', "MEL108"),
        (f'{{"a": {"9" * 100_000}}}', "MEL108"),
        ('{"a": "\\ud800"}', "MEL102"),
        ('{"\\udfff": 1}', "MEL102"),
        ("[" * 100_000, "MEL105"),
        ('{"a":' * 50_000, "MEL105"),
        ("[" + "1," * 2_000_001 + "1]", "MEL106"),
        ('{"a": "unclosed', "MEL124"),
        ('{"a": "\\x"}', "MEL124"),
        ("\x00", "MEL102"),
        (b"\xff\xfe{\x00}\x00", "MEL102"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_text_that_is_no_json_is_one_diagnostic(text: str | bytes, code: str) -> None:
    made = compile_text(text, file="x.ir.json", folder=NOWHERE)
    assert [one.code for one in made.diagnostics] == [code]
    assert made.ir is None


def test_both_halves_of_a_character_are_one() -> None:
    tree = data()
    verb(tree, "sides")["sides"][0]["scope"]["steps"][0]["body"]["value"]["value"] = "\U0001f600"
    assert said(tree) == []


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda t: t.pop("name"), [("`name` is missing here", "{")]),
        (lambda t: t.update(nmae=1), [("an IR has no `nmae` here", "1")]),
        (
            lambda t: verb(t, "pause").update(kind="pause"),
            [("no such `kind` may stand here", '"pause"')],
        ),
        (lambda t: verb(t, "pause").pop("kind"), [("no such `kind` may stand here", "{")]),
        (
            lambda t: verb(t, "loop").update(max=0),
            [("input should be greater than or equal to 1", "0")],
        ),
        (
            lambda t: (verb(t, "loop").update(max="x"), verb(t, "pause").update(seconds=-1)),
            [
                ("input should be a valid integer, unable to parse string as an integer", '"x"'),
                ("input should be greater than or equal to 0", "-1"),
            ],
        ),
        (
            lambda t: verb(t, "first").update(route={"provides": "x", "candidates": ["p"]}),
            [("a play has a player or a route, and not both", "{")],
        ),
        (
            lambda t: t["players"].update(z={"kind": "python", "target": 3}),
            [("input should be a valid string", "3")],
        ),
        (
            lambda t: t.update(root=[]),
            [("input should be a valid dictionary or instance of Scope", "[]")],
        ),
    ],
)
def test_each_fault_of_shape_is_told_at_its_place(
    spoil: Any, expected: list[tuple[str, str]]
) -> None:
    tree = data()
    spoil(tree)
    assert said(tree) == expected


def test_of_very_many_faults_the_first_are_told() -> None:
    tree = data()
    tree["root"]["steps"] = [1] * 20_000
    assert len(said(tree)) == 50


def test_the_deepest_melody_there_may_be_reads_back() -> None:
    text, indent = "", "  "
    for level in range(29):
        text += (
            f"{indent}s{level}:\n{indent}  when: 1 < 2\n{indent}  window: business_hours\n"
            f"{indent}  require: 1 < 2\n{indent}  for_each: [1]\n{indent}  as: i{level}\n"
            f"{indent}  policy: {{timeout: 3s}}\n{indent}  steps:\n"
        )
        indent += "    "
    made = compile_text(f"{HEAD}steps:\n{text}{indent}x: {{set: 1}}\n", folder=NOWHERE)
    assert made.ir is not None
    assert WorkflowIR.from_json(made.ir.to_json()) == made.ir
    assert read(made.ir.to_json()).ir == made.ir


def test_steps_nested_deeper_than_any_melody_are_refused() -> None:
    tree: Any = {"kind": "set", "value": {"kind": "literal", "value": 1}}
    for level in range(70):
        address = ".".join(f"s{n}" for n in range(70 - level))
        inner = {"id": f"s{69 - level}", "address": address, "body": tree}
        tree = {"kind": "group", "scope": {"steps": [inner]}}
    whole = {"kind": "melody.ir/1", "name": "t", "root": tree["scope"]}
    assert len(said(whole)) == 1


def test_what_the_project_allows_holds_for_an_ir_too(tmp_path: Path) -> None:
    ir = ir_of('players: {p: {python: "m:f"}}\nsteps: {a: {play: p}, b: {run: [git, log]}}\n')
    path = tmp_path / "t.ir.json"
    path.write_text(ir.to_json())
    found = compile_file(path)
    assert [(one.code, one.severity) for one in found.diagnostics] == [("MEL401", "warning")] * 2
    assert found.ir == ir
    assert compile_file(path, will_run=True).ir is None
    tmp_path.joinpath("melody.project.yaml").write_text("allow: {command: [git]}\n")
    refused = compile_file(path)
    (problem,) = refused.diagnostics
    assert (problem.code, problem.severity) == ("MEL401", "error")
    assert problem.span is not None
    line = refused.sources[str(path)].splitlines()[problem.span.line - 1]
    assert line.strip() == '"target": "m:f"'
    assert compile_file(path, allow=ALLOWED).ir == ir


def test_what_modules_may_start_must_be_allowed_too(tmp_path: Path) -> None:
    ir = ir_of_files(
        tmp_path,
        a="steps: {c: {call: b.melody.yaml}}\n",
        b='players: {p: {python: "inner:f"}}\nsteps: {s: {play: p}}\n',
    )
    made = compile_text(ir.to_json(), file="x.ir.json", folder=NOWHERE, will_run=True)
    (problem,) = made.diagnostics
    assert problem.code == "MEL401"
    assert problem.span is not None
    assert '"target": "inner:f"' in made.sources["x.ir.json"].splitlines()[problem.span.line - 1]


def test_settings_do_not_go_with_an_ir(tmp_path: Path) -> None:
    path = tmp_path / "t.ir.json"
    path.write_text(ir_of("steps: {a: {set: 1}}\n").to_json())
    made = compile_file(path, settings=["policy.concurrency=1"])
    assert [one.code for one in made.diagnostics] == ["MEL506"]
    assert made.ir is None


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.ir.json")
    assert [one.code for one in compile_file(tmp_path / "x.ir.json").diagnostics] == ["MEL101"]
