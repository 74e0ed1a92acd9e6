from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import melody
from melody import DiagnosticsError, RunStatus
from tests.unit.melody.stage import GREETING, SCRIPTED, written

SCRIPT = {"default": {"return": {"code": "x"}}, "players": {"thanks": {"return": ["Ada"]}}}
ALLOW = ["command:never-started"]


def test_a_file_is_loaded_and_run(tmp_path: Path) -> None:
    workflow = melody.load(written(tmp_path, GREETING))
    result = melody.run(workflow, {"name": "Ada"}, on="langgraph")
    assert (result.status, result.backend) == (RunStatus.SUCCEEDED, "langgraph")
    assert result.outputs == {"text": "Hello Ada"}
    assert melody.run(tmp_path / "some.melody.yaml", inputs={"name": "Bob"}, journal=False).outputs


def test_text_is_compiled_to_the_same_ir_as_a_file(tmp_path: Path) -> None:
    assert melody.compile(GREETING).hash == melody.load(written(tmp_path, GREETING)).hash


def test_everything_that_is_wrong_comes_in_one_exception(tmp_path: Path) -> None:
    workflow = melody.compile(GREETING)
    with pytest.raises(DiagnosticsError) as refused:
        melody.run(workflow, {"nme": 1, "times": 0}, faults=["nowhere:crash"])
    codes = [problem.code for problem in refused.value.diagnostics]
    assert codes == ["MEL502", "MEL501", "MEL503", "MEL505"]


@pytest.mark.parametrize("by_file", [True, False])
def test_a_script_may_be_a_file_or_data(by_file: bool, tmp_path: Path) -> None:
    script = written(tmp_path, str(SCRIPT), "script.yaml") if by_file else SCRIPT
    result = melody.run(written(tmp_path, SCRIPTED), script=script, allow=ALLOW)
    assert result.status is RunStatus.SUCCEEDED


def test_a_wrong_script_is_told() -> None:
    workflow = melody.compile(SCRIPTED)
    with pytest.raises(DiagnosticsError, match="MEL504"):
        melody.run(workflow, script={"playrs": {}}, allow=ALLOW)


def test_the_project_of_a_loaded_file_is_honoured(tmp_path: Path) -> None:
    path = written(tmp_path, SCRIPTED, "deep/some.melody.yaml")
    workflow = melody.load(path)
    refused = melody.run(workflow, script=SCRIPT)
    assert refused.error is not None
    assert refused.error.code == "policy.not_allowed"
    written(tmp_path, "allow: {command: [never-started]}\n", "melody.project.yaml")
    assert melody.run(workflow, script=SCRIPT).status is RunStatus.SUCCEEDED
    assert (tmp_path / ".melody" / "runs").is_dir()


def test_a_failed_run_raises_nothing(tmp_path: Path) -> None:
    result = melody.run(
        written(tmp_path, SCRIPTED), script=SCRIPT, allow=ALLOW, faults=["draft:crash*9"]
    )
    assert result.status is RunStatus.FAILED


def test_inside_an_event_loop_the_run_is_awaited() -> None:
    workflow = melody.compile(GREETING)

    async def program() -> str:
        with pytest.raises(RuntimeError, match="run_async"):
            melody.run(workflow, {"name": "Ada"})
        result = await melody.run_async(workflow, {"name": "Ada"}, journal=False)
        return str(result.outputs["text"])

    assert asyncio.run(program()) == "Hello Ada"


def test_backends_are_compared() -> None:
    comparison = melody.compare(
        melody.compile(GREETING), {"name": "Ada"}, backends=["native", "langgraph"], journal=False
    )
    assert comparison.equal
    assert list(comparison.results) == ["native", "langgraph"]


def test_check_gives_the_problems_and_none_for_a_good_file(tmp_path: Path) -> None:
    assert melody.check(written(tmp_path, GREETING), on="crewai") == ()
    (problem,) = melody.check(written(tmp_path, GREETING + "oops: 1\n"))
    assert problem.code == "MEL112"


def test_an_unknown_name_of_the_facade_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = melody.nothing_here
    assert sorted(dir(melody)) == sorted(melody.__all__)
