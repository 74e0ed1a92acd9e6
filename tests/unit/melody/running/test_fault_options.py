from __future__ import annotations

from compiler.pipeline import compile_text
from melody.running.fault_options import read_faults
from tests.unit.melody.stage import SCRIPTED


def test_faults_name_steps_or_run_paths() -> None:
    faults, problems = read_faults(["draft:timeout*2", "parts[1]:crash"], compile_text(SCRIPTED).ir)
    assert problems == ()
    assert [(fault.step, fault.times) for fault in faults] == [("draft", 2), ("parts[1]", 1)]


def test_every_wrong_fault_is_told() -> None:
    _, problems = read_faults(["drft:timeout", "draft", "draft:tired"], compile_text(SCRIPTED).ir)
    assert [problem.code for problem in problems] == ["MEL505"] * 3
    assert "did you mean `draft`?" in str(problems[0].help)


def test_a_fault_may_name_what_is_performed_beside_a_step() -> None:
    faults, problems = read_faults(
        ["draft~reconstruct:crash", "draft~reconstrukt:crash"], compile_text(SCRIPTED).ir
    )
    assert faults[0].step == "draft~reconstruct"
    (problem,) = problems
    assert problem.message == (
        "`draft~reconstrukt:crash`: nothing is performed at `~reconstrukt`; known are "
        "~reconstruct, ~escalate, ~compensate, ~refresh, ~tool"
    )
