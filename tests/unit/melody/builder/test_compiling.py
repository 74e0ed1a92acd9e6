"""The problems of a built Melody stand in the program that built it."""

from __future__ import annotations

import runpy
import textwrap
from pathlib import Path
from typing import Any

import pytest

from melody.builder import Melody
from melody.builder.compiling import compile_built
from workflow_ir.allow import Allow
from workflow_ir.render import render_text
from workflow_ir.span import span_at

HEAD = """\
from melody import Melody, fn
m = Melody("some", inputs={"n": "integer", "text": "string"})
m.player("p", model="offline")
"""


def _problems(folder: Path, body: str) -> list[tuple[str, str]]:
    """Codes, and the stretch of the program that each is shown at."""
    path = folder / "program.py"
    text = HEAD + textwrap.dedent(body)
    path.write_text(text, encoding="utf-8")
    found = compile_built(runpy.run_path(str(path))["m"], allow=Allow())
    shown = []
    for problem in found.diagnostics:
        span = problem.span
        assert span is not None
        assert span.file == "program.py", problem
        lines = found.sources[span.file].splitlines()
        line, last = lines[span.line - 1], span.line == span.end_line
        shown.append((problem.code, line[span.column - 1 : span.end_column - 1 if last else None]))
        assert problem.fix is None
    assert render_text(found.diagnostics, found.sources)
    return shown


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("m.set({'a': m.inputs.txt})", [("MEL213", "txt")]),
        ("a = m.set({'x': 1}, id='a')\nm.outputs(y=a.output.y)", [("MEL204", "y")]),
        ("m.play('q')", [("MEL202", "q")]),
        ("m.play('p', when=m.inputs.n)", [("MEL214", "inputs.n")]),
        ("m.play('p', prompt=f'é {m.inputs.txt} é')", [("MEL213", "txt")]),
        ("m.play(\n    'p',\n    policy={\n        'retry': {'max_attempts': 0},\n    },\n)",
         [("MEL111", "0")]),
        ("m.play('p', policy={'tmeout': '1s'})", [("MEL112", "tmeout")]),
        ("m.play('p', needs=['zzz'])", [("MEL201", "zzz")]),
        ("m.play('p', output='strng')", [("MEL119", "strng")]),
        ("m.play('p', gate={'check': 'output =='})", [("MEL120", "==")]),
        ("with m.branch(id='r') as r:\n    r.arm('a', when=m.inputs.zz > 1).result(x=m.inputs.yy)",
         [("MEL213", "zz"), ("MEL213", "yy")]),
        ("m.player('x', python='nothing')\nm.play('x')", [("MEL111", "nothing")]),
        ("m.input('k', 'zzz', description='d')\nm.set(m.inputs.k)", [("MEL119", "zzz")]),
        ("m.model('o', 'nope')\nm.player('z', model='o')\nm.play('z')", [("MEL111", "nope")]),
        ("m.set(1, id='Bad Id')", [("MEL116", "Bad Id")]),
        ("m.outputs({'a': m.inputs.zz, 'b': m.inputs.n})", [("MEL213", "zz")]),
    ],
)  # fmt: skip
def test_a_problem_stands_at_the_argument_that_causes_it(
    body: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    uses = "\nm.play('p', id='used', prompt=f'{m.inputs.n}{m.inputs.text}')\n"
    found = _problems(tmp_path, body + uses)
    assert [one for one in found if one[0] not in {"MEL130", "MEL217"}] == expected


def test_notes_stand_there_too(tmp_path: Path) -> None:
    body = "a = m.play('p', id='a', output={'x': 'string'})\nm.outputs(y=a.output.y)"
    (tmp_path / "program.py").write_text(HEAD + body, encoding="utf-8")
    found = compile_built(runpy.run_path("program.py")["m"], allow=Allow())
    (problem,) = [one for one in found.diagnostics if one.code == "MEL204"]
    places = [str(note.span) for note in problem.notes if note.span]
    assert places
    assert all(place.startswith("program.py:4:") for place in places)


def test_the_ir_knows_the_program_and_its_lines(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HEAD + "m.set(1, id='a')\n", encoding="utf-8")
    ir = compile_built(runpy.run_path("program.py")["m"], allow=Allow()).ir
    assert ir is not None
    assert ir.file == "program.py"
    at = ir.root.steps[0].at
    assert at is not None
    assert span_at("program.py", at).line == 4


def test_without_the_text_of_the_program_they_stand_in_the_file_it_stands_for() -> None:
    names: dict[str, Any] = {"Melody": Melody}
    exec("m = Melody('some')\nm.play('q')", names)
    found = compile_built(names["m"], allow=Allow())
    (problem,) = found.diagnostics
    assert problem.span is not None
    assert problem.span.file == "some.melody.yaml (built)"
    assert "play: q" in render_text(found.diagnostics, found.sources)


def test_the_project_beside_the_program_holds(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    folder.mkdir()
    (tmp_path / "melody.project.yaml").write_text("allow: {command: [git]}\n", encoding="utf-8")
    program = HEAD + "m.run('git log', id='a')\nm.run('ls', id='b')\n"
    (folder / "program.py").write_text(program, encoding="utf-8")
    found = compile_built(runpy.run_path("deep/program.py")["m"], allow=Allow())
    assert [problem.code for problem in found.errors] == ["MEL401"]
    assert found.folder == tmp_path
