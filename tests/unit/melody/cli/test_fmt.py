from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

import melody as product
from tests.architecture.repository import ROOT
from tests.unit.melody.stage import GREETING, in_a_process, melody, written

MESSY = "name: n\nmelody: v1 # first\nsteps:\n    a: {output: string, play: p}\n"
CLEAN = "melody: v1  # first\nname: n\nsteps:\n  a: {play: p, output: string}\n"
BUILT = """\
from melody import Melody
print("building")
m = Melody("n")
m.set({"x": 1}, id="a")
"""
SAMPLE = ROOT / "samples" / "01_release_notes"


def test_files_are_rewritten_in_place_and_said(tmp_path: Path) -> None:
    messy, clean = written(tmp_path, MESSY), written(tmp_path, CLEAN, "b/other.melody.yaml")
    ended = melody("fmt", tmp_path)
    assert (ended.code, ended.stdout) == (0, "")
    assert ended.stderr == f"formatted {messy}\n"
    assert messy.read_text("utf-8") == clean.read_text("utf-8") == CLEAN
    again = melody("fmt", tmp_path)
    assert (again.code, again.stderr) == (0, "2 Melodies are in canonical form\n")


def test_the_current_folder_is_the_default() -> None:
    written(Path(), MESSY)
    assert melody("fmt").stderr == "formatted some.melody.yaml\n"
    assert melody("fmt", "--check").code == 0


def test_check_writes_nothing_and_fails_if_something_would_change(tmp_path: Path) -> None:
    path = written(tmp_path, MESSY)
    ended = melody("fmt", "--check", path)
    assert (ended.code, ended.stderr) == (1, f"would format {path}\n")
    assert path.read_text("utf-8") == MESSY


def test_a_file_that_cannot_be_read_is_left_and_the_others_are_not(tmp_path: Path) -> None:
    broken = written(tmp_path, "name: [\n", "a.melody.yaml")
    odd = written(tmp_path, "? name\n: n\n", "b.melody.yaml")
    good = written(tmp_path, MESSY, "c.melody.yaml")
    ended = melody("fmt", tmp_path)
    assert ended.code == 1
    assert "MEL104" in ended.stderr
    assert "is left as it is: it has a key that is written with `?`" in ended.stderr
    assert broken.read_text("utf-8") == "name: [\n"
    assert odd.read_text("utf-8") == "? name\n: n\n"
    assert good.read_text("utf-8") == CLEAN


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    path = written(tmp_path, MESSY, "real.melody.yaml")
    path.chmod(0o640)
    link = tmp_path / "link.melody.yaml"
    link.symlink_to(path)
    assert melody("fmt", link).code == 0
    assert link.is_symlink()
    assert path.read_text("utf-8") == CLEAN
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert {each.name for each in tmp_path.iterdir()} == {link.name, path.name}


def test_a_project_file_has_its_own_order(tmp_path: Path) -> None:
    text = "policy: {timeout: 1m}\nallow: {http: [a], python: [b]}\n"
    path = written(tmp_path, text, "melody.project.yaml")
    assert melody("fmt", path).code == 0
    assert path.read_text("utf-8") == "allow: {python: [b], http: [a]}\npolicy: {timeout: 1m}\n"


def test_a_python_file_becomes_yaml_and_its_own_output_is_no_part_of_it(tmp_path: Path) -> None:
    path = written(tmp_path, BUILT, "built.py")
    ended = in_a_process("fmt", "--to", "yaml", path, cwd=tmp_path)
    assert (ended.code, ended.stderr) == (0, "building\n")
    assert ended.stdout == "melody: v1\nname: n\n\nsteps:\n  a:\n    set: {x: 1}\n"
    target = tmp_path / "built.melody.yaml"
    assert melody("fmt", "--to", "yaml", f"{path}:m", "-o", target).code == 0
    assert target.read_text("utf-8") == ended.stdout
    assert melody("fmt", "--check", target).code == 0


def test_a_python_file_that_fails_says_where(tmp_path: Path) -> None:
    path = written(tmp_path, BUILT + "m.play('p', wehn=m.inputs.x and 1)\n", "built.py")
    ended = melody("fmt", "--to", "yaml", path)
    assert (ended.code, ended.stdout.replace("building\n", "")) == (1, "")
    assert "write `m.inputs.x & (1)`" in ended.stderr


def test_a_python_file_is_executed_for_no_other_reason(tmp_path: Path) -> None:
    path = written(tmp_path, "raise RuntimeError('executed')\n", "built.py")
    ended = melody("fmt", path)
    assert ended.code == 1
    assert "melody fmt --to yaml" in ended.stderr
    assert "RuntimeError" not in ended.stderr


@pytest.mark.parametrize(
    "text", [GREETING, '{"melody": "v1", "name": "n", "version": 1.50, "steps": {}}']
)
def test_yaml_and_json_become_each_other_and_mean_the_same(text: str, tmp_path: Path) -> None:
    first, second = ("yaml", "json") if text == GREETING else ("json", "yaml")
    path = written(tmp_path, text, f"some.melody.{first}")
    other, back = tmp_path / f"b.melody.{second}", tmp_path / f"c.melody.{first}"
    assert melody("fmt", "--to", second, path, "-o", other).code == 0
    assert melody("fmt", "--to", first, other, "-o", back).code == 0
    if first == "yaml":
        assert json.loads(other.read_text("utf-8"))["name"] == "greeting"
        assert product.load(path).hash == product.load(other).hash == product.load(back).hash
    else:
        assert "version: 1.50" in other.read_text("utf-8")
        assert json.loads(back.read_text("utf-8")) == json.loads(text)


def test_comments_are_left_out_only_if_asked(tmp_path: Path) -> None:
    path = written(tmp_path, MESSY)
    ended = melody("fmt", "--to", "json", path)
    assert (ended.code, ended.stdout) == (1, "")
    assert "has 1 comment" in ended.stderr
    ended = melody("fmt", "--to", "json", "--without-comments", path)
    assert ended.json == {
        "melody": "v1", "name": "n", "steps": {"a": {"play": "p", "output": "string"}},
    }  # fmt: skip


def test_another_file_is_overwritten_by_force_alone(tmp_path: Path) -> None:
    path, target = written(tmp_path, MESSY), written(tmp_path, "mine", "notes.txt")
    ended = melody("fmt", "--to", "yaml", path, "-o", target)
    assert (ended.code, target.read_text("utf-8")) == (2, "mine")
    assert "--force" in ended.stderr
    assert melody("fmt", "--to", "yaml", path, "-o", target, "--force").code == 0
    assert target.read_text("utf-8") == CLEAN


@pytest.mark.parametrize(
    "arguments",
    [
        ["--to", "yaml"],
        ["--to", "yaml", "a", "b"],
        ["--to", "yaml", "--check", "a"],
        ["-o", "x", "a"],
    ],
)
def test_wrong_usage_is_said(arguments: list[str]) -> None:
    assert melody("fmt", *arguments).code == 2


def test_a_folder_without_melodies_is_no_failure(tmp_path: Path) -> None:
    ended = melody("fmt", tmp_path)
    assert (ended.code, ended.stderr) == (0, "no Melody here\n")


def test_the_twin_of_sample_01_is_written_as_yaml_of_the_same_ir(tmp_path: Path) -> None:
    target = tmp_path / "twin.melody.yaml"
    assert melody("fmt", "--to", "yaml", SAMPLE / "release_notes.py", "-o", target).code == 0
    expected = product.load(SAMPLE / "release_notes.melody.yaml").hash
    allow = ["command:git", "python:players.*"]
    assert product.load(target, allow=allow).hash == expected
