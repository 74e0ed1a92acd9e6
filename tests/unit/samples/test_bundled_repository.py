from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.samples.loaded_players import RELEASE_NOTES, release_notes

bundled = release_notes("bundled_repository")
history_text = release_notes("history_text").history_text

HISTORIES = sorted(path.stem for path in (RELEASE_NOTES / "histories").glob("*.txt"))


def git(repository: str, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", repository, *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def build(history: str, into: Path) -> str:
    path: str = bundled.bundled_repository(history=history, into=str(into))["path"]
    return path


def test_the_melody_offers_every_bundled_history_and_no_other() -> None:
    melody = yaml.safe_load((RELEASE_NOTES / "release_notes.melody.yaml").read_text("utf-8"))
    assert sorted(melody["inputs"]["history"]["type"]["enum"]) == HISTORIES


@pytest.mark.parametrize("history", HISTORIES)
def test_the_repository_holds_what_the_text_says(history: str, tmp_path: Path) -> None:
    commits = history_text((RELEASE_NOTES / "histories" / f"{history}.txt").read_text("utf-8"))
    repository = build(history, tmp_path)
    printed = git(repository, "log", "--reverse", "--topo-order", "--format=%an <%ae>%n%B%x00")
    found = {record.strip() for record in printed.split("\0") if record.strip()}
    assert found == {f"{commit.author}\n{commit.message}" for commit in commits}
    assert git(repository, "tag").split() == [commit.tag for commit in commits if commit.tag]
    assert git(repository, "fsck", "--strict", "--no-progress") == ""
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "branch", "--show-current") == "main"


def test_a_merge_in_the_text_is_a_merge_in_the_repository(tmp_path: Path) -> None:
    parents = git(build("busy_month", tmp_path), "log", "--merges", "--format=%P").split()
    assert len(parents) == 2


def test_the_hashes_are_the_same_whatever_the_configuration_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\nname = Eve\n[commit]\ngpgsign = true\n[init]\ndefaultBranch = trunk\n"
        f"templateDir = {tmp_path}\n[core]\nautocrlf = true\n"
    )
    plain = git(build("one_fix", tmp_path / "plain"), "rev-parse", "HEAD")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve")
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    odd = build("one_fix", tmp_path / "odd")
    monkeypatch.undo()
    assert git(odd, "rev-parse", "HEAD") == plain == "d23d77eeb7bc1be47da964547ff33441ed6478d6"


def test_building_again_uses_what_is_there_and_leaves_no_scratch_behind(tmp_path: Path) -> None:
    first = build("quiet_week", tmp_path)
    before = Path(first).stat().st_ino
    assert build("quiet_week", tmp_path) == first
    assert Path(first).stat().st_ino == before
    assert [path.name for path in (tmp_path / "bundled").iterdir()] == [Path(first).name]


def test_a_folder_with_blanks_and_umlauts_will_do(tmp_path: Path) -> None:
    assert git(build("one_fix", tmp_path / "Öl und Essig"), "rev-list", "--count", "HEAD") == "4"


def test_a_failure_of_git_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with exit code 128: fatal:"):
        bundled._git("-C", str(tmp_path / "nowhere"), "fast-import")
