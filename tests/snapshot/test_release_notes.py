"""What sample 01 compiles to, through the command line; ``make snapshots`` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_snapshot.plugin import Snapshot  # type: ignore[import-untyped]

from adapters import registry
from melody.cli.program import program
from workflow_ir.plan import Edge, plan
from workflow_ir.workflow import WorkflowIR

ROOT = Path(__file__).parents[2]
MELODY = "samples/01_release_notes/release_notes.melody.yaml"


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot) -> None:
    # The IR names its file as the command does: from the root, on every machine alike.
    monkeypatch.chdir(ROOT)
    snapshot.snapshot_dir = ROOT / "samples/01_release_notes/expected"


def compiled_to(target: str) -> str:
    ended = CliRunner().invoke(program, ["compile", MELODY, "--to", target, "--stdout"])
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


def test_the_ir_is_the_expected_one(snapshot: Snapshot) -> None:
    snapshot.assert_match(compiled_to("ir"), "release_notes.ir.json")


def test_the_picture_is_the_expected_one(snapshot: Snapshot) -> None:
    snapshot.assert_match(compiled_to("mermaid"), "release_notes.mermaid")


@pytest.mark.parametrize("backend", ["langgraph", "crewai"])
def test_the_edges_read_back_from_the_framework_are_the_expected_ones(
    snapshot: Snapshot, backend: str
) -> None:
    ir = WorkflowIR.from_json(compiled_to("ir"))
    adapter = registry.load(backend)
    held = dict(adapter.edges(adapter.compile(ir)))
    assert held == {one.address: frozenset(one.edges) for one in plan(ir).all_regions()}
    snapshot.assert_match("\n".join((*told(held), "")), f"release_notes.{backend}.edges.txt")
