"""Scores and mends the style of a text by a few plain rules."""

from __future__ import annotations

import re
from typing import Any

MOST_WORDS = 30
"""Of a sentence."""
FILLERS = {"in order to": "to", "really ": "", "very ": "", "basically ": "", "actually ": ""}
"""Words that say nothing, and what stands better in their place."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PAUSE = re.compile(r", (?:and|but|whereupon) ")


def score(*, text: str) -> dict[str, Any]:
    """1.0 for a text without faults; every fault costs a tenth, a long sentence three."""
    fillers = [filler.strip() for filler in FILLERS if filler in text]
    long = [sentence for sentence in _sentences(text) if len(sentence.split()) > MOST_WORDS]
    issues = [f"`{filler}` says nothing" for filler in fillers]
    issues += [f"a sentence of {len(sentence.split())} words" for sentence in long]
    return {"score": max(0.0, round(1 - 0.1 * len(fillers) - 0.3 * len(long), 2)), "issues": issues}


def mend(*, text: str, issues: list[str]) -> dict[str, Any]:
    """The text without fillers. It leaves long sentences alone, so the gate may send it on."""
    changed = 0
    for filler, better in FILLERS.items():
        changed += text.count(filler)
        text = text.replace(filler, better)
    return {"text": text, "changed": changed}


def split_long_sentences(*, text: str, issues: list[str]) -> dict[str, Any]:
    """The text without fillers, its long sentences made into several at their pauses."""
    mended = mend(text=text, issues=issues)
    kept: list[str] = []
    for sentence in _sentences(mended["text"]):
        parts = [sentence]
        if len(sentence.split()) > MOST_WORDS:
            parts = [part[:1].upper() + part[1:] for part in _PAUSE.split(sentence)]
            parts = [*(f"{part}." for part in parts[:-1]), parts[-1]]
        mended["changed"] += len(parts) - 1
        kept += parts
    return {"text": " ".join(kept), "changed": mended["changed"]}


def first_sentence(*, text: str) -> str:
    """A summary without any model."""
    return next(iter(_sentences(text)), "")


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence]
