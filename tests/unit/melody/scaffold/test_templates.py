"""Every template as a user gets it: checked, run, broken by its script, told of by its README."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from melody.scaffold.project import TEMPLATES
from tests.unit.melody.stage import environment, melody
from workflow_ir.diagnostics import Severity

MELODIES = {
    "linear": "briefing.melody.yaml",
    "review": "review.melody.yaml",
    "map": "survey.melody.yaml",
    "ml": "training.melody.yaml",
}
EXIT_OF_THE_ROUGH_DAY = {"linear": 3, "review": 0, "map": 3, "ml": 1}
STATUS = {"linear": "succeeded", "review": "recovered", "map": "succeeded", "ml": "succeeded"}
COMMAND = re.compile(r"^melody .*$", re.MULTILINE)


@pytest.fixture(params=TEMPLATES)
def template(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A new project, which is the current folder."""
    name = str(request.param)
    assert melody("init", "project", "--template", name).code == 0
    monkeypatch.chdir(tmp_path / "project")
    return name


def test_nothing_is_to_be_said_against_it(template: str) -> None:
    ended = melody("check", "--output-format", "json")
    assert ended.code == 0
    assert ended.json["diagnostics"] == []


def test_it_runs_at_once(template: str) -> None:
    ended = melody("run", MELODIES[template], "--json")
    assert ended.code == 0, ended.stderr
    assert ended.json["status"] == STATUS[template]


def test_its_rough_day_ends_as_its_script_says(template: str) -> None:
    ended = melody("run", MELODIES[template], "--script", "scripts/rough_day.yaml", "--json")
    assert ended.code == EXIT_OF_THE_ROUGH_DAY[template], ended.stderr
    text = Path("scripts/rough_day.yaml").read_text("utf-8")
    assert f"`{ended.json['status']}`" in text or "fails the run" in text
    recovered = [step for step in ended.json["steps"].values() if len(step.get("attempts", ())) > 1]
    assert recovered


def test_its_own_tests_hold(template: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, (template, ran.stdout)
    assert " passed" in ran.stdout


def test_it_asks_for_what_it_allows_and_for_no_more(template: str) -> None:
    project = Path("melody.project.yaml")
    text = project.read_text("utf-8")
    project.write_text(re.sub(r"^allow:(\n  .*)+", "allow: {}", text, flags=re.MULTILINE), "utf-8")
    ended = melody("run", MELODIES[template])
    assert ended.code == 5
    assert "MEL401" in ended.stderr


def test_every_command_of_its_readme_can_be_typed(template: str) -> None:
    readme = Path("README.md").read_text("utf-8")
    commands = [shlex.split(line)[1:] for line in COMMAND.findall(readme)]
    commands += [shlex.split(line)[1:] for line in re.findall(r"`(melody [^`]+)`", readme)]
    assert len(commands) > 5
    for arguments in commands:
        if arguments[0] == "compare":
            continue  # below, and one engine after the other elsewhere
        ended = melody(*arguments)
        asks_a_person = "@texts/bad.json" in arguments and "--script" not in arguments
        assert ended.code in ((4,) if asks_a_person else (0, 1, 3)), (arguments, ended.stderr)
        if "nothing makes" in ended.stdout:
            assert arguments[-2:] == ["draft", "count"]


def test_every_row_of_its_table_does_what_is_said(template: str) -> None:
    readme = Path("README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(-i [^`]+)` \| (.*) \|$", readme, re.MULTILINE)
    for options, told in rows:
        ended = melody("run", MELODIES[template], *shlex.split(options), "--json")
        assert ended.code == (3 if "exit code 3" in told else 0), ended.stderr
        outcomes = {ended.json["status"], *map(str, ended.json["outputs"].values())}
        assert outcomes & set(re.findall(r"`(\w+)`", told))


def test_a_mistake_that_the_readme_suggests_is_found() -> None:
    melody("init", "--template", "linear")
    path = Path(MELODIES["linear"])
    path.write_text(path.read_text("utf-8").replace("output.points", "output.point"), "utf-8")
    (problem,) = melody("check", "--output-format", "json").json["diagnostics"]
    assert (problem["code"], problem["severity"]) == ("MEL204", Severity.ERROR)


@pytest.mark.parametrize("name", TEMPLATES)
def test_all_engines_give_the_same(name: str, tmp_path: Path) -> None:
    melody("init", "project", "--template", name)
    ended = melody("compare", Path("project") / MELODIES[name])
    assert ended.code == 0, ended.stdout + ended.stderr
    last = ended.stdout.splitlines()[-1]
    assert last.startswith("equal:")
    assert "native, langgraph and crewai" in last
