"""MEL902: a bug in Melody is written into a file, and its path is what the user sees."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(".melody") / "bugs"


def report_bug(bug: BaseException, arguments: Sequence[str]) -> None:
    """Write the report and name it on stderr.

    Args:
        bug: What nobody foresaw.
        arguments: The command line. It stays on this machine, in a file of its owner only.
    """
    code = str(getattr(bug, "code", "MEL902"))
    code = code if code.startswith("MEL9") else "MEL902"
    fact = " ".join(str(getattr(bug, "message", bug)).split())[:300]
    what = "" if code != "MEL902" else f"{type(bug).__name__}: "
    _say(f"error[{code}]: a bug in melody: {what}{fact}")
    try:
        place = _write(_text(bug, arguments))
    except OSError as error:
        _say(f"  = note: no report could be written: {error.strerror}")
    else:
        _say(f"  = help: please report it with the file {place}")
    _say(f"  = help: melody explain {code}")


def _text(bug: BaseException, arguments: Sequence[str]) -> str:
    from melody.version import __version__

    lines = [
        f"melody {__version__}",
        f"python {platform.python_version()} on {platform.platform()}",
        f"command: melody {' '.join(map(repr, arguments))}",
        f"time: {datetime.now(UTC).isoformat(timespec='seconds')}",
        "",
        "".join(traceback.format_exception(bug)),
    ]
    return "\n".join(lines)


def _write(text: str) -> Path:
    """Beside the journals if they can be written there, else among the temporary files."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-"
    for folder in (FOLDER, None):
        try:
            if folder is not None and not FOLDER.parent.is_dir():
                continue  # not a project: leave no folder behind
            if folder is not None:
                folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", errors="backslashreplace", dir=folder,
                prefix=f"melody-{stamp}", suffix=".txt", delete=False,
            ) as file:  # fmt: skip
                file.write(text)
            return Path(file.name)
        except OSError:
            if folder is None:
                raise
    raise AssertionError  # the last folder returns or raises


def _say(text: object) -> None:
    sys.stderr.write(f"{text}\n")
