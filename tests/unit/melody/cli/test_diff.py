from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.melody.stage import GREETING, melody, written

PROJECT = "allow: {command: [date]}\n"
WITH_COMMAND = GREETING.replace("steps:\n", "steps:\n  today: {run: [date]}\n")


def _git(folder: Path, *arguments: str) -> None:
    roles = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    identity = {f"GIT_{role}": "x@example.com" for role in roles}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, **identity, **quiet},
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits: a Melody in a folder with its project, then a changed one without."""
    _git(tmp_path, "init", "--quiet")
    written(tmp_path, WITH_COMMAND, "flows/greeting.melody.yaml")
    written(tmp_path, PROJECT, "flows/melody.project.yaml")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "-m", "one")
    written(tmp_path, GREETING.replace("Hello", "Good morning"), "flows/greeting.melody.yaml")
    (tmp_path / "flows" / "melody.project.yaml").unlink()
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "-m", "two")
    return tmp_path


def test_the_same_meaning_is_exit_code_0_and_nothing_on_stdout(tmp_path: Path) -> None:
    one = written(tmp_path, GREETING, "one.melody.yaml")
    two = written(tmp_path, "# hello\n" + GREETING, "two.melody.yaml")
    ended = melody("diff", one, two)
    assert (ended.code, ended.stdout) == (0, "")
    assert "no difference in meaning" in ended.stderr


def test_steps_in_another_order_are_mentioned(tmp_path: Path) -> None:
    more = "  more: {set: {n: 1}}\n"
    one = written(tmp_path, GREETING.replace("steps:\n", f"steps:\n{more}"), "one.melody.yaml")
    two = written(tmp_path, GREETING.replace("outputs:\n", f"{more}outputs:\n"), "two.melody.yaml")
    ended = melody("diff", one, two)
    assert ended.code == 0
    assert "another order" in ended.stderr


def test_a_difference_is_exit_code_1(tmp_path: Path) -> None:
    one = written(tmp_path, GREETING, "one.melody.yaml")
    two = written(tmp_path, GREETING.replace("Hello", "Bye"), "two.melody.yaml")
    ended = melody("diff", one, two)
    assert ended.code == 1
    assert ended.stdout.splitlines() == [
        "~ step hello",
        "    value.text: Hello ${{ inputs.name }} → Bye ${{ inputs.name }}",
    ]
    assert ended.stderr == "1 step differs\n"


def test_json_says_the_same_in_data(tmp_path: Path) -> None:
    one = written(tmp_path, GREETING, "one.melody.yaml")
    two = written(tmp_path, GREETING.replace("Hello", "Bye"), "two.melody.yaml")
    ended = melody("diff", one, two, "--json")
    assert ended.code == 1
    assert ended.json["schema"] == "melody.diff/1"
    assert ended.json["equal"] is False
    assert ended.json["before"]["hash"] != ended.json["after"]["hash"]
    assert ended.json["changes"] == [
        {
            "change": "changed",
            "subject": "step",
            "name": "hello",
            "aspect": "value",
            "field": "value.text",
            "before": "Hello ${{ inputs.name }}",
            "after": "Bye ${{ inputs.name }}",
        }
    ]
    assert melody("diff", one, one, "--json").json["equal"] is True


def test_a_revision_is_read_with_the_project_it_had(repository: Path) -> None:
    name = "flows/greeting.melody.yaml"
    ended = melody("diff", f"HEAD~1:{name}", f"HEAD:{name}")
    assert ended.code == 1, ended.stderr
    assert "- step today" in ended.stdout.splitlines()
    assert "MEL401" not in ended.stderr
    assert melody("diff", f"HEAD:{name}", name).code == 0


def test_a_path_is_meant_from_the_root_or_from_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "flows")
    for path in ("flows/greeting.melody.yaml", "greeting.melody.yaml", "./greeting.melody.yaml"):
        assert melody("diff", f"HEAD:{path}", "greeting.melody.yaml").code == 0


def test_problems_of_a_revision_are_shown_where_they_are(repository: Path) -> None:
    written(repository, GREETING + "oops: 1\n", "flows/greeting.melody.yaml")
    written(repository, "alow: {}\n", "flows/melody.project.yaml")
    _git(repository, "add", ".")
    _git(repository, "commit", "--quiet", "-m", "three")
    name = "HEAD:flows/greeting.melody.yaml"
    ended = melody("diff", name, name)
    assert (ended.code, ended.stdout) == (2, "")
    assert f"{name}:11:1" in ended.stderr
    assert "HEAD:flows/melody.project.yaml:1:1" in ended.stderr


@pytest.mark.parametrize("name", ["HEAD:none.yaml", "nowhere:x.yaml", "-rf:x", "none.yaml", "a:"])
def test_what_is_no_file_and_no_revision_is_told(name: str, repository: Path) -> None:
    ended = melody("diff", "--", name, "flows/greeting.melody.yaml")
    assert (ended.code, ended.stdout) == (2, "")
    assert "MEL101" in ended.stderr


def test_outside_of_a_repository_a_revision_is_told_so(tmp_path: Path) -> None:
    ended = melody("diff", "HEAD:x.yaml", "HEAD:y.yaml")
    assert ended.code == 2
    assert "no git repository" in ended.stderr


def test_a_file_whose_name_has_a_colon_is_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING, "HEAD:x.melody.yaml")
    assert melody("diff", path.name, path.name).code == 0


def test_git_runs_no_filter_and_no_program_of_the_repository(repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch sprung\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    written(repository, "*.yaml diff=trap filter=trap\n", ".gitattributes")
    for key in ("diff.trap.textconv", "filter.trap.smudge", "core.pager", "core.fsmonitor"):
        _git(repository, "config", key, str(trap))
    name = "flows/greeting.melody.yaml"
    assert melody("diff", f"HEAD~1:{name}", f"HEAD:{name}").code == 1
    assert not (repository / "sprung").exists()
