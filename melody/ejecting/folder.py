"""A folder that is read and written without ever going through a symlink below it.

Each part of a path is opened from the one before (``dir_fd``), so nothing that is exchanged
meanwhile leads elsewhere.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Found(Enum):
    """What stands at a path, if it is no file."""

    NOTHING = "nothing"
    LINK = "a symlink"
    FOLDER = "a folder"
    OTHER = "no regular file"


class BlockedError(Exception):
    """The way to a path leads over something that is no folder."""

    def __init__(self, path: str, found: Found) -> None:
        super().__init__(path, found)
        self.path = path
        self.found = found


class Folder:
    """One folder."""

    __slots__ = ("_fd",)

    def __init__(self, path: Path, *, locked: bool = False) -> None:
        """Open it.

        Args:
            path: It may itself be a symlink.
            locked: Wait until nobody else has it locked.

        Raises:
            OSError: There is none, or it cannot be read.
        """
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        if locked:
            # Where a file system keeps no locks, two that write at once may leave a mixture,
            # which the next one mends.
            with suppress(OSError):
                fcntl.flock(self._fd, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._fd)

    def look(self, path: str) -> str | Found:
        """The digest of a file as manifests have it, or what else stands there.

        Raises:
            BlockedError: Something above is no folder.
        """
        with self._file(path) as opened:
            if isinstance(opened, Found):
                return opened
            with open(opened, "rb", closefd=False) as file:
                return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"

    def kind(self, path: str) -> Found | None:
        """What stands there; None: a regular file.

        Raises:
            BlockedError: Something above is no folder.
        """
        with self._file(path) as opened:
            return opened if isinstance(opened, Found) else None

    def read(self, path: str, *, most: int) -> bytes | Found:
        """The bytes of a file, at most one more than ``most``.

        Raises:
            BlockedError: Something above is no folder.
        """
        with self._file(path) as opened:
            if isinstance(opened, Found):
                return opened
            with open(opened, "rb", closefd=False) as file:
                return file.read(most + 1)

    def names(self, path: str) -> list[tuple[str, Found | None]]:
        """What a folder below holds, by name; None: a regular file."""
        with self._folder(path) as fd, os.scandir(fd) as entries:
            return sorted(
                (entry.name, _kind(entry.stat(follow_symlinks=False).st_mode)) for entry in entries
            )

    def place(self, file: Path, path: str) -> None:
        """Put a file there at once, in place of what stands there; folders are made.

        Raises:
            BlockedError: Something above is no folder.
        """
        above, _, name = path.rpartition("/")
        with self._folder(above, make=True) as fd:
            os.replace(file, name, dst_dir_fd=fd)

    def remove(self, path: str) -> None:
        """Take a file away, and the folders above that are empty then.

        Raises:
            BlockedError: Something above is no folder.
        """
        above, _, name = path.rpartition("/")
        with self._folder(above) as fd:
            os.unlink(name, dir_fd=fd)
        while above:
            above, _, name = above.rpartition("/")
            try:
                with self._folder(above) as fd:
                    os.rmdir(name, dir_fd=fd)
            except (OSError, BlockedError):
                return

    @contextmanager
    def _file(self, path: str) -> Iterator[int | Found]:
        above, _, name = path.rpartition("/")
        try:
            with self._folder(above) as fd:
                found = _kind(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
                opened = found or os.open(name, _FILE, dir_fd=fd)
        except FileNotFoundError:
            yield Found.NOTHING
            return
        if isinstance(opened, Found):
            yield opened
            return
        try:
            # What was a file a moment ago may have been exchanged.
            yield _kind(os.fstat(opened).st_mode) or opened
        finally:
            os.close(opened)

    @contextmanager
    def _folder(self, path: str, *, make: bool = False) -> Iterator[int]:
        """The descriptor of a folder below; with ``make``, what is missing on the way is made."""
        fd, way = os.dup(self._fd), ""
        try:
            for name in path.split("/") if path else ():
                way = f"{way}/{name}" if way else name
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, dir_fd=fd)
                try:
                    below = os.open(name, _FOLDER, dir_fd=fd)
                except OSError as error:
                    if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                        raise
                    mode = os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode
                    raise BlockedError(way, _kind(mode) or Found.OTHER) from error
                os.close(fd)
                fd = below
            yield fd
        finally:
            os.close(fd)


def _kind(mode: int) -> Found | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return Found.LINK
    return Found.FOLDER if stat.S_ISDIR(mode) else Found.OTHER
