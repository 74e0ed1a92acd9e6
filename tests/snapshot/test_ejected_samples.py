"""The project that each sample is ejected to, for every target: each file, as it is written.

Compiled through the command line. ``make snapshots`` writes all of it anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_snapshot.plugin import Snapshot  # type: ignore[import-untyped]

from melody.cli.program import program
from tests.architecture.repository import ROOT
from tests.unit.samples.all_samples import SAMPLES, Sample

TARGETS = ("native", "langgraph", "crewai")
MANIFEST = "melody.lock.json"
"""Holds digests of the files, and so says nothing that they do not."""


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def is_copied(path: Path) -> bool:
    """It is the sample's own file, beside the generated ones."""
    return path.parts[0] == "src" and path.parts[2:3] == ("project",)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_ejected_project_is_the_expected_one(
    snapshot: Snapshot, sample: Sample, target: str, tmp_path: Path
) -> None:
    melody, out = str(sample.melody.relative_to(ROOT)), tmp_path / "out"
    ended = CliRunner().invoke(program, ["compile", melody, "--to", target, "-o", str(out)])
    assert ended.exit_code == 0, ended.output
    written = sorted(path for path in out.rglob("*") if path.is_file())
    texts = {
        path.relative_to(out).as_posix(): path.read_text("utf-8")
        for path in written
        if path.name != MANIFEST and not is_copied(path.relative_to(out))
    }
    nested: dict[str, object] = {}
    for name, text in texts.items():
        *folders, last = name.split("/")
        place = nested
        for folder in folders:
            place = place.setdefault(folder, {})  # type: ignore[assignment]  # folders only
        place[last] = text
    snapshot.snapshot_dir = sample.folder / "expected"
    snapshot.assert_match_dir(nested, f"{sample.name}.{target}")
