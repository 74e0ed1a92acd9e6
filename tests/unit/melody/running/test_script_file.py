from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import compile_text
from melody.running.data_file import DataFileError
from melody.running.script_file import read_script
from tests.unit.melody.stage import SCRIPTED, written
from workflow_ir.workflow import WorkflowIR


@pytest.fixture
def ir() -> WorkflowIR:
    compilation = compile_text(SCRIPTED)
    assert compilation.ir is not None, compilation.diagnostics
    return compilation.ir


def _problems(tmp_path: Path, text: str, ir: WorkflowIR | None) -> list[tuple[str, str, str]]:
    with pytest.raises(DataFileError) as refused:
        read_script(written(tmp_path, text, "script.yaml").name, ir)
    return [
        (problem.code, str(problem.span), problem.message) for problem in refused.value.diagnostics
    ]


def test_a_script_is_read_with_its_seed(tmp_path: Path, ir: WorkflowIR) -> None:
    script, _ = read_script(written(tmp_path, "seed: 7\ndefault: {return: {}}\n"), ir)
    assert (script.seed, script.clock) == (7, "virtual")


def test_a_mistake_is_told_at_its_place(tmp_path: Path, ir: WorkflowIR) -> None:
    text = "players:\n  coder: [{error: rate_limited}, {eror: x}]\n"
    (problem,) = _problems(tmp_path, text, ir)
    assert problem[:2] == ("MEL504", "script.yaml:2:35")


def test_names_that_the_melody_does_not_have_get_the_nearest_one(
    tmp_path: Path, ir: WorkflowIR
) -> None:
    text = "players: {codr: {return: {}}}\nsteps: {'parts[3]': {return: {}}, drft: {return: {}}}\n"
    with pytest.raises(DataFileError) as refused:
        read_script(written(tmp_path, text, "script.yaml"), ir)
    labels = [(problem.code, problem.label) for problem in refused.value.diagnostics]
    assert labels == [
        ("MEL504", "did you mean 'coder'?"),
        ("MEL504", "did you mean 'draft'?"),
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("", "MEL103"), ("a: [", "MEL104"), ("a: 1\na: 2", "MEL107")]
)
def test_a_script_that_cannot_be_read_is_told_like_a_melody(
    text: str, code: str, tmp_path: Path, ir: WorkflowIR
) -> None:
    assert _problems(tmp_path, text, ir)[0][0] == code


def test_a_missing_script_is_told(ir: WorkflowIR) -> None:
    with pytest.raises(DataFileError) as refused:
        read_script("nowhere.yaml", ir)
    assert refused.value.diagnostics[0].code == "MEL101"
