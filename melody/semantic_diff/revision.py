"""A Melody to compare: a file, or ``REV:path``, a file of a git revision with its project there."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

from compiler.pipeline import PROJECT_FILE, Compilation, compile_file, compile_text
from workflow_ir.allow import Allow
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.span import Span

_TIMEOUT_S = 30


def compile_revision(name: str, *, allow: Allow) -> Compilation:
    """Compile a file or a file of a revision; nothing is run but git, nothing fetched.

    Args:
        name: A path; where there is no such file, ``REV:path`` as of ``git show``. ``./path`` is
            meant from here, any other path from the root of the repository, else from here.
        allow: Allowed beside what the project allows.

    Raises:
        DiagnosticsError: MEL101: there is no such file in the revision, or no git.
    """
    revision, colon, path = name.partition(":")
    if os.path.lexists(name) or not colon or not revision or not path:
        return compile_file(name, allow=allow)
    if revision.startswith("-"):
        raise _unreadable(name, "no revision begins with `-`")
    place, data = _found(name, revision, path)
    with tempfile.TemporaryDirectory(prefix="melody-") as folder:
        project = _project(revision, place)
        if project is not None:
            (Path(folder) / PROJECT_FILE).write_bytes(project[1])
        found = compile_text(data, file=name, folder=folder, allow=allow)
        return found if project is None else _renamed(found, f"{revision}:{project[0]}")


def _found(name: str, revision: str, path: str) -> tuple[PurePosixPath, bytes]:
    """The file's path from the root of its repository, and its bytes."""
    root = _git("rev-parse", "--show-prefix")
    if root is None:
        raise _unreadable(name, "this is no file, and no git repository")
    here = root.decode("utf-8", "surrogateescape").strip("\n")
    for place in dict.fromkeys((path, f"{here}{path}") if not path.startswith("./") else ()):
        data = _git("cat-file", "blob", f"{revision}:{place}")
        if data is not None:
            return PurePosixPath(place), data
    place = os.path.normpath(f"{here}{path}").replace(os.sep, "/")
    data = _git("cat-file", "blob", f"{revision}:{place}")
    if data is None:
        raise _unreadable(name, f"git has no file `{path}` in `{revision}`")
    return PurePosixPath(place), data


def _project(revision: str, melody: PurePosixPath) -> tuple[str, bytes] | None:
    """The nearest project file of that revision, beside the Melody or above it."""
    for folder in melody.parents:
        place = str(folder / PROJECT_FILE)
        data = _git("cat-file", "blob", f"{revision}:{place}")
        if data is not None:
            return place, data
    return None


def _git(*arguments: str) -> bytes | None:
    """What git prints, or None. ``cat-file`` runs no hook, no filter and no other program."""
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        ended = subprocess.run(
            ("git", *arguments),  # noqa: S607 - whichever git the user has
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def _renamed(found: Compilation, project: str) -> Compilation:
    """Problems of the project are shown in the file of the revision, not in its copy."""
    copies = [file for file in found.sources if file.endswith(PROJECT_FILE)]
    if not copies:
        return found
    (copy,) = copies

    def moved(problem: Diagnostic) -> Diagnostic:
        span = problem.span
        if span is None or span.file != copy:
            return problem
        return replace(problem, span=replace(span, file=project), fix=None)

    sources = {project if file == copy else file: text for file, text in found.sources.items()}
    return replace(found, diagnostics=tuple(map(moved, found.diagnostics)), sources=sources)


def _unreadable(name: str, fact: str) -> DiagnosticsError:
    help_ = "name a file, or REV:path as `git show` takes it: HEAD~1:notes.melody.yaml"
    span = Span(name, 1, 1, 1, 1)
    return DiagnosticsError(
        [diagnose("MEL101", f"`{name}` cannot be read: {fact}", span, help=help_)]
    )
