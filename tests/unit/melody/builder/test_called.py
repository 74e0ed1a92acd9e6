"""Melodies in Python that call one another are the files that they stand for."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import melody
from compiler.pipeline import compile_file
from melody.builder import Melody
from melody.builder.compiling import compile_built
from melody.builder.loading import load_built
from tests.unit.melody.stage import melody as command
from tests.unit.melody.stage import written
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import DiagnosticsError

PROGRAM = """\
from melody import Melody

inner = Melody("inner", inputs={"text": "string"})
loud = inner.set({"text": inner.inputs.text}, id="loud")
inner.outputs(text=loud.output.text)

middle = Melody("middle", inputs={"text": "string"})
middle.outputs(text=middle.call(inner, with_={"text": middle.inputs.text}).output.text)

m = Melody("outer")
one = m.call(middle, with_={"text": "a"}, id="one")
two = m.call(inner, with_={"text": "b"}, id="two")
m.outputs(all=[one.output.text, two.output.text])
"""


def _written_out(program: Path, names: list[str], into: Path) -> Path:
    """The Melodies of a program as files; the first one's path."""
    for name in names:
        built = load_built(str(program), name)
        written(into, built.to_yaml(), f"{built.name}.melody.yaml")
    return into / f"{load_built(str(program), names[0]).name}.melody.yaml"


def test_it_is_the_same_ir_as_that_of_the_files(tmp_path: Path) -> None:
    program = written(tmp_path, PROGRAM, "program.py")
    file = _written_out(program, ["m", "middle", "inner"], tmp_path / "files")
    built = compile_built(load_built(str(program)), allow=Allow())
    read = compile_file(file)
    assert built.diagnostics == read.diagnostics == ()
    assert built.ir is not None
    assert read.ir is not None
    assert built.ir.hash == read.ir.hash
    assert built.ir.modules.keys() == read.ir.modules.keys()
    assert len(built.ir.modules) == 2


def test_it_runs_although_there_is_no_file(tmp_path: Path) -> None:
    m = load_built(str(written(tmp_path, PROGRAM, "program.py")))
    assert melody.run(m, journal=False).outputs == {"all": ["a", "b"]}


def test_a_melody_that_calls_itself_is_the_file_that_does(tmp_path: Path) -> None:
    text = """\
from melody import Melody
m = Melody("down", inputs={"n": "integer"})
with m.branch(id="more") as more:
    with more.arm("on", when=m.inputs.n > 0) as on:
        below = m.call(m, with_={"n": m.inputs.n - 1}, max_depth=3, id="below")
        on.result(depth=below.output.depth + 1)
    more.otherwise("end").result(depth=0)
m.outputs(depth=more.output.depth)
"""
    program = written(tmp_path, text, "program.py")
    file = _written_out(program, ["m"], tmp_path / "files")
    built, read = compile_built(load_built(str(program)), allow=Allow()), compile_file(file)
    assert built.ir is not None, built.diagnostics
    assert read.ir is not None
    assert built.ir.hash == read.ir.hash


def test_a_problem_of_the_called_one_stands_where_the_program_writes_it(tmp_path: Path) -> None:
    text = PROGRAM.replace("inner.inputs.text}", "inner.inputs.txt}")
    written(tmp_path, text, "program.py")
    found = compile_built(runpy.run_path("program.py")["m"], allow=Allow())
    places = [(one.code, str(one.span)) for one in found.errors]
    assert places == [("MEL213", "program.py:4:40")]
    assert "program.py" in found.sources


def test_the_steps_of_the_called_one_know_their_program(tmp_path: Path) -> None:
    other = "from melody import Melody\ninner = Melody('inner')\ninner.set(1, id='a')\n"
    written(tmp_path, other, "other.py")
    text = "from other import inner\nfrom melody import Melody\nm = Melody('m')\nm.call(inner)\n"
    ir = compile_built(load_built(str(written(tmp_path, text, "program.py"))), allow=Allow()).ir
    assert ir is not None
    assert ir.file == "program.py"
    (module,) = ir.modules.values()
    assert module.file == "other.py"
    assert module.root.steps[0].at is not None
    assert module.root.steps[0].at.startswith("3:")


def test_a_file_that_is_called_is_found_beside_the_program(tmp_path: Path) -> None:
    written(tmp_path, "melody: v1\nname: x\nsteps: {a: {set: 1}}\n", "deep/x.melody.yaml")
    text = "from melody import Melody\nm = Melody('m')\nm.call('./x.melody.yaml')\n"
    written(tmp_path, text, "deep/program.py")
    ir = compile_built(load_built("deep/program.py"), allow=Allow()).ir
    assert ir is not None
    assert [module.file for module in ir.modules.values()] == ["deep/x.melody.yaml"]


def test_two_of_one_name_are_refused_at_both_places() -> None:
    one, other, m = Melody("inner"), Melody("inner"), Melody("outer")
    m.call(one)
    with pytest.raises(DiagnosticsError) as refused:
        m.call(other)
    (problem,) = refused.value.diagnostics
    assert problem.code == "MEL107"
    assert problem.span != problem.notes[0].span
    with pytest.raises(DiagnosticsError, match="MEL107"):
        melody.compile(_calling(m, Melody("outer")))


def _calling(m: Melody, called: Melody) -> Melody:
    """A Melody that calls both."""
    top = Melody("top")
    top.call(m)
    middle = Melody("middle")
    middle.call(called)
    top.call(middle)
    return top


def test_fmt_says_which_files_belong_to_it(tmp_path: Path) -> None:
    written(tmp_path, PROGRAM, "program.py")
    ended = command("fmt", "program.py", "--to", "yaml")
    assert ended.code == 0
    assert "call: ./middle.melody.yaml" in ended.stdout
    assert "it calls ./middle.melody.yaml: name that Melody, program.py:NAME" in ended.stderr
