"""What the agents of the newsroom may use: functions like any other, which know no model.

A tool's name is that of its player. Its parameters come from the type hints, its description from
the docstring's first paragraph.
"""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

_WORD = re.compile(r"[a-z]{4,}")


def search(topic: str) -> list[str]:
    """Search the archive of the paper; gives the notes that share a word with the topic."""
    asked = set(_WORD.findall(topic.lower()))
    notes = (PROJECT / "desk/archive.txt").read_text("utf-8").splitlines()
    return [note for note in notes if asked & set(_WORD.findall(note.lower()))]


def order_photo(motif: str) -> dict[str, str]:
    """Order a photo from the agency. Every order costs money."""
    book = PROJECT / "out/orders.txt"
    book.parent.mkdir(exist_ok=True)
    with book.open("a", encoding="utf-8") as orders:
        orders.write(f"{motif}\n")
    return {"photo": "-".join(_WORD.findall(motif.lower())) + ".jpg"}
