"""What holds for each sample: it checks, it is in canonical form, its twin runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.pipeline import compile_file
from tests.unit.melody.stage import environment
from tests.unit.melody.stage import melody as command
from tests.unit.samples.all_samples import SAMPLES, Sample, copied, sample


def test_there_are_nine_samples_and_each_has_all_its_parts() -> None:
    assert [str(each)[:2] for each in SAMPLES] == [f"{number:02}" for number in range(1, 10)]
    for each in SAMPLES:
        assert each.melody.is_file()
        assert each.readme.is_file()
        assert each.scripts
        assert (each.folder / ".gitignore").is_file()


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_check_has_nothing_to_say(sample: Sample) -> None:
    ended = command("check", sample.folder)
    assert ended.code == 0
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert lines
    assert all(line.endswith(": no problems") for line in lines)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_fmt_would_change_nothing(sample: Sample) -> None:
    ended = command("fmt", "--check", sample.folder)
    assert ended.code == 0, ended.stderr


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_program_of_the_twin_runs_wherever_it_is_started(
    sample: Sample, tmp_path: Path
) -> None:
    program = copied(tmp_path) / sample.twin.relative_to(sample.folder.parent)
    run = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["samples"]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_twin_as_yaml_means_what_the_file_means(sample: Sample, tmp_path: Path) -> None:
    folder = copied(tmp_path) / sample.folder.name
    written = folder / "printed.melody.yaml"
    ended = command("fmt", "--to", "yaml", folder / sample.twin.name, "-o", written)
    assert ended.code == 0, ended.stderr
    printed, original = compile_file(written).ir, compile_file(sample.melody).ir
    assert printed is not None
    assert original is not None
    assert printed.hash == original.hash


def test_a_misspelt_input_of_the_sub_melody_is_told_at_the_line_of_the_call(
    tmp_path: Path,
) -> None:
    batch = sample("04")
    file = copied(tmp_path) / batch.melody.relative_to(batch.folder.parent)
    lines = file.read_text("utf-8").replace('name: "${{ name }}"', 'nam: "${{ name }}"')
    file.write_text(lines, "utf-8")
    (problem,) = compile_file(file).errors
    assert problem.span is not None
    assert "nam:" in lines.splitlines()[problem.span.line - 1]
    assert "`nam`" in problem.message
    assert "name" in f"{problem.label} {problem.help}"
