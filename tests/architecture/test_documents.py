"""Every path that the documentation names is in the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOMS, ROOT, own_files

TOP = {path.parts[0] for path in own_files() if len(path.parts) > 1} | set(ROOMS)
DOCUMENTS = [
    path
    for path in own_files()
    if path.suffix == ".md"
    and path.name != "CHANGELOG.md"  # it tells of what was, too
    and not path.match("samples/*/expected/*/README.md")  # of another project
]
# What generated projects are made of: below `expected/NAME.TARGET/`, and inside their package.
GENERATED = {
    suffix
    for path in own_files()
    if path.parts[0] == "samples" and path.parts[2:3] == ("expected",)
    for suffix in ("/".join(path.parts[4:]), "/".join(path.parts[6:]))
}
# Paths of the user's own project that the documentation speaks of, and of generated ones where no
# sample has them.
OF_THE_USER = {"answers.py", "melody.project.yaml", "melody.lock.json"}

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"[\w.@-]+(?:/[\w.@-]+)*/?")
FILE_SUFFIXES = (".md", ".py", ".toml", ".txt", ".yaml", ".yml", ".json", ".j2")


def _claims(text: str) -> set[str]:
    """What a document says is in the tree.

    A link; a word in backticks that is a path of a room, or has a file's suffix; in a fenced
    block, a word that begins with the name of a top-level folder and a slash.
    """
    prose = FENCE.sub("", text)
    claims = {link for link in LINK.findall(prose) if "://" not in link}
    for span in SPAN.findall(prose):
        if PATH.fullmatch(span) and span not in OF_THE_USER:
            in_a_room = "/" in span and span.split("/")[0] in TOP
            if in_a_room or span.endswith(FILE_SUFFIXES):
                claims.add(span)
    for block in FENCE.findall(text):
        words = re.findall(r"(?<![\w./-])[\w.-]+/[\w./-]*", block)
        claims |= {word.rstrip(".") for word in words if word.split("/")[0] in TOP}
    return claims


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_path_a_document_names_exists(document: Path) -> None:
    folder = ROOT / document.parent
    text = (ROOT / document).read_text(encoding="utf-8")
    missing = {
        claim
        for claim in _claims(text)
        if not (folder / claim).exists() and not (ROOT / claim).exists() and claim not in GENERATED
    }
    assert missing == set()


def test_a_document_that_names_a_missing_path_is_noticed() -> None:
    text = "See `compiler/gone.py`, [that](docs/gone.md), `a/b`.\n```\nls tests/gone a/b\n```\n"
    assert _claims(text) == {"compiler/gone.py", "docs/gone.md", "tests/gone"}


@pytest.mark.parametrize(
    "target", ["help", "setup", "demo", "test", "check", "fmt", "snapshots", "bench"]
)
def test_every_habit_has_its_make_target(target: str) -> None:
    assert re.search(
        rf"^{target}:.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
