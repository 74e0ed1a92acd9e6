"""Says what kind of answer a text is, by the words in it."""

from __future__ import annotations

from typing import Any

WORDS = {
    "fault": ("crash", "slow", "broken", "error", "fix", "lost"),
    "wish": ("add", "could you", "please", "would be nice", "missing"),
    "praise": ("great", "good", "love", "thank", "nice"),
}
"""The first kind with a word in the text holds."""


def sort_answer(*, text: str) -> dict[str, Any]:
    """The kind of an answer, and whether somebody should look at it today.

    An exception fails this one answer: it is tried again, then the fallback takes over.
    """
    if not text.strip():
        raise ValueError("the answer is empty")
    lower = text.lower()
    kind = next((kind for kind, words in WORDS.items() if any(w in lower for w in words)), "other")
    return {"kind": kind, "urgent": "!" in text}


def anything_else(*, text: str) -> dict[str, Any]:
    """Takes over where the sorter gives up; an empty answer it cannot help either."""
    if not text.strip():
        raise ValueError("there is nothing to sort")
    return {"kind": "other", "urgent": False}
