"""Stored snapshots: ``snapshots/NAME.melody/TARGET/PATH.txt`` beside ``NAME.melody.test.yaml``.

``.txt`` stands behind every file, so that no formatter, linter or test runner takes what is stored
for sources of the project it lies in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from melody.testing.test_files.judge import diff
from melody.testing.test_files.places import (
    SNAPSHOTS,
    has_owner,
    holds_snapshots,
    shown,
)
from melody.testing.test_files.targets import laid_out_alike
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, Note
from workflow_ir.span import Span

END = ".txt"
MOST = 5
"""Files of one target whose differences are told in full."""

_UPDATE = "melody test --update-snapshots"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is stored of one target of one test file."""

    folder: Path
    """Of the test file: ``snapshots_of``."""
    target: str
    span: Span
    """Where the test file asks for it."""

    @property
    def home(self) -> Path:
        """The folder of the target."""
        return self.folder / self.target

    def differences(self, made: Mapping[str, str]) -> Iterator[Diagnostic]:
        """MEL554: nothing is stored; MEL553 for each file that is another one, new or gone."""
        if _leads_elsewhere(self.home):
            yield self._problem("MEL553", f"`{shown(self.home)}` is a link or lies behind one")
            return
        stored = dict(_stored(self.home))
        if not stored:
            yield self._problem("MEL554", f"no snapshot of `{self.target}` is stored")
            return
        other = {
            path: before.decode("utf-8", "surrogateescape")
            for path, before in stored.items()
            if path in made and path.endswith(".py") and before != _bytes(made[path])
        }
        alike = laid_out_alike(self.target, other) if other else {}
        told = 0
        for path in (*made, *(path for path in stored if path not in made)):
            before, now = stored.get(path), made.get(path)
            if now is not None and (before == _bytes(now) or alike.get(path) == now):
                continue
            told += 1
            if told > MOST:
                yield self._problem("MEL553", "and more files of this snapshot differ")
                return
            yield self._problem("MEL553", *_difference(self._file(path), before, now))

    def store(self, made: Mapping[str, str]) -> Iterator[str]:
        """Make what is stored equal to what was made; the files that were written or deleted.

        Raises:
            DiagnosticsError: MEL507: it cannot be written, or would be written elsewhere.
        """
        try:
            if _leads_elsewhere(self.home):
                raise self._unwritable("it is a link, or lies behind one")
            for path, before in list(_stored(self.home)):
                if path not in made:
                    self._file(path).unlink()
                    yield f"deleted {shown(self._file(path))}"
                elif before == _bytes(made[path]):
                    made = {name: text for name, text in made.items() if name != path}
            for path, text in made.items():
                file = self._file(path)
                if _leads_elsewhere(file):
                    raise self._unwritable("a link lies in it")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_bytes(text))
                yield f"wrote {shown(file)}"
            _without_empty(self.home)
        except OSError as error:
            raise self._unwritable(error.strerror or "it cannot be written") from error

    def _file(self, path: str) -> Path:
        return self.home / f"{path}{END}"

    def _problem(self, code: str, message: str, changed: str = "") -> Diagnostic:
        notes = (Note(changed),) if changed else ()
        help_ = f"if it is meant: {_UPDATE}" if code == "MEL553" else _UPDATE
        return diagnose(code, message, self.span, notes=notes, help=help_)

    def _unwritable(self, reason: str) -> DiagnosticsError:
        message = f"`{shown(self.home)}` cannot be written: {reason}"
        help_ = "make it a folder of your own"
        return DiagnosticsError([diagnose("MEL507", message, self.span, help=help_)])


def unwanted(folder: Path, targets: Iterable[str]) -> tuple[Path, ...]:
    """What is stored of a test file that asks for these targets alone, and not for it."""
    if not folder.is_dir():
        return ()
    wanted = set(targets)
    found = (path for path in folder.iterdir() if path.is_dir())
    return tuple(sorted(path for path in found if path.name not in wanted))


def without_owner(below: Path) -> tuple[Path, ...]:
    """The folders of snapshots beside the files of a folder whose test file is gone."""
    folder = below / SNAPSHOTS
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(path for path in folder.iterdir() if holds_snapshots(path) and not has_owner(path))
    )


def orphaned(path: Path, span: Span) -> Diagnostic:
    """MEL555."""
    return diagnose(
        "MEL555", f"no test asks for `{shown(path)}`", span, help="delete it, or ask for it"
    )


def delete(path: Path) -> Iterator[str]:
    """Delete stored files below a path; what we did not store stays, and so does what it is in."""
    if _leads_elsewhere(path):
        return
    for name, _ in list(_stored(path)):
        file = path / f"{name}{END}"
        file.unlink()
        yield f"deleted {shown(file)}"
    _without_empty(path)


def _stored(home: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a target, sorted by path; links are not followed."""
    for place, folders, names in os.walk(home):
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            if name.endswith(END) and not file.is_symlink():
                path = file.relative_to(home).as_posix()
                yield path.removesuffix(END), file.read_bytes()


def _difference(file: Path, before: bytes | None, now: str | None) -> tuple[str, str]:
    if now is None:
        return f"`{shown(file)}` is stored, and is not made any more", ""
    if before is None:
        return f"`{shown(file)}` is new", ""
    old = before.decode("utf-8", "replace")
    return f"`{shown(file)}` differs", diff(old, now, "stored", "now")


def _leads_elsewhere(path: Path) -> bool:
    """Whether a part of the path below the test file's folder is a link."""
    names = path.parts
    first = len(names) - 1 - names[::-1].index(SNAPSHOTS)
    return any(Path(*names[: end + 1]).is_symlink() for end in range(first, len(names)))


def _without_empty(home: Path) -> None:
    """Delete folders in which nothing is left, the outermost last."""
    for place, _, _ in os.walk(home, topdown=False):
        if not os.listdir(place):  # noqa: PTH208 - a name is a name
            Path(place).rmdir()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
