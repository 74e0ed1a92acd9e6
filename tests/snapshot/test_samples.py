"""What each sample compiles to, and how it ends under each of its scripts.

Compiled through the command line. ``make snapshots`` writes all of it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from pytest_snapshot.plugin import Snapshot  # type: ignore[import-untyped]

import melody
from adapters import registry
from adapters.trails import trails
from melody.cli.program import program
from tests.architecture.repository import ROOT
from tests.snapshot.test_ejected_samples import TARGETS
from tests.unit.samples.all_samples import PLAYS, SAMPLES, Play, Sample
from workflow_ir.plan import Edge, plan
from workflow_ir.workflow import WorkflowIR

FRAMEWORKS = ("langgraph", "crewai")


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    # The IR names its file as the command does: from the root, on every machine alike.
    monkeypatch.chdir(ROOT)


def compiled_to(target: str, sample: Sample) -> str:
    path = str(sample.melody.relative_to(ROOT))
    ended = CliRunner().invoke(program, ["compile", path, "--to", target, "--stdout"])
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def told(edges: dict[str, frozenset[Edge]]) -> Iterator[str]:
    """One line an edge: who is waited for, on which label, in which group of a join."""
    for region, found in sorted(edges.items()):
        yield f"# inside {region}" if region else "# the whole Melody"
        for edge in sorted(found, key=_order):
            label = f" when {edge.label}" if edge.label is not None else ""
            group = f" for {edge.group}" if edge.group else ""
            yield f"{edge.source} -> {edge.target}{label}{group}"


def _order(edge: Edge) -> tuple[str, str, str, str]:
    return edge.source, edge.target, edge.label or "", edge.group


def expect(snapshot: Snapshot, sample: Sample, text: str, file: str) -> None:
    snapshot.snapshot_dir = sample.folder / "expected"
    snapshot.assert_match(text, file)


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_ir_is_the_expected_one(snapshot: Snapshot, sample: Sample) -> None:
    expect(snapshot, sample, compiled_to("ir", sample), f"{sample.name}.ir.json")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_picture_is_the_expected_one(snapshot: Snapshot, sample: Sample) -> None:
    expect(snapshot, sample, compiled_to("mermaid", sample), f"{sample.name}.mermaid")


@pytest.mark.parametrize("backend", FRAMEWORKS)
@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_the_edges_read_back_from_the_framework_are_the_expected_ones(
    snapshot: Snapshot, sample: Sample, backend: str
) -> None:
    ir = WorkflowIR.from_json(compiled_to("ir", sample))
    adapter = registry.load(backend)
    held = dict(adapter.edges(adapter.compile(ir)))
    assert held == {here: frozenset(region.edges) for here, region in trails(plan(ir))}
    text = "\n".join((*told(held), ""))
    expect(snapshot, sample, text, f"{sample.name}.{backend}.edges.txt")


@pytest.mark.parametrize("play", PLAYS, ids=str)
def test_the_run_of_a_script_is_the_expected_one(snapshot: Snapshot, play: Play) -> None:
    result = melody.run(play.sample.melody.relative_to(ROOT), script=play.script, journal=False)
    text = json.dumps(result.normal_form(), indent=2, ensure_ascii=False)
    expect(snapshot, play.sample, f"{text}\n", f"{play.name}.run.json")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_nothing_is_expected_that_nothing_gives(sample: Sample) -> None:
    compiled = {f"{sample.name}.ir.json", f"{sample.name}.mermaid"}
    edges = {f"{sample.name}.{backend}.edges.txt" for backend in FRAMEWORKS}
    runs = {f"{script.stem}.run.json" for script in sample.scripts}
    ejected = {f"{sample.name}.{target}" for target in TARGETS}
    found = {path.name for path in (sample.folder / "expected").iterdir()}
    assert found == compiled | edges | runs | ejected
