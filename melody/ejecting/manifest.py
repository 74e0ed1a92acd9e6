"""``melody.lock.json``: what was generated into a folder, and the digests to know it again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from adapters.emitter.project import MANIFEST, Owner, is_portable, meetings
from melody.ejecting.folder import Found

SCHEMA: Final = "melody.eject/1"
LARGEST: Final = 8 * 2**20
"""Bytes of a manifest that is read."""

_MOST_FILES: Final = 20_000
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_LONGEST: Final = 200


class ManifestError(Exception):
    """A manifest that Melody has not written, with the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file."""

    owner: Owner
    source: str
    """Digest of the text before it was laid out: another ruff does not change it."""
    written: str
    """Digest of the bytes on the disk."""
    before: str | None = None
    """The bytes that may still stand there: the files were being replaced when this was written."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that was generated into one folder."""

    melody: str
    target: str
    ir: str
    """Hash of the IR."""
    files: Mapping[str, Entry]
    """By path."""

    def to_bytes(self) -> bytes:
        """What the file holds."""
        files = {
            path: {
                "owner": entry.owner,
                "source": entry.source,
                "written": entry.written,
                **({} if entry.before is None else {"before": entry.before}),
            }
            for path, entry in sorted(self.files.items())
        }
        said = {
            "schema": SCHEMA,
            "melody": self.melody,
            "target": self.target,
            "ir": self.ir,
            "files": files,
        }
        return (json.dumps(said, indent=2) + "\n").encode()


def digest(data: bytes) -> str:
    """What a manifest says of bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def read_manifest(data: bytes | Found) -> Manifest:
    """Read what ``to_bytes`` wrote; anybody may have written it.

    Raises:
        ManifestError: Not quite so; then nothing it says is believed.
    """
    if isinstance(data, Found):
        raise ManifestError(f"it is {data.value}")
    if len(data) > LARGEST:
        raise ManifestError(f"it has more than {LARGEST} bytes")
    try:
        said = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ManifestError("it is no JSON") from error
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise ManifestError(f"its schema is not {SCHEMA!r}")
    texts = [said.get(key) for key in ("melody", "target", "ir")]
    files = said.get("files")
    known = said.keys() == {"schema", "melody", "target", "ir", "files"}
    plain = all(isinstance(text, str) and len(text) <= _LONGEST for text in texts)
    if not known or not plain or not isinstance(files, dict) or len(files) > _MOST_FILES:
        raise ManifestError("it lacks a field, or one is of another kind")
    entries = {path: _entry(path, row) for path, row in files.items()}
    for path, met in meetings(entries):
        raise ManifestError(f"{path!r} and {met!r} cannot both be there")
    melody, target, ir = (str(text) for text in texts)
    return Manifest(melody, target, ir, entries)


def _entry(path: str, row: Any) -> Entry:
    if not is_portable(path) or path.lower() == MANIFEST:
        raise ManifestError(f"{path[:_LONGEST]!r} is no path of a generated file")
    wrong = ManifestError(f"the entry of {path!r} is not as Melody writes it")
    if not isinstance(row, dict) or not row.keys() <= {"owner", "source", "written", "before"}:
        raise wrong
    digests = [row.get("source"), row.get("written"), row.get("before", row.get("written"))]
    if not all(isinstance(each, str) and _DIGEST.fullmatch(each) for each in digests):
        raise wrong
    owner = next((each for each in get_args(Owner) if each == row.get("owner")), None)
    if owner is None:
        raise wrong
    return Entry(owner, row["source"], row["written"], row.get("before"))
