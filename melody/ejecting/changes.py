"""What is done to each file of a folder when a project is generated into it; nothing is done here.

What Melody generated and nobody touched is replaced or removed; what somebody else wrote stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from melody.ejecting.folder import BlockedError, Found
from melody.ejecting.manifest import Entry

Look = Callable[[str], str | Found]
"""The digest of the file at a path, or what else stands there."""


@dataclass(slots=True)
class Changes:
    """Paths, by what becomes of them."""

    written: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    """Generated anew with the same bytes."""
    yours: list[str] = field(default_factory=list)
    """There already, and the user's."""
    behind: list[str] = field(default_factory=list)
    """Of these: what would be made otherwise now, and is not."""
    unused: list[str] = field(default_factory=list)
    """Made once for the user, no longer, and still there: the user's to take away."""
    removed: list[str] = field(default_factory=list)
    """Generated once, no longer, and unchanged."""
    left: list[str] = field(default_factory=list)
    """Generated once, no longer, and changed by somebody; from now on the user's."""
    refused: list[str] = field(default_factory=list)
    """To be generated, and somebody's: changed since, or never Melody's."""


def changes(
    new: Mapping[str, Entry], old: Mapping[str, Entry], look: Look, *, force: bool = False
) -> Changes:
    """Decide about every file.

    Args:
        new: What is generated now.
        old: What the folder's manifest says.
        look: Into the folder.
        force: Generated files that somebody changed are written all the same.

    Raises:
        BlockedError: A generated file belongs where a folder is, or below what is no folder.
    """
    made = Changes()
    respelled = _respelled(new, old)
    for path, entry in new.items():
        found, known = _found(look, path), old.get(respelled.get(path, path))
        if found is Found.NOTHING:
            made.written.append(path)
        elif entry.owner == "you":
            made.yours.append(path)
            if is_behind(found, entry, known):
                made.behind.append(path)
        elif isinstance(found, BlockedError):
            raise found
        elif found is Found.FOLDER:
            raise BlockedError(path, found)
        elif found == entry.written and path not in respelled:
            made.same.append(path)
        elif force or is_ours(found, known) or found == entry.written:
            made.written.append(path)
        else:
            made.refused.append(path)
    for path in left_over(new, old):
        found = _found(look, path)
        if is_ours(found, old[path]):
            made.removed.append(path)
        elif _stands(found):
            made.left.append(path)
    for path, entry in old.items():
        if path not in new and entry.owner == "you" and _stands(_found(look, path)):
            made.unused.append(path)
    return made


def is_behind(found: str | Found | BlockedError, new: Entry, known: Entry | None) -> bool:
    """Whether a file of the user's is other than it would be made now.

    Where the manifest says that it was already made of the same, the difference is the user's own.
    """
    as_before = known is not None and (known.owner, known.source) == ("you", new.source)
    return isinstance(found, str) and found != new.written and not as_before


def is_ours(found: str | Found | BlockedError, known: Entry | None) -> bool:
    """Whether a file is as Melody wrote it last."""
    return (
        known is not None
        and known.owner == "melody"
        and isinstance(found, str)
        and found in (known.written, known.before)
    )


def left_over(new: Iterable[str], old: Mapping[str, Entry]) -> list[str]:
    """What was generated once and is no longer, the user's files excepted."""
    kept = set(new)
    return [path for path, entry in old.items() if path not in kept and entry.owner == "melody"]


def _stands(found: str | Found | BlockedError) -> bool:
    return not isinstance(found, BlockedError) and found is not Found.NOTHING


def _found(look: Look, path: str) -> str | Found | BlockedError:
    try:
        return look(path)
    except BlockedError as blocked:
        return blocked


def _respelled(new: Iterable[str], old: Iterable[str]) -> dict[str, str]:
    """New path → the old one, where they differ in case only: there may be one file of both."""
    known = {path.lower(): path for path in old}
    return {
        path: known[path.lower()]
        for path in new
        if path.lower() in known and known[path.lower()] != path
    }
