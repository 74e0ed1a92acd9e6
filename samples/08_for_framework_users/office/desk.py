"""Two plain functions; nothing in them knows of a framework."""

from __future__ import annotations

import re


def read(*, letter: str) -> dict[str, object]:
    """The mood of a letter and its questions."""
    angry = bool(re.search(r"!|broken|never|money back", letter))
    questions = [part.strip() for part in re.findall(r"[^.!?]*\?", letter)]
    return {"mood": "angry" if angry else "friendly", "questions": questions}


async def write(*, question: str) -> str:
    """An answer that promises nothing."""
    return f"You ask: {question} We are looking into it."


def first_sentence(*, text: str) -> dict[str, str]:
    """Takes over where the graph fails."""
    return {"summary": text.partition(".")[0] + "."}
