"""Sample 10: its Melodies are tested by the command and by pytest, and fail as its README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters import registry
from melody.testing.test_files.targets import targets
from tests.architecture.repository import ROOT
from tests.documents.readme import commands
from tests.unit.melody.stage import melody
from tests.unit.melody.testing.plugin.session import pytest_in
from tests.unit.samples.all_samples import copied

NAME = "10_in_your_repository"
HERE = ROOT / "samples" / NAME
MELODY = Path("flows/triage.melody.yaml")
TESTS = Path("flows/triage.melody.test.yaml")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample, as its reader has it."""
    folder = copied(tmp_path) / NAME
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CI", raising=False)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_it_is_sound_and_in_canonical_form(repository: Path) -> None:
    assert melody("check", ".").stderr.endswith(": no problems\n")
    assert melody("fmt", "--check", ".").code == 0


def test_the_command_and_pytest_pass_it_and_pytest_tests_the_code_as_well(
    repository: Path,
) -> None:
    ended = melody("test")
    assert ended.code == 0, ended.stdout
    by_the_command = {line.split("  ")[0] for line in ended.stdout.splitlines()[:-1]}
    session = pytest_in(repository)
    assert session.code == 0, session.output
    of_melodies = {name for name in session.outcomes if name.startswith("flows/")}
    of_the_code = set(session.outcomes) - of_melodies
    assert of_melodies == by_the_command
    assert len(by_the_command) > 12
    assert all(name.startswith("tests/test_urgency.py::") for name in of_the_code)
    assert of_the_code


def test_its_snapshots_hold_all_that_a_melody_compiles_to() -> None:
    stored = HERE / "flows" / "snapshots" / "triage.melody"
    assert {folder.name for folder in stored.iterdir()} == set(targets())


def test_nothing_is_written_into_it(repository: Path) -> None:
    def files() -> set[str]:
        found = repository.rglob("*")
        return {str(path) for path in found if "__pycache__" not in str(path)}

    before = files()
    melody("test")
    assert files() == before


def test_the_readme_is_typed(repository: Path) -> None:
    typed = list(commands(HERE / "README.md"))
    assert [command.folder for command in typed] == [f"samples/{NAME}"] * 4
    assert [command.words[:2] for command in typed] == [
        ("melody", "test"), ("melody", "test"), ("python", "-m"), ("python", "-m"),
    ]  # fmt: skip
    for command in typed:
        first, *rest = command.words
        if first == "melody":
            assert melody(*rest).code == command.code
        else:
            assert rest[:2] == ["-m", "pytest"]
    assert pytest_in(repository, *typed[-1].words[3:]).outcomes.keys() == {
        f"{TESTS}::a_rough_day_is_recovered[native]"
    }


def test_another_allowance_of_attempts_fails_the_rough_day_and_the_snapshot(
    repository: Path,
) -> None:
    change(MELODY, "max_attempts: 2", "max_attempts: 1")
    ended = melody("test")
    assert ended.code == 1
    assert f"{TESTS}::snapshot[ir]" in ended.stdout
    assert re.search(
        r'^ +- +"max_attempts": 2\n +\+ +"max_attempts": 1$', ended.stdout, re.MULTILINE
    )
    failed = {line.split("  ")[0] for line in ended.stdout.splitlines() if "  failed" in line}
    assert f"{TESTS}::a_rough_day_is_recovered[native]" in failed
    assert {f"{TESTS}::snapshot[{target}]" for target in registry.names()} < failed
    assert f"{TESTS}::nobody_is_there[native]" not in failed
    assert melody("test", "--update-snapshots").code == 1
    left = melody("test").stdout
    assert f"{TESTS}::snapshot[ir]" in left
    assert "MEL553" not in left


def test_a_misspelt_step_is_told_before_anything_runs(repository: Path) -> None:
    change(TESTS, "route.by_model.draft: absent", "route.by_modle.draft: absent")
    ended = melody("test", TESTS)
    assert "error[MEL551]: `triage` has no step `route.by_modle.draft`" in ended.stdout
    assert "did you mean `route.by_model.draft`?" in ended.stdout
