"""The plugin beside everything else that a project's pytest has."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.unit.melody.testing.plugin.session import (
    command_of,
    environment,
    installed,
    pytest_in,
)
from tests.unit.melody.testing.test_files.folder import GOOD, NOTES

ONE = f"""\
on: native
inputs: {{topic: rain}}
{GOOD}tests: {{it: {{expect: {{status: succeeded}}}}}}
"""
STRICT = """\
[pytest]
addopts = --strict-markers --strict-config
filterwarnings = error
"""
LOADED = """\
import sys
def test_it():
    ours = {"melody", "workflow_ir", "compiler", "conductor_core", "adapters"}
    others = {"pydantic", "yaml", "click", "rich", "httpx", "jinja2", "crewai", "langgraph"}
    print("LOADED", *sorted(m for m in sys.modules if m.split(".")[0] in ours | others))
"""


def lay(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")


def test_where_there_is_no_melody_nothing_is_imported_for_one(folder: Path) -> None:
    lay(folder, test_it__py=LOADED)
    quiet = ("-p", "no:hypothesispytest", "-p", "no:langsmith_plugin", "-p", "no:anyio")
    session = pytest_in(folder, *quiet, "-W", "error", "-s")
    assert session.code == 0, session.output
    (line,) = (one for one in session.output.splitlines() if "LOADED" in one)
    names = line.split("LOADED ")[1].split()
    assert "melody.testing.plugin" in names
    assert {name.split(".")[0] for name in names} == {"melody"}
    assert [name for name in names if "test_files" in name] == [
        "melody.testing.test_files", "melody.testing.test_files.places",
    ]  # fmt: skip
    assert not any("cli" in name or "running" in name for name in names)


def test_switched_off_it_collects_nothing_and_knows_no_flag(folder: Path) -> None:
    lay(folder, notes__melody__yaml="nonsense", test_it__py="def test_it(): pass\n")
    session = pytest_in(folder, "-p", "no:melody")
    assert dict(session.outcomes) == {"test_it.py::test_it": "passed"}
    assert pytest_in(folder, "-p", "no:melody", "--update-snapshots").code == 4


def test_our_own_suite_collects_no_melody_of_its_tests() -> None:
    import tomllib

    from tests.architecture.repository import ROOT

    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    given = options["ini_options"]["addopts"]
    assert given[given.index("no:melody") - 1] == "-p"


def test_a_strict_project_needs_no_change_and_nothing_is_written_into_it_or_the_home(
    folder: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    engines = ONE.replace("on: native\n", "on: [native, langgraph, crewai]\n")
    lay(folder, pytest__ini=STRICT, notes__melody__yaml=NOTES, notes__melody__test__yaml=engines)
    session = pytest_in(folder, HOME=str(home))
    assert session.code == 0, session.output
    assert len(session.outcomes) == 4
    assert "warning" not in session.output
    assert "snapshots of Melodies" not in session.output
    assert [*home.iterdir()] == []
    assert sorted(path.name for path in folder.iterdir()) == [
        "notes.melody.test.yaml", "notes.melody.yaml", "pytest.ini",
    ]  # fmt: skip


def test_tests_are_chosen_by_id_by_name_and_by_marker(folder: Path) -> None:
    lay(folder, notes__melody__yaml=NOTES, notes__melody__test__yaml=ONE,
        test_it__py="def test_it(): pass\n")  # fmt: skip
    played = "notes.melody.test.yaml::it[native]"
    assert dict(pytest_in(folder, played).outcomes) == {played: "passed"}
    assert dict(pytest_in(folder, "-k", "native", "-m", "melody").outcomes) == {played: "passed"}
    assert set(pytest_in(folder, "-m", "not melody").outcomes) == {"test_it.py::test_it"}


def test_it_works_beside_another_plugin_for_snapshots(folder: Path) -> None:
    lay(
        folder,
        notes__melody__yaml=NOTES,
        notes__melody__test__yaml="snapshot: mermaid\n",
        test_it__py="def test_it(snapshot): snapshot.assert_match('a', 'a.txt')\n",
    )
    first = pytest_in(folder, "--update-snapshots", "--snapshot-update")
    assert first.outcomes["notes.melody.test.yaml::snapshot[mermaid]"] == "passed"
    session = pytest_in(folder)
    assert session.code == 0, session.output
    assert set(session.outcomes) == {
        "notes.melody.test.yaml::snapshot[mermaid]", "notes.melody.yaml::check",
        "test_it.py::test_it",
    }  # fmt: skip
    stored = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.txt"))
    assert stored == [
        "snapshots/notes.melody/mermaid/notes.mermaid.txt", "snapshots/test_it/test_it/a.txt",
    ]  # fmt: skip


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_what_is_stored_is_listed_at_the_end(folder: Path, workers: tuple[str, ...]) -> None:
    lay(folder, notes__melody__yaml=NOTES, notes__melody__test__yaml="snapshot: [ir, mermaid]\n")
    session = pytest_in(folder, "--update-snapshots", *workers)
    assert session.code == 0, session.output
    assert "snapshots of Melodies" in session.output
    for name in ("ir/notes.ir.json", "mermaid/notes.mermaid"):
        assert f"wrote snapshots/notes.melody/{name}.txt" in session.output


def test_snapshots_are_not_written_in_ci(folder: Path) -> None:
    lay(folder, notes__melody__yaml=NOTES, notes__melody__test__yaml="snapshot: ir\n")
    session = pytest_in(folder, "--update-snapshots", CI="true")
    assert session.code == 4
    assert "snapshots are not written in CI" in session.output
    assert not (folder / "snapshots").exists()


def test_nothing_in_a_folder_of_snapshots_is_a_test(folder: Path) -> None:
    inside = folder / "snapshots" / "notes.melody" / "native"
    inside.mkdir(parents=True)
    lay(inside, test_x__py="def test_x(): assert 0\n", a__melody__yaml="nonsense")
    lay(folder, notes__melody__yaml=NOTES, notes__melody__test__yaml=ONE.replace(
        "on: native", "on: native\nsnapshot: native"))  # fmt: skip
    session = pytest_in(folder, "-k", "not snapshot")
    assert set(session.outcomes) == {
        "notes.melody.test.yaml::it[native]",
        "notes.melody.yaml::check",
    }


def test_a_warning_of_the_check_is_shown_and_passes(folder: Path) -> None:
    lay(folder, notes__melody__yaml=f"{NOTES.replace('melody: v1', '').strip()}\nmelody: v1\n")
    session = pytest_in(folder)
    assert dict(session.outcomes) == {"notes.melody.yaml::check": "passed"}
    assert "warning[MEL115]" in session.output


def test_a_package_of_the_project_that_bears_one_of_our_names_is_told(folder: Path) -> None:
    (folder / "adapters").mkdir()
    (folder / "adapters" / "__init__.py").write_text("", "utf-8")
    lay(folder, notes__melody__yaml=NOTES, test_it__py="def test_it(): import adapters\n")
    session = pytest_in(folder)
    assert session.outcomes["notes.melody.yaml"] == "error"
    assert "error[MEL901]" in session.output
    assert "Traceback" not in session.output


def test_an_interruption_ends_the_run_and_leaves_nothing(folder: Path) -> None:
    melody = "melody: v1\nname: notes\nsteps:\n  wait: {run: [sh, -c, 'echo $$ > pid; sleep 60']}\n"
    tests = "tests: {it: {on: native, expect: {status: failed}}}\n"
    project = "allow: {command: [sh]}\n"
    lay(folder, notes__melody__yaml=melody, notes__melody__test__yaml=tests,
        melody__project__yaml=project)  # fmt: skip
    site = installed(folder.parent)
    process = subprocess.Popen(
        command_of(), cwd=folder, env=environment(site), stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (folder / "pid").exists() or not (folder / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "KeyboardInterrupt" in output
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "pid").read_text()), 0)
