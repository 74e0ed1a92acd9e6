"""``melody compile --to`` a backend, with a generator that stands in for the backend's own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters import registry
from adapters.emitter.own_code import own_files
from adapters.emitter.project import GeneratedFile, GeneratedProject, Sources
from adapters.native import NativeAdapter
from tests.unit.melody.ejecting.stage import nothing_temporary, tree
from tests.unit.melody.stage import GREETING, environment, melody, written
from tests.unit.melody.testing.toy import ADAPTER as TOY
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.workflow import WorkflowIR

PLAYED = """\
melody: v1
name: played
players:
  writer: {python: "players.draft:write"}
steps:
  draft: {play: writer}
"""
STEPS = "src/greeting/steps.py"


def _emit(_: NativeAdapter, ir: WorkflowIR, sources: Sources) -> GeneratedProject:
    value = ir.inputs["times"].default if "times" in ir.inputs else 0
    files = (
        GeneratedFile("README.md", f"# {ir.name}\n"),
        GeneratedFile(f"src/{ir.name}/steps.py", f"times   = {value}\n"),
        GeneratedFile(f"tests/test_{ir.name}.py", "def test( ): ...\n", "you"),
        *own_files(sources, ir.name),
    )
    return GeneratedProject(ir.name, "native", files)


@pytest.fixture(autouse=True)
def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NativeAdapter, "emit", _emit)
    monkeypatch.chdir(tmp_path)


def _compile(path: Path, *options: str | Path) -> tuple[int, str]:
    ended = melody("compile", path, "--to", "native", *options)
    assert ended.stdout == ""
    return ended.code, ended.stderr


def test_a_project_becomes_a_folder_named_after_melody_and_target(tmp_path: Path) -> None:
    code, told = _compile(written(tmp_path, GREETING))
    assert (code, told) == (0, "greeting-native: 3 written\n")
    assert sorted(tree(tmp_path / "greeting-native")) == [
        "README.md", STEPS, "tests/test_greeting.py",
    ]  # fmt: skip


def test_another_folder_may_be_named(tmp_path: Path) -> None:
    assert _compile(written(tmp_path, GREETING), "-o", "a/b")[0] == 0
    assert (tmp_path / "a/b" / STEPS).read_text() == "times = 1\n"
    assert not (tmp_path / "greeting-native").exists()


def test_what_became_of_the_files_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    _compile(path)
    written(tmp_path, GREETING.replace("default: 1", "default: 2"))
    assert _compile(path) == (0, "greeting-native: 1 written, 1 unchanged, 1 of yours kept\n")
    assert (tmp_path / "greeting-native" / STEPS).read_text() == "times = 2\n"


def test_check_writes_nothing_and_tells_what_differs(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    assert _compile(path, "--check")[0] == 1
    assert not (tmp_path / "greeting-native").exists()
    _compile(path)
    assert _compile(path, "--check") == (0, "greeting-native is up to date\n")
    written(tmp_path, GREETING.replace("default: 1", "default: 2"))
    before = tree(tmp_path)
    code, told = _compile(path, "--check")
    assert (code, f"out of date: {STEPS}" in told, "README" in told) == (1, True, False)
    assert tree(tmp_path) == before


def test_a_file_that_somebody_changed_is_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    _compile(path)
    (tmp_path / "greeting-native" / STEPS).write_text("mine")
    code, told = _compile(path)
    assert (code, "MEL508" in told, "--force" in told) == (2, True, True)
    assert (tmp_path / "greeting-native" / STEPS).read_text() == "mine"
    assert _compile(path, "--force")[0] == 0


def test_the_players_code_and_included_files_go_along(tmp_path: Path) -> None:
    path = written(tmp_path, PLAYED)
    written(tmp_path, "import players.words\n", "players/draft.py")
    written(tmp_path, "", "players/words.py")
    (tmp_path / "players/more.py").symlink_to("words.py")
    written(tmp_path, "a,b\n", "data/x.csv")
    code, told = _compile(path, "--include", "data", "--include", path.name)
    assert (code, "not copied: players/more.py: it is a symlink\n" in told) == (0, True)
    own = tmp_path / "played-native/src/played/project"
    assert sorted(tree(own)) == [
        "__init__.py", "data/x.csv", "players/draft.py", "players/words.py", path.name,
    ]  # fmt: skip
    assert "from played.project import players" in (own / "players/draft.py").read_text()


def test_your_files_that_the_melody_has_left_behind_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, PLAYED)
    written(tmp_path, "x = 1\n", "players/draft.py")
    own = Path("played-native/src/played/project/players/draft.py")
    _compile(path)
    written(tmp_path, "x = 2\n", "players/draft.py")
    otherwise = f"yours: {own} would be made otherwise now"
    code, told = _compile(path)
    assert (code, told.count("yours: "), told.count(otherwise)) == (0, 1, 1)
    code, told = _compile(path, "--check")
    assert (code, otherwise in told, "is up to date" in told) == (0, True, True)
    assert own.read_text() == "x = 1\n"
    written(tmp_path, PLAYED.replace("players.draft", "json"))
    assert f"yours: {own} is no longer used\n" in _compile(path)[1]
    assert own.exists()


def test_what_cannot_go_along_stops_it(tmp_path: Path) -> None:
    code, told = _compile(written(tmp_path, PLAYED), "--include", "/etc/passwd")
    assert (code, "MEL513" in told) == (2, True)
    assert not (tmp_path / "played-native").exists()


def test_on_errors_nothing_is_written(tmp_path: Path) -> None:
    assert _compile(written(tmp_path, GREETING + "oops: 1\n"))[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["some.melody.yaml"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "native", "--stdout"], "--to native writes a project"),
        (["--to", "native", "--check", "--force"], "nothing to --force"),
        (["--to", "native", "-o", ""], "-o names no folder"),
        (["--to", "ir", "-o", ""], "-o names no folder"),
        (["--to", "ir", "--check"], "--check is for projects"),
        (["--to", "mermaid", "--include", "x"], "--include is for projects"),
        (["--to", "nativ"], "'nativ' is not one of 'ir', 'mermaid', 'native', 'langgraph'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], said: str, tmp_path: Path
) -> None:
    ended = melody("compile", written(tmp_path, GREETING), *options)
    assert (ended.code, said in ended.stderr.replace("\n", " ")) == (2, True), ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["some.melody.yaml"]


def test_a_feature_that_code_lacks_is_refused_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ejects(self: NativeAdapter) -> Mapping[Feature, Capability]:
        gap = Capability(Support.NOTIMPL, "not yet")
        return {**dict.fromkeys(Feature, Capability(Support.FULL)), Feature.SET: gap}

    monkeypatch.setattr(NativeAdapter, "ejects", ejects)
    code, told = _compile(written(tmp_path, GREETING))
    assert (code, "some.melody.yaml:8:3" in told, "generated code for native" in told) == (
        6, True, True,
    )  # fmt: skip


@pytest.mark.parametrize("adapter", [TOY, object()], ids=["declares it", "knows nothing of it"])
def test_a_backend_without_code_is_refused(
    adapter: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "load", lambda _: adapter)
    code, told = _compile(written(tmp_path, GREETING))
    assert (code, "MEL304" in told) == (6, True)


PROGRAM = """
import sys
from adapters.emitter.project import GeneratedFile, GeneratedProject
from adapters.native import NativeAdapter
from melody.cli import main
files = (GeneratedFile("a.py", {text!r}), GeneratedFile("b.py", {text!r}))
NativeAdapter.emit = lambda self, ir, sources: GeneratedProject("greeting", "native", files)
{more}
sys.argv = ["melody", "compile", "some.melody.yaml", "--to", "native", "-o", "out"]
main()
"""


def _program(text: str, more: str = "") -> list[str]:
    return [sys.executable, "-c", PROGRAM.format(text=text, more=more)]


def test_code_that_is_no_python_is_a_bug_of_ours(tmp_path: Path) -> None:
    written(tmp_path, GREETING)
    ended = subprocess.run(
        _program("def ("), cwd=tmp_path, env=environment(TMPDIR=str(tmp_path)), check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, "error[MEL902]" in ended.stderr) == (70, True)
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()
    assert nothing_temporary(tmp_path)


@pytest.mark.parametrize("exists", [False, True])
def test_an_interruption_leaves_nothing_temporary(exists: bool, tmp_path: Path) -> None:
    written(tmp_path, GREETING)
    if exists:
        (tmp_path / "out").mkdir()
    slow = (
        "import subprocess, time\n"
        "subprocess.run = lambda *_, **__: (open('begun', 'w'), time.sleep(60))"
    )
    process = subprocess.Popen(
        _program("x = 1\n", slow), cwd=tmp_path, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not nothing_temporary(tmp_path)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert (process.returncode, told.strip()) == (130, "interrupted")
    assert nothing_temporary(tmp_path)
    assert (tmp_path / "out").exists() is exists
    assert tree(tmp_path) == {"begun": "", "some.melody.yaml": GREETING}


def test_the_manifest_names_the_melody_and_its_ir(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    _compile(path)
    said = json.loads((tmp_path / "greeting-native/melody.lock.json").read_text())
    printed = melody("compile", path, "--to", "ir", "--stdout").stdout
    assert (said["melody"], said["ir"]) == ("greeting", WorkflowIR.from_json(printed).hash)


def test_a_compiled_melody_is_ejected_alike(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    _compile(path, "-o", "one")
    melody("compile", path, "--to", "ir")
    _compile(tmp_path / "greeting.ir.json", "-o", "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_code_that_goes_along_and_needs_melody_is_warned_of_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own"
    (folder / "players").mkdir(parents=True)
    (folder / "players" / "draft.py").write_text("from melody import Success, run\n")
    path = written(folder, PLAYED)
    monkeypatch.chdir(tmp_path)
    for options in ((), ("--check",)):
        code, told = _compile(path, "--allow", "python:players.*", "-o", "made", *options)
        assert code == 0, told
        assert (
            "warning[MEL514]: `players/draft.py` goes along and imports `run` of `melody`" in told
        )
        assert "--> own/players/draft.py:1:1" in told
        assert "from melody import Success, run\n  | ^^^" in told
    assert (tmp_path / "made/src/played/project/players/draft.py").is_file()
