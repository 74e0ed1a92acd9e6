from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from melody.version import __version__
from tests.unit.melody.stage import GREETING, in_a_process, melody, written

TEN_MISTAKES = """\
melody: v1
name: ten
inputs: {count: integer, name: strng}
players:
  coder: {command: [ls], fallback: [nobody]}
steps:
  a: {play: codr}
  b: {set: {x: "${{ steps.c.output }}"}}
  c: {set: {x: "${{ steps.b.output }}"}}
  d: {set: {x: "${{ inputs.cuont }}"}, when: inputs.count}
  e: {set: {x: "${{ len( }}"}}
  f: {set: {x: "${{ uper('a') }}"}, wehn: true}
  g: {play: coder, policy: {timeout: soon}}
  h: {set: {}, run: ls}
  I: {set: {}}
outputs: {x: "${{ steps.zzz.output }}"}
"""


def test_a_good_melody_is_exit_code_0_and_prints_nothing(tmp_path: Path) -> None:
    ended = melody("check", written(tmp_path, GREETING))
    assert (ended.code, ended.stdout) == (0, "")
    assert "no problems" in ended.stderr


def test_a_mistake_is_shown_at_its_place_with_its_cure(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING.replace("steps.hello.output.text", "steps.helo.output.text"))
    ended = melody("check", path)
    assert ended.code == 1
    assert "error[MEL201]: " in ended.stdout
    assert f"--> {path}:10:" in ended.stdout
    assert "`hello`" in ended.stdout
    assert "1 error" in ended.stderr


def test_json_is_one_versioned_object(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING.replace("inputs.name", "inputs.nme"))
    ended = melody("check", path, "--output-format", "json")
    assert ended.code == 1
    assert ended.json["schema"] == "melody.check/1"
    (problem,) = (each for each in ended.json["diagnostics"] if each["severity"] == "error")
    assert (problem["file"], problem["line"]) == (str(path), 8)


MISTAKE = GREETING.replace("inputs.name", "inputs.nme")


def test_github_gets_an_annotation_a_problem_and_nothing_else_on_stdout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, MISTAKE, "flows/some.melody.yaml")
    monkeypatch.chdir(tmp_path / "flows")
    ended = melody("check", "--output-format", "github")
    assert (ended.code, ended.stdout.count("\n")) == (1, 1)
    assert ended.stdout.startswith("::error file=some.melody.yaml,line=8,")
    # Of a workflow, paths start where its checkout lies.
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    ended = melody("check", "--output-format", "github")
    assert ended.stdout.startswith("::error file=flows/some.melody.yaml,line=8,")


def test_sarif_is_one_log_with_the_version_and_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    written(tmp_path, MISTAKE, "flows/some.melody.yaml")
    ended = melody("check", "--output-format", "sarif")
    (run,) = ended.json["runs"]
    (result,) = run["results"]
    (place,) = result["locations"]
    assert ended.code == 1
    assert run["tool"]["driver"]["version"] == __version__
    assert result["ruleId"] == "MEL213"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "flows/some.melody.yaml"


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_a_form_for_programs_is_written_to_stdout_alone(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELODY_CHECK_OUTPUT_FORMAT", form)
    good = melody("check", written(tmp_path, GREETING))
    bad = melody("check", written(tmp_path, MISTAKE))
    assert (good.code, good.stderr) == (0, "")
    assert (bad.code, bad.stderr) == (1, "")
    assert "MEL213" in bad.stdout
    assert "-->" not in bad.stdout


def test_an_unknown_form_is_a_mistake_of_usage(tmp_path: Path) -> None:
    ended = melody("check", written(tmp_path, GREETING), "--output-format", "xml")
    assert (ended.code, ended.stdout) == (2, "")
    assert "'sarif'" in ended.stderr


def test_warnings_alone_are_exit_code_0(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING.replace("steps:", "players: {idle: {command: [ls]}}\nsteps:"))
    ended = melody("check", path, "--allow", "command:ls")
    assert ended.code == 0
    assert "warning[MEL217]" in ended.stdout


def test_every_melody_below_a_folder_is_checked(tmp_path: Path) -> None:
    written(tmp_path, GREETING, "a/one.melody.yaml")
    written(tmp_path, GREETING.replace("melody: v1", "melody: v9"), "b/two.melody.yaml")
    written(tmp_path, "no", ".hidden/three.melody.yaml")
    written(tmp_path, "no", "node_modules/four.melody.yaml")
    ended = melody("check")
    assert ended.code == 1
    assert "b/two.melody.yaml:1:9" in ended.stdout
    assert "2 Melodies: 1 error" in ended.stderr


def test_a_folder_without_melodies_is_told(tmp_path: Path) -> None:
    ended = melody("check", tmp_path)
    assert ended.code == 1
    assert "a directory without any Melody" in ended.stdout


def test_a_mistake_of_the_project_is_told_once_for_all_its_melodies(tmp_path: Path) -> None:
    written(tmp_path, GREETING, "one.melody.yaml")
    written(tmp_path, GREETING, "two.melody.yaml")
    written(tmp_path, "alow: {}\n", "melody.project.yaml")
    ended = melody("check", ".", "--output-format", "json")
    assert [problem["code"] for problem in ended.json["diagnostics"]] == ["MEL112"]


def test_a_project_file_can_be_checked_by_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "allow: {command: [git]}\n", "melody.project.yaml")
    assert melody("check", path).code == 0
    written(tmp_path, "allow: {comand: [git]}\n", "melody.project.yaml")
    assert "`command`" in melody("check", path).stdout


PLAYED = "melody: v1\nname: played\nplayers: {p: {command: [ls]}}\nsteps: {a: {play: p}}\n"


def test_a_player_that_is_not_allowed_is_a_warning_until_something_is_going_to_run_it(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, PLAYED)
    assert melody("check", path).code == 0
    ended = melody("check", path, "--for", "native")
    assert ended.code == 1
    assert "error[MEL401]" in ended.stdout
    assert "`allow: {command: [ls]}`" in ended.stdout
    assert melody("check", path, "--for", "native", "--allow", "command:ls").code == 0


def test_an_unknown_backend_is_told_with_the_known_ones(tmp_path: Path) -> None:
    ended = melody("check", written(tmp_path, GREETING), "--for", "langgraf")
    assert ended.code == 6
    assert "did you mean 'langgraph'?" in ended.stderr


def test_fix_writes_the_cures_that_are_certain(tmp_path: Path) -> None:
    text = GREETING.replace('"integer(1..)"', "list[string]").replace("default: 1", "default: []")
    path = written(tmp_path, text + "# kept\n")
    assert melody("check", path).code == 1
    ended = melody("check", path, "--fix")
    assert ended.code == 0, ended.stdout
    assert "fixed 1" in ended.stderr
    assert path.read_text(encoding="utf-8").endswith("# kept\n")
    assert '"list[string]"' in path.read_text(encoding="utf-8")


def _bomb() -> str:
    lines = ["melody: v1", "name: bomb", "x-0: &a0 [1, 1]"]
    lines += [f"x-{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 12)]
    return "\n".join([*lines, "steps: {a: {set: {}}}", ""])


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "MEL101"),
    "empty": (lambda path: path.write_bytes(b""), "MEL103"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 8), "MEL102"),
    "not utf-8": (lambda path: path.write_bytes(b"melody: v1\nname: caf\xe9\n"), "MEL102"),
    "directory": (lambda path: path.mkdir(), "MEL101"),
    "deep": (lambda path: path.write_text("melody: v1\nsteps: " + "[" * 50_000), "MEL105"),
    "alias bomb": (lambda path: path.write_text(_bomb()), "MEL106"),
    "no yaml": (lambda path: path.write_text("a: b: c\n\t- x"), "MEL104"),
    "no map": (lambda path: path.write_text("- 1\n"), "MEL111"),
}


@pytest.mark.parametrize("command", ["check", "run", "compile"])
@pytest.mark.parametrize("kind", BAD)
def test_any_input_gives_a_diagnostic_and_never_a_traceback(
    kind: str, command: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.melody.yaml"
    make, code = BAD[kind]
    make(path)
    more = ("--to", "ir") if command == "compile" else ()
    ended = melody(command, path, *more)
    assert ended.code == (1 if command == "check" else 2)
    shown = ended.stdout + ended.stderr
    assert f"error[{code}]" in shown
    assert "bad.melody.yaml" in shown
    assert "= help:" in shown
    if command != "check":
        assert ended.stdout == ""


def test_a_text_that_is_too_deep_does_not_kill_the_process(tmp_path: Path) -> None:
    path = written(tmp_path, "melody: v1\nsteps: " + "[" * 50_000)
    ended = in_a_process("check", path, cwd=tmp_path)
    assert ended.code == 1
    assert "MEL105" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_ten_mistakes_are_told_in_one_go(tmp_path: Path) -> None:
    """Reading comes before checking; each stage tells all that it can know."""
    path = written(tmp_path, TEN_MISTAKES)
    ended = melody("check", path, "--output-format", "json")
    assert ended.code == 1
    problems = ended.json["diagnostics"]
    places = [(problem["line"], problem["column"]) for problem in problems]
    assert len(problems) >= 5
    assert places == sorted(places)
    assert json.dumps(problems).count("Traceback") == 0


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    ended = in_a_process("check", b"caf\xe9.melody.yaml".decode("utf-8", "surrogateescape"),
                         "--output-format", "json", cwd=tmp_path)  # fmt: skip
    assert ended.code == 1
    assert json.loads(ended.stdout)["diagnostics"][0]["code"] == "MEL101"


SIDE_BY_SIDE = """\
melody: v1
name: beside
players: {writer: {model: offline}}
steps:
  a: {play: writer, prompt: A}
  b: {play: writer, prompt: B}
"""


def test_where_graph_mode_may_differ_is_told_for_a_backend_and_is_no_error(tmp_path: Path) -> None:
    path = written(tmp_path, SIDE_BY_SIDE)
    assert "no problems" in melody("check", path).stderr
    ended = melody("check", path, "--for", "langgraph")
    assert ended.code == 0
    assert ended.stdout.count("MEL303]") == 1
    assert f"--> {path}:5:3" in ended.stdout


def test_a_run_that_the_framework_schedules_tells_it_first(tmp_path: Path) -> None:
    path = written(tmp_path, SIDE_BY_SIDE)
    for backend in ("native", "langgraph"):
        run = ("run", path, "--on", backend, "--no-journal", "--json")
        assert "MEL303" not in melody(*run).stderr
        ended = melody(*run, "--start", "graph")
        assert (ended.code, ended.stderr.count("warning[MEL303]")) == (0, 1)
        assert ended.json["status"] == "succeeded"
