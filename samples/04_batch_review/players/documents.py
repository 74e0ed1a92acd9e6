"""Reads documents and finds what to improve in them, with plain rules instead of a model.

A relative folder is meant from this sample's own folder, wherever the command is typed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LEFT_OVER = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def names(folder: str) -> list[str]:
    """The names of the documents in a folder, sorted."""
    documents = [path for path in (PROJECT / folder).iterdir() if path.suffix in {".md", ".txt"}]
    return sorted(path.name for path in documents)


def read(folder: str, name: str) -> str:
    """The text of one document; a file that is no UTF-8 text raises ``UnicodeDecodeError``."""
    return (PROJECT / folder / name).read_text(encoding="utf-8")


def findings(text: str, longest: int) -> dict[str, Any]:
    """What to improve, and how many words there are."""
    found = []
    if not text.lstrip().startswith("# "):
        found.append("It has no title.")
    if _LEFT_OVER.search(text):
        found.append("Something is still to be done.")
    body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    for sentence in _SENTENCE.split(body):
        words = sentence.split()
        if len(words) > longest:
            found.append(f"A sentence has {len(words)} words: {' '.join(words[:5])} …")
    return {"findings": found, "words": len(text.split())}
