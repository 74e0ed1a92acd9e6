from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adapters.native import NativeAdapter
from compiler.pipeline import compile_file
from melody.ejecting.refusals import refusals
from tests.unit.melody.stage import SCRIPTED, written
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.diagnostics import Diagnostic


class Poor(NativeAdapter):
    """Its code lacks some features."""

    def __init__(self, **rows: Capability | None) -> None:
        self.rows = {Feature[name]: row for name, row in rows.items()}

    def ejects(self) -> Mapping[Feature, Capability]:
        table = {**dict.fromkeys(Feature, Capability(Support.FULL)), **self.rows}
        return {feature: row for feature, row in table.items() if row is not None}


def _told(adapter: NativeAdapter, folder: Path) -> list[Diagnostic]:
    ir = compile_file(written(folder, SCRIPTED)).ir
    assert ir is not None
    return list(refusals(ir, adapter))


def test_a_feature_that_code_lacks_is_told_at_its_line_with_the_reason(tmp_path: Path) -> None:
    gap = Capability(Support.NOTIMPL, "no loops on tape", "https://example.org/1")
    (problem,) = _told(Poor(FOR_EACH=gap), tmp_path)
    assert (problem.code, str(problem.span).rpartition("/")[2]) == (
        "MEL302", "some.melody.yaml:10:3",
    )  # fmt: skip
    assert problem.message == "generated code for native cannot carry out `for_each`"
    assert [note.message for note in problem.notes] == [
        "no loops on tape", "see https://example.org/1",
    ]  # fmt: skip
    assert "melody run --on native" in str(problem.help)


def test_a_row_that_is_missing_is_a_gap(tmp_path: Path) -> None:
    (problem,) = _told(Poor(FALLBACK=None, COMPENSATE=None), tmp_path)
    assert "`fallback`" in problem.message
    assert problem.notes == ()


def test_what_is_emulated_is_carried_out(tmp_path: Path) -> None:
    assert _told(Poor(FOR_EACH=Capability(Support.EMULATED, "a loop")), tmp_path) == []
