from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from melody.running import job
from tests.unit.melody.stage import ALLOW, GREETING, SCRIPTED, melody, written
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.result import RunResult

ROUGH = """\
players:
  coder: {error: http.503}
  junior: {return: {code: y}}
  thanks: {error: resource.quota}
"""


def test_equal_columns_end_with_the_word_equal(tmp_path: Path) -> None:
    path, script = written(tmp_path, SCRIPTED), written(tmp_path, ROUGH, "script.yaml")
    ended = melody("compare", path, *ALLOW, "--script", script)
    assert ended.code == 0, ended.stdout + ended.stderr
    rows = {line.split()[0]: line for line in ended.stdout.splitlines() if line.strip()}
    assert rows["step"].split() == ["step", "native", "langgraph", "crewai"]
    assert rows["draft"].split() == ["draft", *["recovered"] * 3, "="]
    assert rows["people"].split() == ["people", *["gap"] * 3, "="]
    assert rows["parts[1]"].split() == ["parts[1]", *["succeeded"] * 3, "="]
    assert rows["outputs.code"].split() == ["outputs.code", *['"y"'] * 3, "="]
    assert rows["status"].split() == ["status", *["degraded"] * 3, "="]
    assert "coder: http.503 → fallback" in ended.stdout
    last = ended.stdout.splitlines()[-1]
    assert last.startswith("equal: ")
    assert "native, langgraph and crewai" in last


def test_a_difference_is_exit_code_1_and_told_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = job.perform

    async def another_text(built: job.Built, listeners: object = ()) -> RunResult:
        result = await real(built)
        if built.job.on != "langgraph":
            return result
        return replace(result, outputs={"text": "H" * 300})

    monkeypatch.setattr("melody.comparing.perform", another_text)
    path = written(tmp_path, GREETING.replace("Hello", "H" * 300))
    ended = melody("compare", path, "-i", "name=Ada")
    assert ended.code == 1
    assert "different at outputs.text: native has" in ended.stdout
    (row,) = (line for line in ended.stdout.splitlines() if line.startswith("outputs.text"))
    assert row.endswith("≠")


def test_an_engine_that_is_not_installed_is_named_and_takes_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = job.build

    def without(missing: set[str]) -> None:
        def build(wanted: job.Job) -> job.Built:
            if wanted.on in missing:
                cure = f"pip install 'melody-compiler[{wanted.on}]'"
                raise DiagnosticsError([diagnose("MEL903", "not installed", None, help=cure)])
            return real(wanted)

        monkeypatch.setattr("melody.comparing.build", build)

    path = written(tmp_path, GREETING)
    without({"crewai"})
    ended = melody("compare", path, "-i", "name=Ada")
    assert ended.code == 0
    assert "crewai takes no part: MEL903" in ended.stderr
    assert "melody-compiler[crewai]" in ended.stderr
    assert "on native and langgraph" in ended.stdout

    without({"crewai", "langgraph"})
    ended = melody("compare", path, "-i", "name=Ada")
    assert ended.code == 2
    assert "nothing to compare: only native could run" in ended.stdout


def test_mistakes_are_told_as_by_run(tmp_path: Path) -> None:
    ended = melody("compare", written(tmp_path, GREETING), "-i", "nme=Ada")
    assert (ended.code, ended.stdout) == (2, "")
    assert "did you mean `name`?" in ended.stderr


def test_items_that_are_all_alike_are_left_out_of_a_long_table(tmp_path: Path) -> None:
    text = (
        "melody: v1\nname: long\nsteps:\n"
        '  all: {for_each: "${{ range(100) }}", set: {n: "${{ item }}"}}\n'
    )
    ended = melody("compare", written(tmp_path, text))
    assert ended.code == 0, ended.stderr
    assert "100 items that succeeded in the same way everywhere are not shown" in ended.stdout
    assert len(ended.stdout.splitlines()) < 20
