"""The canonical form of a text, with the promise that it is its own."""

from __future__ import annotations

from compiler.format import MELODY, format_text
from compiler.parse.source_text import SourceText


def canonical(text: str, *, file: str = "some.melody.yaml") -> str:
    """The canonical text, which is its own."""
    found = format_text(SourceText(file, text), MELODY)
    assert found.text is not None, (found.refusal, found.problems)
    assert format_text(SourceText(file, found.text), MELODY).text == found.text
    return found.text


def formatted(*lines: str) -> list[str]:
    return canonical("\n".join(lines) + "\n").splitlines()
