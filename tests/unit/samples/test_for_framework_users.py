"""Sample 08: its scripts print what its README shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import melody
from tests.unit.melody.stage import environment
from tests.unit.samples.all_samples import copied, sample

SHOWN = re.compile(r"```\npython (\S+)\n```\n\n```text\n(.*?)```", re.DOTALL)


def shown() -> dict[str, str]:
    return dict(SHOWN.findall(sample("08").readme.read_text("utf-8")))


def test_the_readme_shows_both_scripts() -> None:
    assert set(shown()) == {"use_langgraph.py", "use_crewai.py"}


@pytest.mark.parametrize("script", ["use_langgraph.py", "use_crewai.py"])
def test_a_script_prints_what_the_readme_shows(script: str, tmp_path: Path) -> None:
    folder = copied(tmp_path) / sample("08").folder.name
    done = subprocess.run(
        [sys.executable, script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == shown()[script]
    assert done.stderr == ""


@pytest.mark.parametrize("on", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("start", ["eager", "graph"])
def test_the_graph_and_the_crew_perform_alike_on_every_backend(on: str, start: str) -> None:
    result = melody.run(sample("08").melody, on=on, start=start, journal=False)  # type: ignore[arg-type]
    assert result.outputs == {"page": "- It boils a litre\n- The bridge stays closed"}
