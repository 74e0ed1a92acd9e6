"""Whether a folder holds what would be generated now (``--check``); nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.emitter.project import GeneratedFile, GeneratedProject
from melody.ejecting.changes import is_behind, is_ours, left_over
from melody.ejecting.eject import manifest_of, told
from melody.ejecting.folder import BlockedError, Folder, Found
from melody.ejecting.manifest import Entry, Manifest, digest
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.workflow import WorkflowIR

_BY_HAND = "changed by hand"


def compare(project: GeneratedProject, ir: WorkflowIR, folder: Path) -> Diagnostic | None:
    """None if every generated file is as it would be generated now; else MEL511 with all others.

    Another ruff does not make files differ, and the user's own files may be as they like.

    Raises:
        DiagnosticsError: MEL507: the folder cannot be read; MEL512: its manifest is not Melody's.
    """
    if not folder.exists():
        return _problem(folder, ["there is no such folder"])
    with told(folder), Folder(folder, locked=True) as opened:
        manifest = manifest_of(opened, folder)
        if manifest is None:
            return _problem(folder, ["nothing was generated into it"])
        if (manifest.melody, manifest.target) != (ir.name, project.target):
            return _problem(folder, [f"it is the {manifest.target} project of {manifest.melody!r}"])
        found = list(_differences(project, manifest, opened))
    return _problem(folder, found) if found else None


def behind(project: GeneratedProject, folder: Path) -> tuple[str, ...]:
    """Files of the user's that would be made otherwise now; that is no reason to fail.

    Raises:
        DiagnosticsError: As ``compare`` does.
    """
    with told(folder), Folder(folder, locked=True) as opened:
        manifest = manifest_of(opened, folder)
        known = {} if manifest is None else manifest.files
        return tuple(
            file.path
            for file in project.files
            if file.owner == "you" and file.path in known
            and is_behind(_look(opened, file.path), _as_made(file), known[file.path])
        )  # fmt: skip


def _as_made(file: GeneratedFile) -> Entry:
    made = digest(file.data)
    return Entry(file.owner, made, made)


def _differences(project: GeneratedProject, manifest: Manifest, opened: Folder) -> Iterator[str]:
    known = manifest.files
    for file in project.files:
        entry = known.get(file.path)
        if file.owner == "you":
            if entry is None and _look(opened, file.path) is Found.NOTHING:
                yield f"missing: {file.path}"
        elif said := _difference(_look(opened, file.path), entry, digest(file.data)):
            yield f"{said}: {file.path}"
    for path in left_over([file.path for file in project.files], known):
        if _look(opened, path) is not Found.NOTHING:
            yield f"left over: {path}"


def _difference(found: str | Found, entry: Entry | None, source: str) -> str | None:
    if found is Found.NOTHING:
        return "missing"
    if not is_ours(found, entry):
        return _BY_HAND
    assert entry is not None
    return None if (entry.source, entry.written) == (source, found) else "out of date"


def _look(opened: Folder, path: str) -> str | Found:
    try:
        return opened.look(path)
    except BlockedError as blocked:
        return blocked.found


def _problem(folder: Path, found: list[str]) -> Diagnostic:
    by_hand = any(each.startswith(_BY_HAND) for each in found)
    forced = ", with `--force` where somebody's changes are to be overwritten" if by_hand else ""
    return diagnose(
        "MEL511",
        f"`{folder}` is not what would be generated now",
        None,
        notes=tuple(Note(each) for each in found),
        help=f"compile again without `--check`{forced}",
    )
