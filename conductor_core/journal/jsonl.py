"""Events as JSON lines: ``.melody/runs/RUN.jsonl`` in the project's folder, only ever appended to.

Each event is one ``write`` of one line, so a reader sees whole lines, and of a run that was killed
every event but perhaps the last is there. Nothing is forced to disk: a power cut may cost the end.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Self

from workflow_ir.events import Event

FOLDER = Path(".melody") / "runs"
"""Under the project's folder."""

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class JournalError(Exception):
    """A journal that cannot be written or is damaged; never guessed around."""


def journal_path(project: Path, run: str) -> Path:
    """The file of a run.

    Raises:
        JournalError: ``run`` cannot be a file's name.
    """
    if not _RUN.fullmatch(run):
        raise JournalError(f"{run!r} is no run id")
    return project / FOLDER / f"{run}.jsonl"


class JsonlJournal:
    """Appends events to a new file that only its owner can read; implements ``ports.Journal``."""

    def __init__(self, path: Path) -> None:
        """Create the file and the folders above it.

        Raises:
            JournalError: It exists already, or cannot be created.
        """
        self.path = path
        try:
            make_private(path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(path, flags, 0o600)
        except OSError as error:
            raise JournalError(f"cannot create the journal {path}: {error.strerror}") from error

    def append(self, event: Event) -> None:
        """Write one event.

        Raises:
            JournalError: The disk is full, or the journal is closed.
        """
        line = _line(event.to_json())
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            raise JournalError(f"cannot write {self.path}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing more will be written. May be called again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events of a journal, in order, as ``Event.to_json`` gave them.

    A torn last line, left by a run that was killed while it wrote, is left out.

    Raises:
        JournalError: The file cannot be read, or a line before the last is damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise JournalError(f"cannot read {path}: {error.strerror}") from error
    lines.pop()  # empty after the last newline, else the torn line
    events = []
    for number, line in enumerate(lines, start=1):
        try:
            event = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise JournalError(f"{path}:{number}: damaged: {error}") from error
        if not isinstance(event, dict) or not {"event", "seq", "run"} <= event.keys():
            raise JournalError(f"{path}:{number}: not an event")
        events.append(event)
    return events


def make_private(folder: Path) -> None:
    """Make missing folders, each for its owner only; ``.melody`` keeps itself out of git."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.name == FOLDER.parts[0]:
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _line(tree: dict[str, Any]) -> bytes:
    """One line; half characters, which UTF-8 cannot hold, are written as escapes."""
    try:
        text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), default=_plain)
        return f"{text}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(tree, separators=(',', ':'), default=_plain)}\n".encode()


def _plain(value: Any) -> Any:
    """JSON of what is none: an outcome inside a list of facts, a tuple-like, or its text."""
    return value.to_json() if hasattr(value, "to_json") else str(value)
