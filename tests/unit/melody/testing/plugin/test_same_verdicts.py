"""``melody test`` and pytest come to the same verdicts on the same folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.melody.stage import in_a_process
from tests.unit.melody.testing.plugin.session import Session, pytest_in
from tests.unit.melody.testing.test_files.folder import GOOD, NOTES

TESTS = f"""\
on: [native, langgraph]
inputs: {{topic: rain}}
snapshot: [ir, mermaid]
{GOOD}tests:
  good: {{on: [native, langgraph, crewai], expect: {{status: succeeded}}}}
  bad: {{expect: {{status: failed, steps: {{draft: {{attempts: 4}}}}}}}}
  slip: {{expect: {{steps: {{drafft: failed}}}}}}
"""


@pytest.fixture
def mixed(folder: Path) -> Path:
    """Everything that can happen to a file."""
    files = {
        "notes.melody.yaml": NOTES,
        "notes.melody.test.yaml": TESTS,
        "broken/broken.melody.yaml": NOTES.replace("play: author", "play: autor"),
        "broken/broken.melody.test.yaml": "test: {}\n",
        "broken/notes.melody.test.json": '{"tests": {"it": {"expect": {"status": "failed"}}}}',
        "warned.melody.yml": f"{NOTES.replace('melody: v1', '').strip()}\nmelody: v1\n",
        "snapshots/gone.melody/ir/gone.ir.json.txt": "{}\n",
        "snapshots/notes.melody/native/src/test_me.py.txt": "x = 1\n",
        "snapshots/notes.melody/ir/notes.ir.json.txt": "{}\n",
        ".hidden/notes.melody.yaml": NOTES,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def of_the_command(folder: Path, *arguments: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    ended = in_a_process("test", "--json", *arguments, cwd=folder)
    tree = json.loads(ended.stdout)
    return (
        ended.code,
        {f"{each['file']}::{each['name']}": each["outcome"] for each in tree["tests"]},
        {f"{each['file']}::{each['name']}": each["diagnostics"] for each in tree["tests"]},
    )


def told_in(session: Session, problem: dict[str, Any]) -> bool:
    head = f"{problem['severity']}[{problem['code']}]: {problem['message']}"
    place = f"--> {problem['file']}:{problem['line']}:{problem['column']}"
    return head in session.output and place in session.output


def test_a_folder_with_all_that_can_happen_has_the_same_verdicts(mixed: Path) -> None:
    code, outcomes, problems = of_the_command(mixed)
    session = pytest_in(mixed)
    assert dict(session.outcomes) == outcomes
    assert (code, session.code) == (1, 1)
    assert outcomes == {
        "notes.melody.yaml::check": "passed",
        "warned.melody.yml::check": "passed",
        "notes.melody.test.yaml::snapshot[ir]": "failed",
        "notes.melody.test.yaml::snapshot[mermaid]": "failed",
        "notes.melody.test.yaml::orphans": "failed",
        "notes.melody.test.yaml::good[native]": "passed",
        "notes.melody.test.yaml::good[langgraph]": "passed",
        "notes.melody.test.yaml::good[crewai]": "passed",
        "notes.melody.test.yaml::bad[native]": "failed",
        "notes.melody.test.yaml::bad[langgraph]": "failed",
        "notes.melody.test.yaml::slip[native]": "failed",
        "notes.melody.test.yaml::slip[langgraph]": "failed",
        "broken/broken.melody.yaml::check": "failed",
        "broken/broken.melody.test.yaml::read": "failed",
        "broken/notes.melody.test.json::it[native]": "failed",
        "broken/notes.melody.test.json::it[langgraph]": "failed",
        "broken/notes.melody.test.json::it[crewai]": "failed",
        "snapshots/gone.melody::orphans": "failed",
    }
    every = [problem for found in problems.values() for problem in found]
    assert [problem for problem in every if not told_in(session, problem)] == []
    assert {problem["code"] for problem in every} >= {
        "MEL112", "MEL115", "MEL202", "MEL551", "MEL552", "MEL553", "MEL554", "MEL555",
    }  # fmt: skip
    assert "Traceback" not in session.output
    assert "site-packages" not in session.output


def test_both_store_the_same_snapshots_and_agree_then(mixed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "repository"
    other.parent.mkdir()
    for path in ("notes.melody.yaml", "notes.melody.test.yaml"):
        other.mkdir(exist_ok=True)
        (other / path).write_bytes((mixed / path).read_bytes())
    pytest_in(mixed, "notes.melody.test.yaml", "-k", "snapshot or orphans", "--update-snapshots")
    of_the_command(other, "--update-snapshots")

    def stored(folder: Path) -> dict[str, bytes]:
        home = folder / "snapshots" / "notes.melody"
        return {
            str(path.relative_to(home)): path.read_bytes()
            for path in home.rglob("*")
            if path.is_file()
        }

    assert sorted(stored(mixed)) == ["ir/notes.ir.json.txt", "mermaid/notes.mermaid.txt"]
    assert stored(mixed) == stored(other)
    assert pytest_in(mixed, "notes.melody.test.yaml", "-k", "snapshot or orphans").code == 0


def test_a_folder_where_all_is_well_passes_on_both(folder: Path) -> None:
    (folder / "notes.melody.yaml").write_text(NOTES, "utf-8")
    code, outcomes, _ = of_the_command(folder)
    session = pytest_in(folder)
    assert (code, session.code) == (0, 0)
    assert outcomes == dict(session.outcomes) == {"notes.melody.yaml::check": "passed"}
