"""A generated project comes into its folder: whole, or not at all where somebody's work is.

```
lay_out      every file in a temporary folder, formatted
rename       the whole folder, where there is none yet; else
changes      what becomes of each file; somebody's work stops it all (MEL508)
manifest     says what is being replaced, before anything is
remove, place, manifest
```
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.emitter.project import MANIFEST, GeneratedProject
from melody.ejecting.changes import Changes, changes
from melody.ejecting.folder import BlockedError, Folder, Found
from melody.ejecting.laid_out import lay_out
from melody.ejecting.manifest import LARGEST, Entry, Manifest, ManifestError, read_manifest
from melody.ejecting.temporary import temporary_beside
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError, Note
from workflow_ir.workflow import WorkflowIR

_ELSEWHERE = "write elsewhere with `-o DIR`; nothing was written"


@dataclass(frozen=True, slots=True)
class Ejected:
    """What became of the files, by path; see ``Changes``."""

    written: tuple[str, ...]
    """New, or with other bytes than before."""
    same: tuple[str, ...] = ()
    yours: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def eject(
    project: GeneratedProject, ir: WorkflowIR, folder: Path, *, force: bool = False
) -> Ejected:
    """Write a project into a folder, which is made if there is none.

    Args:
        project: What a backend generated.
        ir: From this.
        folder: As the user named it; it may itself be a symlink.
        force: Generated files that somebody has changed are overwritten.

    Raises:
        DiagnosticsError: MEL507: it cannot be written; MEL508: somebody's files are in the way;
            MEL512: the manifest there is not Melody's; MEL903: ruff is not installed.
        EmitterFault: The backend generated what is no Python.
    """
    with told(folder):
        place = _real(folder)
        with temporary_beside(place) as temporary:
            laid_out = temporary / "project"
            laid_out.mkdir()
            new = Manifest(ir.name, project.target, ir.hash, lay_out(project, laid_out))
            if not place.exists() and _renamed(laid_out, new, place):
                return Ejected(written=tuple(new.files))
            with Folder(place, locked=True) as opened:
                old = manifest_of(opened, folder)
                if old is not None and not force:
                    _refuse_another(old, new, folder)
                made = changes(new.files, {} if old is None else old.files, opened.look,
                               force=force)  # fmt: skip
                if made.refused:
                    raise _refused(made.refused, folder)
                _put(opened, laid_out, made, new, old)
    return Ejected(
        tuple(made.written),
        tuple(made.same),
        tuple(made.yours),
        tuple(made.behind),
        tuple(made.unused),
        tuple(made.removed),
        tuple(made.left),
    )


def manifest_of(opened: Folder, folder: Path) -> Manifest | None:
    """The manifest of a folder; None if there is none.

    Raises:
        DiagnosticsError: MEL512: somebody else wrote it.
    """
    data = opened.read(MANIFEST, most=LARGEST)
    if data is Found.NOTHING:
        return None
    try:
        return read_manifest(data)
    except ManifestError as error:
        raise _refusal(
            "MEL512",
            f"`{folder / MANIFEST}` is not as Melody writes it: {error}",
            "restore it, or delete it and compile again with `--force`",
        ) from error


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What the system refuses becomes MEL507, with the path that it is about."""
    try:
        yield
    except BlockedError as blocked:
        raise _refusal(
            "MEL507",
            f"`{folder / blocked.path}` is {blocked.found.value}, where generated files belong",
            f"move it away, or {_ELSEWHERE}",
        ) from blocked
    except OSError as error:
        raise _refusal("MEL507", f"`{folder}` cannot be written: {error.strerror}", _ELSEWHERE) \
            from error  # fmt: skip


def _real(folder: Path) -> Path:
    """Where the folder is; the user may name a symlink, but not one that leads nowhere."""
    if folder.is_symlink() and not folder.exists():
        raise FileNotFoundError(errno.ENOENT, "it is a symlink that leads nowhere")
    return Path(os.path.realpath(folder))


def _renamed(laid_out: Path, new: Manifest, place: Path) -> bool:
    """Put the whole folder in place; False if somebody else was there first."""
    (laid_out / MANIFEST).write_bytes(new.to_bytes())
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        laid_out.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _refuse_another(old: Manifest, new: Manifest, folder: Path) -> None:
    if (old.melody, old.target) != (new.melody, new.target):
        raise _refusal(
            "MEL508",
            f"`{folder}` holds the {old.target} project of {old.melody!r}",
            "pass `--force` to replace its generated files, or `-o DIR` to write elsewhere; "
            "nothing was written",
        )


def _refused(paths: list[str], folder: Path) -> DiagnosticsError:
    one = len(paths) == 1
    what = f"`{folder / paths[0]}` was" if one else f"{len(paths)} files of `{folder}` were"
    problem = diagnose(
        "MEL508",
        f"{what} not written by melody, or {'has' if one else 'have'} been changed since",
        None,
        notes=() if one else tuple(Note(path) for path in paths),
        help="change the Melody or your players instead, pass `--force` to overwrite, or `-o DIR` "
        "to write elsewhere; nothing was written",
    )
    return DiagnosticsError([problem])


def _put(
    opened: Folder, laid_out: Path, made: Changes, new: Manifest, old: Manifest | None
) -> None:
    """Bring the folder from the old state to the new one; whenever it stops, the next run mends."""
    known: Mapping[str, Entry] = {} if old is None else old.files
    kept = _first_written(new, known)
    for path in made.behind:
        # Somebody's own is told once to be behind; what nobody touched is told each time.
        if path in kept and opened.look(path) != kept[path].written:
            kept[path] = replace(kept[path], source=new.files[path].source)
    final = replace(new, files={**new.files, **kept})
    if made.written or made.removed:
        meanwhile = {path: known[path] for path in made.removed}
        for path, entry in final.files.items():
            found = opened.look(path) if path in made.written else None
            meanwhile[path] = replace(entry, before=found if isinstance(found, str) else None)
        _write_manifest(opened, laid_out, replace(final, files=meanwhile))
        for path in made.removed:
            opened.remove(path)
        for path in made.written:
            opened.place(laid_out / path, path)
    if opened.read(MANIFEST, most=LARGEST) != final.to_bytes():
        _write_manifest(opened, laid_out, final)


def _first_written(new: Manifest, known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Of the user's files: what the manifest says of them already."""
    return {
        path: known[path]
        for path, entry in new.files.items()
        if entry.owner == "you" and path in known and known[path].owner == "you"
    }


def _write_manifest(opened: Folder, laid_out: Path, manifest: Manifest) -> None:
    file = laid_out / MANIFEST
    file.write_bytes(manifest.to_bytes())
    opened.place(file, MANIFEST)


def _refusal(code: str, message: str, help_: str) -> DiagnosticsError:
    return DiagnosticsError([diagnose(code, message, None, help=help_)])
