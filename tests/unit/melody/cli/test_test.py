"""``melody test``; the verdicts themselves are those of ``tests/unit/melody/testing``."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.unit.melody.stage import command_line, environment, in_a_process, melody, written
from tests.unit.melody.testing.test_files.folder import GOOD, NOTES, one_test

MET = "expect: {status: succeeded}"


def test_each_case_is_a_line_and_the_count_comes_last(tmp_path: Path) -> None:
    one_test(tmp_path, MET, top=GOOD)
    ended = melody("test")
    assert (ended.code, ended.stderr) == (0, "")
    assert (
        ended.stdout
        == """\
notes.melody.yaml::check            passed
notes.melody.test.yaml::it[native]  passed
2 passed
"""
    )


def test_a_failure_is_shown_once_below_its_line_and_exits_with_1(tmp_path: Path) -> None:
    path = one_test(tmp_path, "expect: {status: failed}", top=GOOD)
    path.write_text(path.read_text("utf-8").replace("on: native", "on: [native, langgraph]"))
    ended = melody("test", path)
    assert ended.code == 1
    assert (
        ended.stdout
        == """\
notes.melody.test.yaml::it[native]     failed

error[MEL552]: `status` is "succeeded", not "failed"
 --> notes.melody.test.yaml:9:22
  |
9 |     expect: {status: failed}
  |                      ^^^^^^

notes.melody.test.yaml::it[langgraph]  failed as above
2 failed
"""
    )


def test_json_is_one_object_with_every_case(tmp_path: Path) -> None:
    one_test(tmp_path, "expect: {status: failed}", top=f"{GOOD}snapshot: mermaid\n")
    ended = melody("test", "--json", "--update-snapshots")
    tree = ended.json
    assert ended.code == 1
    assert (tree["schema"], tree["passed"]) == ("melody.test/1", False)
    check, stored, played = tree["tests"]
    assert check == {
        "file": "notes.melody.yaml", "line": 1, "name": "check", "outcome": "passed",
        "diagnostics": [], "stored": [],
    }  # fmt: skip
    assert stored["stored"] == ["wrote snapshots/notes.melody/mermaid/notes.mermaid.txt"]
    assert (played["name"], played["line"], played["outcome"]) == ("it[native]", 9, "failed")
    (problem,) = played["diagnostics"]
    assert (problem["code"], problem["line"], problem["column"]) == ("MEL552", 10, 22)


def test_what_is_stored_is_told_on_stderr(tmp_path: Path) -> None:
    written(tmp_path, NOTES, "notes.melody.yaml")
    written(tmp_path, "snapshot: mermaid\n", "notes.melody.test.yaml")
    ended = melody("test", "--update-snapshots")
    assert ended.code == 0
    assert ended.stderr == "wrote snapshots/notes.melody/mermaid/notes.mermaid.txt\n"
    assert "wrote" not in ended.stdout


def test_a_files_name_reaches_the_terminal_escaped(tmp_path: Path) -> None:
    name = "a\x1b[31m\nb"
    written(tmp_path, NOTES, f"{name}.melody.yaml")
    written(tmp_path, "snapshot: mermaid\n", f"{name}.melody.test.yaml")
    ended = melody("test", "--update-snapshots")
    assert ended.code == 0
    assert ended.stdout.startswith("a\\x1b[31m\\nb.melody.yaml::check")
    assert ended.stderr.startswith("wrote snapshots/a\\x1b[31m\\nb.melody/mermaid/")


def test_snapshots_are_not_written_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, NOTES, "notes.melody.yaml")
    written(tmp_path, "snapshot: mermaid\n", "notes.melody.test.yaml")
    monkeypatch.setenv("CI", "true")
    ended = melody("test", "--update-snapshots")
    assert (ended.code, ended.stdout) == (2, "")
    assert "error[MEL506]: snapshots are not written in CI" in ended.stderr
    assert not (tmp_path / "snapshots").exists()
    assert melody("test").code == 1


def test_the_flag_has_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, NOTES, "notes.melody.yaml")
    written(tmp_path, "snapshot: mermaid\n", "notes.melody.test.yaml")
    monkeypatch.setenv("MELODY_TEST_UPDATE_SNAPSHOTS", "1")
    assert melody("test").code == 0
    assert (tmp_path / "snapshots").is_dir()


@pytest.mark.parametrize("paths", [(), ("gone",), ("notes.txt",), ("x.melody.yaml", "gone")])
def test_a_path_that_leads_to_nothing_exits_with_2_and_tests_nothing(
    paths: tuple[str, ...], tmp_path: Path
) -> None:
    written(tmp_path, "", "notes.txt")
    if paths:
        written(tmp_path, NOTES, "x.melody.yaml")
    ended = melody("test", *paths)
    assert (ended.code, ended.stdout) == (2, "")
    assert "error[MEL101]" in ended.stderr


def test_a_melody_with_a_mistake_fails_and_a_warning_does_not(tmp_path: Path) -> None:
    written(tmp_path, NOTES.replace("play: author", "play: autor"), "bad.melody.yaml")
    moved = f"{NOTES.replace('melody: v1', '').strip()}\nmelody: v1\n"
    written(tmp_path, moved, "warned.melody.yaml")
    ended = melody("test")
    assert ended.code == 1
    assert "bad.melody.yaml::check     failed\n\nerror[MEL202]" in ended.stdout
    assert "warned.melody.yaml::check  passed\n\nwarning[MEL115]" in ended.stdout


def test_what_players_print_does_not_get_among_the_results(tmp_path: Path) -> None:
    text = "melody: v1\nname: a\nplayers: {p: {python: 'loud:play'}}\nsteps: {s: {play: p}}\n"
    written(tmp_path, text, "a.melody.yaml")
    written(tmp_path, "allow: {python: [loud]}\n", "melody.project.yaml")
    written(tmp_path, "def play():\n    print('LOUD')\n    return {}\n", "loud.py")
    written(tmp_path, f"tests: {{it: {{on: native, {MET}}}}}\n", "a.melody.test.yaml")
    ended = in_a_process("test", "--json", cwd=tmp_path)
    assert ended.code == 0, ended.stdout
    assert ended.json["passed"]
    assert "LOUD" in ended.stderr


def test_it_needs_no_pytest(tmp_path: Path) -> None:
    one_test(tmp_path, MET, top=GOOD)
    written(tmp_path, "raise ImportError('pytest is not installed')\n", "site/pytest.py")
    path = f"{tmp_path / 'site'}{os.pathsep}{environment()['PYTHONPATH']}"
    ended = in_a_process("test", cwd=tmp_path, PYTHONPATH=path)
    assert (ended.code, ended.stderr) == (0, "")


def test_an_interruption_ends_it_with_130_and_leaves_no_process(tmp_path: Path) -> None:
    text = "melody: v1\nname: a\nsteps:\n  wait: {run: [sh, -c, 'echo $$ > pid; sleep 60']}\n"
    written(tmp_path, text, "a.melody.yaml")
    written(tmp_path, "allow: {command: [sh]}\n", "melody.project.yaml")
    written(tmp_path, f"tests: {{it: {{on: native, {MET}}}}}\n", "a.melody.test.yaml")
    process = subprocess.Popen(
        command_line("test"), cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    )
    pid = tmp_path / "pid"
    deadline = time.monotonic() + 60
    while not pid.exists() or not pid.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
