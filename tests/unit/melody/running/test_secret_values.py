from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.pipeline import compile_text
from melody.running.secret_values import secret_values
from tests.unit.melody.stage import in_a_process, melody, written
from workflow_ir.workflow import WorkflowIR

TEXT = """\
melody: v1
name: secretive
players:
  teller: {command: [tell], env: {TOKEN: "${{ secrets.OF_A_PLAYER }}"}, fallback: [other]}
  other: {command: [other], env: {TOKEN: "${{ secrets.OF_A_FALLBACK }}"}}
  idle: {command: [idle], env: {TOKEN: "${{ secrets.OF_NOBODY }}"}}
steps:
  say: {play: teller, with: {key: "${{ secrets.OF_A_STEP }}"}}
  sub: {call: ./part.melody.yaml, needs: [say]}
  again: {play: other, with: {key: "${{ secrets.OF_A_STEP }}"}, needs: [say]}
"""
PART = """\
melody: v1
name: part
players: {inner: {command: [inner], env: {A: "${{ secrets.OF_A_PART }}"}}}
steps: {a: {play: inner}}
"""
ALL = ("OF_A_STEP", "OF_A_PLAYER", "OF_A_FALLBACK", "OF_A_PART")


def _ir() -> WorkflowIR:
    found = compile_text(TEXT, file="secretive.melody.yaml", given={"part.melody.yaml": PART})
    assert found.ir is not None, found.diagnostics
    return found.ir


def test_every_secret_that_a_run_may_read_is_found_and_no_other() -> None:
    values, problems = secret_values(_ir(), dict.fromkeys((*ALL, "OF_NOBODY", "PATH"), "x"))
    assert problems == ()
    assert values == dict.fromkeys(ALL, "x")


def test_each_that_is_missing_is_told_once_where_a_step_reads_it() -> None:
    _, problems = secret_values(_ir(), {"OF_A_PLAYER": "x", "OF_A_PART": ""})
    assert {problem.code for problem in problems} == {"MEL601"}
    assert [problem.message.split("`")[1] for problem in problems] == [
        "OF_A_STEP", "OF_A_FALLBACK", "OF_A_PART",
    ]  # fmt: skip
    assert str(problems[0].span) == "secretive.melody.yaml:8:40"
    assert all("environment variable" in str(problem.help) for problem in problems)


def test_the_player_that_renews_a_credential_reads_its_own() -> None:
    text = TEXT.replace("fallback: [other]", "fallback: [other], refresh: idle")
    found = compile_text(text, file="secretive.melody.yaml", given={"part.melody.yaml": PART})
    assert found.ir is not None, found.diagnostics
    values, _ = secret_values(found.ir, dict.fromkeys((*ALL, "OF_NOBODY"), "x"))
    assert set(values) == {*ALL, "OF_NOBODY"}


def test_a_script_needs_none() -> None:
    values, problems = secret_values(_ir(), {}, scripted=True)
    assert (set(values), problems) == (set(ALL), ())


ONE = """\
melody: v1
name: one
players: {teller: {command: [printenv, TOKEN], env: {TOKEN: "${{ secrets.TOKEN }}"}, parse: text}}
steps: {say: {play: teller}}
outputs: {said: "${{ steps.say.output }}"}
"""


def test_a_missing_secret_is_exit_code_2_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOKEN", raising=False)
    ended = melody("run", written(tmp_path, ONE), "--allow", "command:printenv")
    assert (ended.code, ended.stdout) == (2, "")
    assert "error[MEL601]: secret `TOKEN` is not set" in ended.stderr
    assert not (tmp_path / ".melody").exists()


def test_a_secret_reaches_its_player_and_nothing_that_is_told(tmp_path: Path) -> None:
    written(tmp_path, ONE)
    allow = ("--allow", "command:printenv")
    for form in ("--json", "--events"):
        ended = in_a_process(
            "run", "some.melody.yaml", *allow, form, cwd=tmp_path, TOKEN="hush-hush"
        )
        assert ended.code == 0, ended.stderr
        assert "hush-hush" not in ended.stdout + ended.stderr
        assert "***" in ended.stdout
    for journal in (tmp_path / ".melody" / "runs").iterdir():
        assert "hush-hush" not in journal.read_text("utf-8")
    assert "hush-hush" not in os.environ.values()
