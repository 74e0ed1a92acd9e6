"""The samples of the repository: what lies in the folder of each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.repository import ROOT


@dataclass(frozen=True, slots=True)
class Sample:
    """A folder under ``samples``; its own Melody is the one that has a twin in Python."""

    twin: Path

    @property
    def folder(self) -> Path:
        return self.twin.parent

    @property
    def name(self) -> str:
        """Of its Melody, without its endings."""
        return self.twin.stem

    @property
    def melody(self) -> Path:
        return self.folder / f"{self.name}.melody.yaml"

    @property
    def readme(self) -> Path:
        return self.folder / "README.md"

    @property
    def scripts(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "scripts").glob("*.yaml")))

    def __str__(self) -> str:
        return self.folder.name


@dataclass(frozen=True, slots=True)
class Play:
    """A sample, played by one of its scripts."""

    sample: Sample
    script: Path

    @property
    def name(self) -> str:
        return self.script.stem

    def __str__(self) -> str:
        return f"{self.sample.name}-{self.name}"


SAMPLES = tuple(
    Sample(twin)
    for twin in sorted((ROOT / "samples").glob("*/*.py"))
    if twin.with_suffix(".melody.yaml").exists()
)
PLAYS = tuple(Play(sample, script) for sample in SAMPLES for script in sample.scripts)


def sample(number: str) -> Sample:
    """The one whose folder begins with this number: ``sample("04")``."""
    (found,) = (each for each in SAMPLES if each.folder.name.startswith(number))
    return found


def copied(into: Path) -> Path:
    """All samples as they are committed, in a folder ``samples`` of their own."""
    written = shutil.ignore_patterns(".melody", "out", "__pycache__")
    return Path(shutil.copytree(ROOT / "samples", into / "samples", ignore=written))
