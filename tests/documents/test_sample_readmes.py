"""``samples/*/README.md``: every command in them is typed, and ends as they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.readme import Command, commands
from tests.unit.melody.stage import environment, melody
from tests.unit.samples.all_samples import SAMPLES, Sample, copied

COMMANDS = [(sample, command) for sample in SAMPLES for command in commands(sample.readme)]


def git(*arguments: str, folder: Path) -> str:
    me = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(
        ["git", *me, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The samples in a repository with one release, as a reader has them."""
    folder = tmp_path / "repository"
    root = copied(folder).parent
    (root / ".gitignore").write_text(".melody/\n__pycache__/\n")
    git("init", "--quiet", folder=root)
    git("add", ".", folder=root)
    git("commit", "--quiet", "--message", "feat: samples", folder=root)
    git("tag", "v1.0.0", folder=root)
    return root


def _named(parameter: object) -> str:
    match parameter:
        case Sample():
            return str(parameter)
        case Command():
            return f"line-{parameter.line}"
    return str(parameter)


@pytest.mark.parametrize(("sample", "command"), COMMANDS, ids=_named)
def test_a_command_ends_as_the_readme_says_and_leaves_nothing_unasked_that_git_sees(
    repository: Path, sample: Sample, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(repository / command.folder)
    code, seen = _typed(command, repository.parent)
    assert code == command.code, f"{sample}/README.md:{command.line}: {command.text}\n{seen}"
    asked = "".join(f"?? {word[4:]}/\n" for word in command.words if word.startswith("out="))
    assert git("status", "--porcelain", folder=repository) == asked


def _typed(command: Command, beside: Path) -> tuple[int, str]:
    first, *rest = command.words
    if first == "python":
        return _python(*rest)
    assert first == "melody", command
    if not command.is_pipeline:
        ended = melody(*rest)
        return ended.code, ended.stdout + ended.stderr
    programs = beside / "programs"
    programs.mkdir()
    (programs / "melody").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m melody "$@"\n')
    (programs / "melody").chmod(0o755)
    path = f"{programs}:{environment()['PATH']}"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.text],
        env=environment(PATH=path),
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def _python(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *words], env=environment(), check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_every_sample_has_commands_and_every_script_is_in_a_readme() -> None:
    typed = {sample: [c.text for s, c in COMMANDS if s is sample] for sample in SAMPLES}
    for sample, texts in typed.items():
        assert len(texts) > 4, sample
        unused = {
            script.name
            for script in sample.scripts
            if not any(f"scripts/{script.name}" in text for text in texts)
        }
        assert unused == set(), sample


def test_a_readme_may_say_a_code_in_a_comment_in_a_table_or_not_at_all(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(
        "# A\n\n```\ncd samples/a\nmelody run a.melody.yaml -i x=1  # asks; exit code 4\n"
        "melody check \\\n  | melody fmt\n```\n```\na drawing\n```\n\n"
        "| command ends in | exit code | what |\n|---|---|---|\n| nothing | 0 | well |\n"
        "| `--fault a:crash` | 1 | badly |\n\n| command ends in | what |\n|---|---|\n"
        "| `-i x=2` (or 3) | well |\n"
    )
    found = list(commands(readme))
    assert found == [
        Command("melody run a.melody.yaml -i x=1", "samples/a", 4, 5),
        Command("melody check    | melody fmt", "samples/a", 0, 6),
        Command("melody run a.melody.yaml", "samples/a", 0, 15),
        Command("melody run a.melody.yaml --fault a:crash", "samples/a", 1, 16),
        Command("melody run a.melody.yaml -i x=2", "samples/a", 0, 20),
    ]
    assert [command.is_pipeline for command in found] == [False, True, False, False, False]
