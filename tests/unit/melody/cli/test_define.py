from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.melody.stage import in_a_process, melody

GOOD = ("define", "release", "--step", "tests: make test", "--step=ship: tests.success && make")
TEXT = """\
melody: v1
name: release
steps:
  tests:
    run: make test
  ship:
    run: make
    when: steps.tests.ok
"""


def test_the_melody_is_written_to_stdout() -> None:
    ended = melody(*GOOD)
    assert (ended.code, ended.stdout, ended.stderr) == (0, TEXT, "")


def test_the_melody_is_written_into_a_file_that_checks(tmp_path: Path) -> None:
    ended = melody(*GOOD, "-o", "new/release.melody.yaml")
    assert (ended.code, ended.stdout) == (0, "")
    assert "wrote new/release.melody.yaml" in ended.stderr
    assert (tmp_path / "new" / "release.melody.yaml").read_text("utf-8") == TEXT
    assert melody("check", "new/release.melody.yaml", "--allow", "command:make").code == 0


def test_what_somebody_has_written_stays_unless_forced(tmp_path: Path) -> None:
    file = tmp_path / "release.melody.yaml"
    file.write_text("mine")
    ended = melody(*GOOD, "-o", file.name)
    assert (ended.code, ended.stdout, file.read_text()) == (2, "", "mine")
    assert "--force" in ended.stderr
    assert melody(*GOOD, "-o", file.name, "--force").code == 0
    assert melody(*GOOD, "-o", file.name).code == 0
    assert file.read_text() == TEXT


def test_mistakes_are_shown_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    ended = melody("define", "A b", "--step", "t: x; rm -rf /", "--step", "u: t.sucess", "-o", "f")
    assert (ended.code, ended.stdout) == (1, "")
    assert [code in ended.stderr for code in ("MEL116", "MEL141", "MEL143")] == [True] * 3
    assert "--> --step #2:1:4" in ended.stderr
    assert ended.stderr.endswith("3 errors\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["define"], ["define", "t"], ["define", "--step", "a: x"], [*GOOD, "--nope"]]
)
def test_a_missing_option_is_wrong_usage(arguments: list[str]) -> None:
    ended = melody(*arguments)
    assert (ended.code, ended.stdout) == (2, "")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = melody(*GOOD, "-o", "file/release.melody.yaml")
    assert ended.code == 2
    assert "cannot be written" in ended.stderr


def test_steps_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_DEFINE_STEP", "tests: make test\nship: tests.success && make")
    assert melody("define", "release").stdout == TEXT


def test_the_melody_is_utf_8_whatever_the_terminal_is(tmp_path: Path) -> None:
    ended = in_a_process("define", "t", "--step", "a: echo grüße", cwd=tmp_path,
                         PYTHONIOENCODING="utf-8", LC_ALL="C")  # fmt: skip
    assert "run: echo grüße" in ended.stdout


def test_conditions_decide_what_runs(tmp_path: Path) -> None:
    lines = ["a: false", "b: a.failure && echo b", "c: a.success && echo c",
             "d: a.complete && echo", "e: echo '{\"n\": 0.9}'", "f: e.n >= 90%",
             "g: e.n > 95% || c.failure",
             "h: (a.failure || c.success) && e.n < 1 && echo h"]  # fmt: skip
    steps = [word for line in lines for word in ("--step", line)]
    assert melody("define", "t", *steps, "-o", "t.melody.yaml").code == 0
    ended = melody("run", "t.melody.yaml", "--json", "--allow", "command:echo",
                   "--allow", "command:false")  # fmt: skip
    assert ended.code == 3
    assert {id_: step["status"] for id_, step in ended.json["steps"].items()} == {
        "a": "gap", "b": "succeeded", "c": "skipped", "d": "succeeded", "e": "succeeded",
        "f": "succeeded", "g": "skipped", "h": "succeeded",
    }  # fmt: skip
