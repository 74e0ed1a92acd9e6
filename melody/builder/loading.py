"""Melodies in a Python file. The file is executed: only for a file that a person has named."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path

from melody.builder.melody import Melody
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.nearest import nearest

MODULE = "__melody__"
"""``__name__`` while a file is executed, so that its ``if __name__ == "__main__"`` is not."""


def load_built(path: str, name: str | None = None) -> Melody:
    """Execute a Python file and give the Melody that it builds.

    Args:
        path: The file. Modules beside it can be imported by it.
        name: The variable that holds the Melody; None: it is the only one, or it calls the others.

    Raises:
        DiagnosticsError: MEL101: the file cannot be read or does not go through, or holds no such
            Melody, or several; and what the builder itself refuses.
    """
    if not Path(path).is_file():
        raise _refusal(f"`{path}` does not exist", "check the path")
    before = list(sys.path)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))  # noqa: PTH100, PTH120 - links stay
    try:
        names = runpy.run_path(path, run_name=MODULE)
    except DiagnosticsError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - any program may fail in any way
        raise _refusal(f"`{path}` does not go through:\n{_told(error, path)}", None) from None
    finally:
        sys.path[:] = before
    melodies = {key: item for key, item in names.items() if isinstance(item, Melody)}
    if name is not None:
        return _named(path, name, melodies)
    unique = {id(item): key for key, item in reversed(melodies.items())}
    inner = {id(part) for item in melodies.values() for part in item.called if part is not item}
    tops = [key for number, key in unique.items() if number not in inner] or [*unique.values()]
    if len(tops) == 1:
        return melodies[tops[0]]
    if not unique:
        raise _refusal(
            f"`{path}` builds no Melody", 'write `m = Melody("name")` outside of every function'
        )
    listed = ", ".join(f"`{path}:{key}`" for key in sorted(tops))
    raise _refusal(f"`{path}` builds {len(tops)} Melodies", f"name one of them: {listed}")


def _named(path: str, name: str, melodies: dict[str, Melody]) -> Melody:
    if name in melodies:
        return melodies[name]
    close = nearest(name, melodies)
    raise _refusal(
        f"`{path}` has no Melody in a variable `{name}`",
        f"did you mean `{path}:{close}`?" if close else None,
    )


def _told(error: BaseException, path: str) -> str:
    """The error, with the lines of the user's program that led to it."""
    file = os.path.abspath(path)  # noqa: PTH100 - as Python names it
    frames = traceback.extract_tb(error.__traceback__)
    first = next(
        (k for k, frame in enumerate(frames) if os.path.abspath(frame.filename) == file),  # noqa: PTH100
        len(frames),
    )
    own = [
        line.rstrip()
        for frame in frames[first:]
        if f"{os.sep}builder{os.sep}" not in frame.filename
        for line in traceback.format_list([frame])
    ]
    last = traceback.format_exception_only(error)
    return "\n".join([*own, *(line.rstrip() for line in last)])


def _refusal(message: str, help_: str | None) -> DiagnosticsError:
    return DiagnosticsError([diagnose("MEL101", message, None, help=help_)])
