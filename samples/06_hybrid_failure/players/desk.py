"""A small editorial desk: plain rules instead of models, so that nothing here needs a key.

None of these functions handles a failure of its own. What is done when one fails stands in the
Melody, and `--fault` makes it happen.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent

_WORD = re.compile(r"[A-Za-z][a-z]+")
_SMALL = frozenset({"and", "are", "but", "for", "from", "into", "that", "the", "they", "with"})


def outline(brief: str) -> dict[str, Any]:
    """One point for each sentence."""
    points = [part.strip() for part in brief.split(".") if part.strip()]
    return {"points": points}


def draft(points: list[str]) -> dict[str, Any]:
    """A paragraph for each point."""
    text = "\n\n".join(f"{point}. More about this will follow." for point in points)
    return {"text": text, "words": len(text.split())}


def plain_draft(points: list[str]) -> dict[str, Any]:
    """The points and nothing else: what is done when nobody can write better."""
    text = "\n".join(f"- {point}" for point in points)
    return {"text": text, "words": len(text.split())}


def keywords(brief: str) -> dict[str, Any]:
    """The words of the brief that carry its meaning."""
    return {"words": _carrying(brief)}


def keywords_of_draft(text: str, words: int) -> dict[str, Any]:
    """The same, inferred from the finished text: what the brief must have said."""
    del words
    return {"words": _carrying(text)}


def summary(text: str) -> dict[str, Any]:
    """The first paragraph."""
    return {"text": text.partition("\n")[0]}


def short_summary(text: str) -> dict[str, Any]:
    """The first eight words, by another desk that can do the same."""
    return {"text": " ".join(text.split()[:8])}


def motto(words: list[str]) -> dict[str, Any]:
    """Something nice to have."""
    return {"text": " · ".join(words[:3])}


def verdict(text: str) -> dict[str, Any]:
    """How good a text is, from 0 to 1: it has something to say in each of four lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    return {"score": min(1.0, len(lines) / 4), "remark": f"{len(lines)} lines"}


def shelve(title: str, text: str) -> dict[str, Any]:
    """Put the text on the shelf, the folder ``out``."""
    shelf = PROJECT / "out"
    shelf.mkdir(exist_ok=True)
    name = "-".join(_WORD.findall(title.lower())) + ".md"
    (shelf / name).write_text(text + "\n", encoding="utf-8")
    return {"name": name}


def take_off(name: str) -> dict[str, Any]:
    """Take it off the shelf again."""
    (PROJECT / "out" / name).unlink(missing_ok=True)
    return {"gone": name}


def announce(name: str, summary: str) -> dict[str, Any]:
    """What would be posted; nothing leaves this machine."""
    return {"post": f"New on the shelf: {name}. {summary}"}


def _carrying(text: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(text)]
    return list(dict.fromkeys(word for word in words if len(word) > 3 and word not in _SMALL))[:6]
