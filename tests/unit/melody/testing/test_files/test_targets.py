"""Generated projects as snapshots, with a backend whose projects have a few files."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters import registry
from adapters.emitter.project import NOTHING, GeneratedFile, GeneratedProject, Sources
from compiler.pipeline import Compilation, compile_file
from melody.testing.test_files.targets import made
from tests.unit.melody.testing.test_files.folder import laid, problems, verdicts
from tests.unit.melody.testing.toy import ToyAdapter
from workflow_ir.capability import Capability, Feature, Support
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR

LAID_OUT = 'x = {"a": 1}\n'


class Generating(ToyAdapter):
    """Generates two files of its own and one of the user's."""

    def ejects(self) -> dict[Feature, Capability]:
        return dict.fromkeys(Feature, Capability(Support.FULL, "as it is"))

    def emit(self, ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
        return GeneratedProject(
            ir.name,
            "native",
            (
                GeneratedFile("README.md", f"# {ir.name}\n"),
                GeneratedFile(f"src/{ir.name}/steps.py", "x = {'a':1}\n"),
                GeneratedFile("tests/test_notes.py", "mine = 1\n", "you"),
            ),
        )


class Lacking(Generating):
    """Generates no branches."""

    def ejects(self) -> dict[Feature, Capability]:
        never = Capability(Support.NEVER, "no branches in this one")
        return {**super().ejects(), Feature.BRANCH: never}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def use(monkeypatch: pytest.MonkeyPatch, adapter: object) -> None:
    monkeypatch.setattr(registry, "load", lambda name: {"native": adapter}[name])


def compiled(folder: Path) -> tuple[WorkflowIR, Compilation]:
    laid(folder, "")
    compilation = compile_file("notes.melody.yaml")
    assert compilation.ir is not None
    return compilation.ir, compilation


def test_a_project_is_stored_as_it_is_laid_out_without_the_files_that_are_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Generating())
    ir, compilation = compiled(tmp_path)
    assert made("native", ir, compilation) == {
        "README.md": "# notes\n", "src/notes/steps.py": LAID_OUT,
    }  # fmt: skip


def test_a_project_is_stored_compared_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Generating())
    path = laid(tmp_path, "snapshot: native\n")
    (stored,) = verdicts(path, update=True).values()
    home = "snapshots/notes.melody/native"
    assert stored.stored == (
        f"wrote {home}/README.md.txt", f"wrote {home}/src/notes/steps.py.txt",
    )  # fmt: skip
    assert problems(path) == ()
    (tmp_path / home / "src/notes/steps.py.txt").write_text("x = {'a':2}\n", "utf-8")
    (problem,) = problems(path)
    assert problem.code == "MEL553"
    assert problem.notes[0].message.splitlines()[-2:] == ["-x = {'a':2}", '+x = {"a": 1}']


def test_what_the_code_of_a_backend_lacks_is_told_at_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Lacking())
    path = laid(tmp_path, "snapshot: native\n")
    (problem,) = problems(path)
    assert problem.code == "MEL302"
    assert problem.span is not None
    assert problem.span.file == "notes.melody.yaml"


@pytest.mark.parametrize(
    "adapter",
    [SimpleNamespace(get_framework_name=lambda: "tape"), ToyAdapter()],
    ids=["older", "none"],
)
def test_a_backend_that_generates_no_code_is_told_where_it_is_asked(
    adapter: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, adapter)
    path = laid(tmp_path, "snapshot: [ir, native]\n")
    (problem,) = verdicts(path)["snapshot[native]"].problems
    assert (problem.code, str(problem.span)) == ("MEL304", "notes.melody.test.yaml:1:16")


def test_the_forms_are_one_file_each(tmp_path: Path) -> None:
    ir, compilation = compiled(tmp_path)
    assert list(made("ir", ir, compilation)) == ["notes.ir.json"]
    (picture,) = made("mermaid", ir, compilation).values()
    assert picture.startswith("%% notes: written by `melody compile --to mermaid`\nflowchart TD\n")


def test_an_unknown_backend_cannot_be_loaded(tmp_path: Path) -> None:
    ir, compilation = compiled(tmp_path)
    with pytest.raises(DiagnosticsError):
        made("tape", ir, compilation)
