from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.emitter.project import MANIFEST
from melody.ejecting.eject import eject
from melody.ejecting.folder import Found
from melody.ejecting.manifest import (
    LARGEST,
    Entry,
    Manifest,
    ManifestError,
    digest,
    read_manifest,
)
from tests.unit.melody.ejecting.stage import STEPS, ir, project, refused, whole_tree

DIGEST = digest(b"mine")
GOOD: dict[str, Any] = {
    "schema": "melody.eject/1",
    "melody": "notes",
    "target": "native",
    "ir": "0",
    "files": {STEPS: {"owner": "melody", "source": DIGEST, "written": DIGEST}},
}


def _with(**changed: Any) -> dict[str, Any]:
    return {**GOOD, **changed}


def _entry(**changed: Any) -> dict[str, Any]:
    return _with(files={STEPS: {**GOOD["files"][STEPS], **changed}})


HOSTILE: list[Any] = [
    None, [], 1, "text", {}, _with(schema="melody.eject/2"), _with(melody=1), _with(target=None),
    _with(ir=["0"]), _with(melody="x" * 1000), _with(more=1), _with(files=[]), _with(files=None),
    {key: value for key, value in GOOD.items() if key != "ir"},
    _with(files={STEPS: None}), _with(files={STEPS: []}), _entry(owner="them"), _entry(owner=None),
    _entry(owner=["melody"]), _entry(source="0"), _entry(source=None),
    _entry(written=DIGEST + "\n"),
    _entry(written=DIGEST.upper()), _entry(before=1), _entry(before=None), _entry(more=1),
    _with(files={STEPS: {"owner": "melody"}}),
    *(
        _with(files={path: GOOD["files"][STEPS]})
        for path in ("../../x", "/etc/passwd", "", ".", "a//b", "a\\..\\b", "con", ".git/config",
                     "a\n", "a\0b", MANIFEST, "\u202e", "a" * 1000)
    ),
    _with(files=dict.fromkeys(["a", "A"], GOOD["files"][STEPS])),
    _with(files=dict.fromkeys(["a", "a/b"], GOOD["files"][STEPS])),
    _with(files=dict.fromkeys([f"x{n}" for n in range(20_001)], GOOD["files"][STEPS])),
]  # fmt: skip
RAW = [
    b"", b"{", b"\xff\xfe", b"\0", b"[" * 100_000, b'{"a": ' * 100_000, b"1" * 5_000,
    b"\xef\xbb\xbf{}", b"NaN", b'"\\ud800"', b" " * (LARGEST + 1),
]  # fmt: skip


def test_what_is_written_is_read_back() -> None:
    entry = Entry("you", DIGEST, DIGEST, before=DIGEST)
    manifest = Manifest(
        "notes", "native", "0", {"b": entry, STEPS: Entry("melody", DIGEST, DIGEST)}
    )
    assert read_manifest(manifest.to_bytes()) == manifest
    assert json.loads(Manifest("notes", "native", "0", {}).to_bytes())["files"] == {}


def test_the_order_of_the_files_does_not_matter() -> None:
    entry = Entry("you", DIGEST, DIGEST)
    one = Manifest("notes", "native", "0", {"a": entry, "b": entry})
    assert one.to_bytes() == Manifest("notes", "native", "0", {"b": entry, "a": entry}).to_bytes()


@pytest.mark.parametrize("said", HOSTILE, ids=lambda said: repr(said)[:60])
def test_what_melody_does_not_write_is_not_believed(said: Any) -> None:
    with pytest.raises(ManifestError):
        read_manifest(json.dumps(said).encode())


@pytest.mark.parametrize("data", RAW, ids=lambda data: repr(data[:20]))
def test_what_is_no_json_is_not_believed(data: bytes) -> None:
    with pytest.raises(ManifestError):
        read_manifest(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(ManifestError):
        read_manifest(data)


@pytest.mark.parametrize("found", list(Found))
def test_what_is_no_file_is_no_manifest(found: Found) -> None:
    with pytest.raises(ManifestError, match=found.value):
        read_manifest(found)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("path", ["../../victim", "../victim", "/victim", "out/../../victim"])
def test_a_hostile_manifest_deletes_nothing(path: str, force: bool, tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    eject(project(), ir(), out)
    for victim in (tmp_path / "victim", tmp_path / "a" / "victim"):
        victim.write_text("mine")
    said = json.dumps(_with(files={path: GOOD["files"][STEPS]}))
    (out / MANIFEST).write_text(said)
    before = whole_tree(tmp_path)
    problem = refused(project(steps="new = 1\n"), out, force=force)
    assert problem.code == "MEL512"
    assert whole_tree(tmp_path) == before


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_manifest_that_is_no_file_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    if kind == "link":
        (tmp_path / "theirs").write_text(json.dumps(GOOD))
        (tmp_path / "out" / MANIFEST).symlink_to(tmp_path / "theirs")
    else:
        (tmp_path / "out" / MANIFEST).mkdir()
    before = whole_tree(tmp_path)
    assert refused(project(), tmp_path / "out", force=True).code == "MEL512"
    assert whole_tree(tmp_path) == before
